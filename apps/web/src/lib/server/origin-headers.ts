import type { IncomingHttpHeaders } from 'node:http';

/** Header names that adapter-node is told to read the request's origin from; only this process sets them. */
export const ORIGIN_HEADERS = { protocol: 'x-weir-protocol', host: 'x-weir-host' } as const;

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Tells adapter-node which origin a request was for; forms are accepted from that origin alone. The protocol is the
 * public URL's. So is the host, except on a first start without a public name, where the same server is reached as
 * `localhost`, as `127.0.0.1` and by the machine's address: there the request's own host is taken.
 */
export function setOrigin(headers: IncomingHttpHeaders, publicUrl: URL): void {
  headers[ORIGIN_HEADERS.protocol] = publicUrl.protocol.slice(0, -1);
  headers[ORIGIN_HEADERS.host] = LOOPBACK.has(publicUrl.hostname)
    ? (headers.host ?? publicUrl.host)
    : publicUrl.host;
}
