import { createHmac, hkdfSync } from 'node:crypto';

/**
 * Hashes what could be guessed (codes of eight digits, addresses) with HMAC-SHA-256 under a key derived from
 * `WEIR_SECRET_KEY`, so that a stolen table does not give it away. `purpose` keeps equal texts of two uses apart.
 */
export type KeyedHash = (purpose: string, text: string) => string;

export function keyedHash(secretKey: string): KeyedHash {
  const key = Buffer.from(hkdfSync('sha256', secretKey, '', 'weir keyed hash', 32));
  return (purpose, text) => createHmac('sha256', key).update(`${purpose}\0${text}`).digest('hex');
}
