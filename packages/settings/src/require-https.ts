import { z } from 'zod';
import { SettingsError } from './read-settings.ts';

/** `WEIR_PLAIN_HTTP`: what of the public may come unencrypted. */
export const plainHttp = z
  .enum(['refused', 'allowed'], { error: 'is neither refused nor allowed' })
  .default('refused')
  .meta({ example: 'allowed' });

export interface HttpsRule {
  NODE_ENV: string;
  WEIR_PLAIN_HTTP: z.output<typeof plainHttp>;
}

/**
 * In production the public comes by TLS, as the privacy policy says it does; a reverse proxy ends it. This machine alone
 * may be reached without.
 * @param urls by the names of their variables.
 * @throws {SettingsError} naming each that is an http:// address of another machine, unless that is allowed.
 */
export function requireHttps(
  { NODE_ENV, WEIR_PLAIN_HTTP }: HttpsRule,
  urls: Readonly<Record<string, string | undefined>>,
): void {
  if (NODE_ENV !== 'production' || WEIR_PLAIN_HTTP === 'allowed') return;
  const lines = Object.entries(urls).flatMap(([name, text]) => {
    const url = text === undefined ? undefined : new URL(text);
    if (url === undefined || url.protocol === 'https:' || isThisMachine(url.hostname)) return [];
    return `${name}: ${url.origin} is reached unencrypted. Put a reverse proxy with TLS before it and write https://${url.host}, or set WEIR_PLAIN_HTTP=allowed`;
  });
  if (lines.length > 0) throw new SettingsError(lines.join('\n'));
}

/** @param host as a URL has it. */
export function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}
