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

/** Whether an address is one of the public internet: not private, loopback, link-local, metadata, multicast or reserved. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  return ipaddr.process(address).range() === 'unicast';
}
