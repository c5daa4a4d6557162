import type { IncomingMessage } from 'node:http';
import type { AddressRanges } from '@weir/settings/address-ranges';
import { clientAddress } from '@weir/settings/client-address';

/** Whether a trusted proxy says that its client came unencrypted. Nobody else is believed; without a word, nothing is known. */
export function cameByHttp(
  { socket, headers }: Pick<IncomingMessage, 'socket' | 'headers'>,
  trusted: AddressRanges,
): boolean {
  const said = headers['x-forwarded-proto'];
  const first = String(said ?? '').split(',', 1)[0] ?? '';
  if (first.trim().toLowerCase() !== 'http') return false;
  return trusted.has(
    clientAddress({ remoteAddress: socket.remoteAddress, forwardedFor: undefined }, trusted),
  );
}
