import { BlockList, isIP } from 'node:net';

const privateAddresses = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const) {
  privateAddresses.addSubnet(network, bits, 'ipv4');
}
for (const [network, bits] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
] as const) {
  privateAddresses.addSubnet(network, bits, 'ipv6');
}

/**
 * The relay calls plain http and private addresses only where the operator named the host. This says so beforehand.
 * @param allowedHosts the value of `WEIR_UPSTREAM_PRIVATE_HOSTS`
 */
export function baseUrlWarning(baseUrl: string, allowedHosts: string): string | undefined {
  const url = new URL(baseUrl);
  const host = url.hostname.replaceAll(/[[\]]/g, '');
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  const allowed = new Set(
    allowedHosts.split(',').map((item) => item.trim().toLowerCase().replaceAll(/[[\]]/g, '')),
  );
  if (allowed.has(host) || allowed.has(`${host}:${port}`)) return undefined;

  const plain = url.protocol === 'http:';
  if (!plain && !isPrivateHost(host)) return undefined;
  return `${baseUrl} is ${plain ? 'plain http' : 'a private address'}: the relay refuses to call it unless ${url.hostname}:${port} is in its WEIR_UPSTREAM_PRIVATE_HOSTS.`;
}

/** By what it says itself; a public name that leads to a private address is found by the relay. */
function isPrivateHost(host: string): boolean {
  const family = isIP(host);
  if (family !== 0) return privateAddresses.check(host, family === 4 ? 'ipv4' : 'ipv6');
  return host === 'localhost' || /\.(localhost|local|internal)$/.test(host) || !host.includes('.');
}
