import type { IncomingMessage } from 'node:http';

/**
 * The API key that a request carries, wherever its client puts it: `Authorization: Bearer`, Anthropic's `x-api-key`,
 * Google's `x-goog-api-key` or `?key=`.
 */
export function presentedKey({ headers, url }: Pick<IncomingMessage, 'headers' | 'url'>): string | undefined {
  return (
    /^Bearer\s+(\S+)$/i.exec(headers.authorization?.trim() ?? '')?.[1] ??
    headerOf(headers['x-api-key']) ??
    headerOf(headers['x-goog-api-key']) ??
    queryKey(url ?? '')
  );
}

function headerOf(value: string | string[] | undefined): string | undefined {
  const one = Array.isArray(value) ? value[0] : value;
  return one === undefined || one === '' ? undefined : one.trim();
}

function queryKey(url: string): string | undefined {
  const at = url.indexOf('?');
  return at < 0 ? undefined : (new URLSearchParams(url.slice(at + 1)).get('key') ?? undefined);
}
