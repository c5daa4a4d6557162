import type { IncomingMessage } from 'node:http';
import type { AddressRanges } from '@weir/settings/address-ranges';
import { clientAddress } from '@weir/settings/client-address';

/** The address that a request comes from: its proxies', unless they are trusted. */
export function addressOf(
  { socket, headers }: Pick<IncomingMessage, 'socket' | 'headers'>,
  trusted: AddressRanges,
): string {
  const forwardedFor = headers['x-forwarded-for'];
  return clientAddress(
    {
      remoteAddress: socket.remoteAddress,
      forwardedFor: Array.isArray(forwardedFor) ? forwardedFor.join(',') : forwardedFor,
    },
    trusted,
  );
}
