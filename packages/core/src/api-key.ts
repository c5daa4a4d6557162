import { hash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { bytesToBase32, encodeBase32 } from './base32.ts';

export const API_KEY_PREFIX = 'sk-weir-';

const SECRET_BYTES = 20;
const SECRET_DIGITS = 32;
const CHECKSUM_DIGITS = 7;
const KEY_PATTERN = new RegExp(
  `^${API_KEY_PREFIX}([0-9a-hjkmnp-tv-z]{${SECRET_DIGITS}})([0-9a-hjkmnp-tv-z]{${CHECKSUM_DIGITS}})$`,
);

/** `sk-weir-`, 160 random bits and the CRC-32 of what stands before it, in Crockford's base 32. */
export function newApiKey(): string {
  const body = API_KEY_PREFIX + bytesToBase32(randomBytes(SECRET_BYTES));
  return body + checksum(body);
}

/** Whether the text can be a key at all: a typing error or a flood of made-up keys ends here, before any look-up. */
export function isWellFormedApiKey(text: string): boolean {
  const match = KEY_PATTERN.exec(text);
  return match !== null && checksum(text.slice(0, -CHECKSUM_DIGITS)) === match[2];
}

/** SHA-256 in hex: the only form in which a key, a session or a one-time link is stored. */
export function hashSecret(secret: string): string {
  return hash('sha256', secret, 'hex');
}

/** What may be shown of a key after its creation. */
export function apiKeyHint(key: string): { prefix: string; last4: string } {
  return { prefix: key.slice(0, API_KEY_PREFIX.length + 4), last4: key.slice(-4) };
}

function checksum(body: string): string {
  return encodeBase32(crc32(body), CHECKSUM_DIGITS);
}
