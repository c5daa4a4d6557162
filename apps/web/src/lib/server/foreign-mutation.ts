import type { IncomingMessage } from 'node:http';
import { ORIGIN_HEADERS } from './origin-headers.ts';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whether a request that may change something was sent by a page of another site, or by nobody who says. Browsers tell
 * the origin with every such request. SvelteKit asks for it where a form could have been sent; here it is asked for
 * whatever the content type, once `setOrigin` has said which origin is ours.
 */
export function isForeignMutation({
  method = '',
  headers,
}: Pick<IncomingMessage, 'method' | 'headers'>): boolean {
  if (SAFE_METHODS.has(method)) return false;
  const { origin } = headers;
  const ours = URL.parse(
    `${String(headers[ORIGIN_HEADERS.protocol])}://${String(headers[ORIGIN_HEADERS.host])}`,
  );
  return origin === undefined || ours === null || URL.parse(origin)?.origin !== ours.origin;
}
