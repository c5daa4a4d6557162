import { isIP } from 'node:net';
import type { AddressRanges } from './address-ranges.ts';

export interface Connection {
  /** Of the socket; absent when it is closed. */
  readonly remoteAddress: string | undefined;
  /** `X-Forwarded-For`, several in one as Node joins them. */
  readonly forwardedFor: string | undefined;
}

/**
 * Where a request comes from. Each proxy appends the address that it was reached from; whoever is not a trusted one may
 * have written anything, so it is the rightmost address that is not a trusted proxy's.
 * @returns an address without a zone or port, or an empty text where a trusted proxy wrote none.
 */
export function clientAddress({ remoteAddress, forwardedFor }: Connection, trusted: AddressRanges): string {
  let address = plainAddress(remoteAddress ?? '');
  if (forwardedFor === undefined || !trusted.has(address)) return address;
  const hops = forwardedFor.split(',');
  for (let hop = hops.pop(); hop !== undefined && trusted.has(address); hop = hops.pop()) {
    address = plainAddress(hop.trim());
  }
  return address;
}

/** Some proxies add a port; an address of IPv4 may be written as one of IPv6. */
function plainAddress(text: string): string {
  const bare = /^\[([^\]]*)\](?::\d+)?$|^([\d.]+):\d+$/.exec(text);
  const address = (bare?.[1] ?? bare?.[2] ?? text).replace(/^::ffff:(?=[\d.]+$)/i, '').replace(/%.*$/, '');
  return isIP(address) === 0 ? '' : address;
}
