import { countTokens } from '@weir/tokens/count';

/** The longest prefix of a text that has no more than `tokensMax` tokens and ends between two characters. */
export function cutToTokens(text: string, tokensMax: number): string {
  if (countTokens(text) <= tokensMax) return text;
  let fits = 0;
  let exceeds = text.length;
  while (exceeds - fits > 1) {
    const middle = Math.floor((fits + exceeds) / 2);
    if (countTokens(text.slice(0, middle)) <= tokensMax) fits = middle;
    else exceeds = middle;
  }
  const kept = text.slice(0, fits);
  return kept.isWellFormed() ? kept : kept.slice(0, -1);
}
