/** Crockford's base 32, lower case: no i, l, o, u; sorts as its bits do. See https://www.crockford.com/base32.html */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** A safe integer in so many digits, most significant first, padded with zeros. */
export function encodeBase32(value: number, digits: number): string {
  let rest = value;
  let text = '';
  for (let i = 0; i < digits; i++) {
    text = ALPHABET.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

/** @returns undefined when a character is not of the alphabet. */
export function decodeBase32(text: string): number | undefined {
  let value = 0;
  for (const character of text) {
    const digit = ALPHABET.indexOf(character);
    if (digit < 0) return undefined;
    value = value * 32 + digit;
  }
  return value;
}

/** Bytes as base 32, most significant bit first; zeros fill up the last digit where 5 does not divide the bits. */
export function bytesToBase32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let count = 0;
  for (const byte of bytes) {
    bits = ((bits << 8) | byte) & 0xfff;
    count += 8;
    while (count >= 5) {
      count -= 5;
      text += ALPHABET.charAt((bits >> count) & 31);
    }
  }
  return count === 0 ? text : text + ALPHABET.charAt((bits << (5 - count)) & 31);
}
