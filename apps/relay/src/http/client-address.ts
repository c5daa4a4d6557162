import type { IncomingMessage } from 'node:http';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';

type Range = readonly [address: ipaddr.IPv4 | ipaddr.IPv6, bits: number];

/** Whose word on who called is taken. */
export type TrustedProxies = readonly Range[];

/** `WEIR_TRUSTED_PROXIES`: a comma list of addresses and CIDR ranges. */
export const trustedProxies = z
  .string()
  .default('')
  .transform((text) => text.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()])))
  .pipe(
    z.array(
      z.string().transform((text, context) => {
        const range = parseRange(text);
        if (range) return range;
        context.addIssue({ code: 'custom', message: `"${text}" is neither an address nor a range` });
        return z.NEVER;
      }),
    ),
  )
  .meta({ example: '10.0.0.0/8,fd00::/8' });

/**
 * Where a request came from: its peer, unless that is a trusted proxy; then whoever the proxy says it came from, as
 * `X-Forwarded-For` has it. Read from its end: what stands before the first address that nobody trusted vouches for may
 * have been made up.
 * @returns undefined when the connection is gone.
 */
export function clientAddress(request: IncomingMessage, trusted: TrustedProxies): string | undefined {
  let client = parseAddress(request.socket.remoteAddress ?? '');
  if (!client) return undefined;
  const hops = trusted.length === 0 ? [] : String(request.headers['x-forwarded-for'] ?? '').split(',');
  for (const hop of hops.toReversed()) {
    if (!isTrusted(client, trusted)) break;
    const before = parseAddress(hop.trim());
    if (!before) break;
    client = before;
  }
  return client.toString();
}

function isTrusted(address: ipaddr.IPv4 | ipaddr.IPv6, trusted: TrustedProxies): boolean {
  return trusted.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits));
}

/** An IPv4 address that is written as an IPv6 one is an IPv4 address. */
function parseAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  return ipaddr.isValid(text) ? ipaddr.process(text) : undefined;
}

function parseRange(text: string): Range | undefined {
  if (ipaddr.isValidCIDR(text)) return ipaddr.parseCIDR(text);
  const address = parseAddress(text);
  return address && [address, address.kind() === 'ipv4' ? 32 : 128];
}
