/** Crockford's base 32, lower case: no i, l, o, u; sorts as its bits do. See https://www.crockford.com/base32.html */
export const BASE32_ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** The low `digits × 5` bits of `value`, most significant first, padded with zeros. */
export function encodeBase32(value: bigint, digits: number): string {
  let rest = value;
  let text = '';
  for (let i = 0; i < digits; i++) {
    text = BASE32_ALPHABET.charAt(Number(rest & 31n)) + text;
    rest >>= 5n;
  }
  return text;
}

/** @returns undefined when a character is not of the alphabet. */
export function decodeBase32(text: string): bigint | undefined {
  let value = 0n;
  for (const character of text) {
    const digit = BASE32_ALPHABET.indexOf(character);
    if (digit < 0) return undefined;
    value = (value << 5n) | BigInt(digit);
  }
  return value;
}

/** Bytes as base 32, most significant bit first; the first digit is short of bits where 5 does not divide them. */
export function bytesToBase32(bytes: Uint8Array): string {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return encodeBase32(value, Math.ceil((bytes.length * 8) / 5));
}
