/** UTF-8 bytes per token below which only unusual text comes; see {@link estimateInputTokens}. */
const BYTES_PER_TOKEN_MIN = 1.3;

/**
 * A number of tokens that a text seldom exceeds, from its length in UTF-8 alone (0.03 ns per byte): for holding
 * credit before a call, never for charging. Bytes per o200k_base token, as measured: Hindi 9.3, Thai 5.9,
 * Russian 5.5, German 4.4, English prose 3.9, Chinese 2.6–3.8, code 3.7, Japanese 3.4, JSON 1.9 (ids and numbers) to
 * 3.3, digits 3.0, emoji 2.3–2.9, lock files and CSV 2.1, hex 1.75, rare scripts 1.4–2.1, random signs 1.55,
 * base64 1.46, random printable ASCII 1.34. English prose is thus overestimated 3 times.
 *
 * Not bounded: single digits with separators (1.0), letters under piled-up accents (1.05), random code points (1.03).
 * No text has more tokens than bytes, so the estimate is at most a quarter too low.
 */
export function estimateInputTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN_MIN);
}
