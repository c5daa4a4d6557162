import { isIP } from 'node:net';
import { isPublicAddress, type PrivateHosts } from '@weir/settings/private-hosts';

/**
 * The relay calls plain http and private addresses only where the operator named the host. This says so beforehand.
 * @param allowed `WEIR_UPSTREAM_PRIVATE_HOSTS`
 */
export function baseUrlWarning(baseUrl: string, allowed: PrivateHosts): string | undefined {
  const url = new URL(baseUrl);
  const host = url.hostname.replaceAll(/[[\]]/g, '');
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  if (allowed.allows(host, Number(port))) return undefined;

  const plain = url.protocol === 'http:';
  if (!plain && !isPrivateHost(host)) return undefined;
  return `${baseUrl} is ${plain ? 'plain http' : 'a private address'}: the relay refuses to call it unless ${url.hostname}:${port} is in its WEIR_UPSTREAM_PRIVATE_HOSTS.`;
}

/** By what it says itself; a public name that leads to a private address is found by the relay. */
function isPrivateHost(host: string): boolean {
  if (isIP(host) !== 0) return !isPublicAddress(host);
  return host === 'localhost' || /\.(localhost|local|internal)$/.test(host) || !host.includes('.');
}
