import ipaddr from 'ipaddr.js';
import { z } from 'zod';

/** The hosts that may be reached over plain http and at private addresses, as the operator named them. */
export interface PrivateHosts {
  /** Whether `host` (a name or an address, without brackets) at `port` is named. */
  allows(host: string, port: number): boolean;
}

function parsePrivateHosts(list: string): PrivateHosts {
  const named = new Set(
    list
      .split(',')
      .map((item) => item.trim().toLowerCase().replaceAll(/[[\]]/g, ''))
      .filter((item) => item !== ''),
  );
  return {
    allows: (host, port) => named.has(host.toLowerCase()) || named.has(`${host.toLowerCase()}:${port}`),
  };
}

/** A setting such as `WEIR_UPSTREAM_PRIVATE_HOSTS`: a comma list of `host` or `host:port`. */
export const privateHosts = z
  .string()
  .default('')
  .refine(
    (list) =>
      list === '' ||
      list.split(',').every((item) => /^\s*(\[[0-9a-f:]+\]|[^\s/:]+)(:\d{1,5})?\s*$/i.test(item)),
    {
      error: 'is not a comma list of host or host:port',
    },
  )
  .transform(parsePrivateHosts)
  .meta({ example: '127.0.0.1:11434,vllm.internal' });

/** The only addresses of IPv6 that lead anywhere on the internet. @see https://www.iana.org/assignments/ipv6-address-space */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * What answers a cloud's own machines, at an address that looks like any other: Azure's.
 * @see https://learn.microsoft.com/en-us/azure/virtual-network/what-is-ip-address-168-63-129-16
 */
const OF_THE_CLOUD: ReadonlySet<string> = new Set(['168.63.129.16']);

/** Whether an address is one of the public internet: not private, loopback, link-local, metadata, multicast or reserved. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast' || OF_THE_CLOUD.has(parsed.toString())) return false;
  return parsed instanceof ipaddr.IPv4 || parsed.match(GLOBAL_IPV6);
}
