import { countTokens as countOfText, setMergeCacheSize } from 'gpt-tokenizer/encoding/o200k_base';
import { splitLongRuns } from './split-long-runs.ts';

/** What looks like a control token (`<|endoftext|>`) is text, and never throws. */
const ALL_IS_TEXT = { disallowedSpecial: new Set<string>() };

// The tokenizer's cache keeps pieces of the texts it saw for as long as the process lives. Nothing of a prompt or a
// completion may outlive its request, so there is none; counting takes about 0.13 ms per kB instead of 0.05.
setMergeCacheSize(0);

/**
 * The number of o200k_base tokens in a text: exact, except inside runs of more than 256 characters without a break,
 * which are counted piece by piece so that the time is linear in the length. Count a whole text rather than its
 * deltas: tokens don't end where deltas do, and the sum of 4-character deltas is 1.7 times the count.
 */
export function countTokens(text: string): number {
  let tokens = 0;
  for (const piece of splitLongRuns(text)) tokens += countOfText(piece, ALL_IS_TEXT);
  return tokens;
}
