import { expect, it } from 'vitest';
import { SettingsError } from './read-settings.ts';
import { requireHttps, type HttpsRule } from './require-https.ts';

const PRODUCTION: HttpsRule = { NODE_ENV: 'production', WEIR_PLAIN_HTTP: 'refused' };

const check = (url: string | undefined, rule: Partial<HttpsRule> = {}) =>
  requireHttps({ ...PRODUCTION, ...rule }, { WEIR_PUBLIC_WEB_URL: url });

it.each(['http://weir.example.com', 'http://10.0.0.7:3000', 'http://127.example.com'])(
  'a public address without TLS ends a production server at its start: %s',
  (url) => {
    expect(() => check(url)).toThrow(SettingsError);
    expect(() => check(url)).toThrow(`write https://${new URL(url).host}, or set WEIR_PLAIN_HTTP=allowed`);
    expect(() => check(url, { WEIR_PLAIN_HTTP: 'allowed' })).not.toThrow();
    expect(() => check(url, { NODE_ENV: 'development' })).not.toThrow();
  },
);

it.each([
  'https://weir.example.com',
  'http://127.0.0.1:3000',
  'http://localhost:3000',
  'http://[::1]',
  undefined,
])('one with TLS, or of this machine, does not: %s', (url) => {
  expect(() => check(url)).not.toThrow();
});
