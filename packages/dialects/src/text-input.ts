import { z } from 'zod';
import { asArray } from './json.ts';
import type { Prompt } from './prompt.ts';

/** A text or several, or the tokens of one or of several, as OpenAI's older endpoints take them. */
export const textInput = z.union(
  [
    z.string().min(1),
    z.array(z.string()).min(1).max(2_048),
    z.array(z.int().min(0)).min(1),
    z
      .array(z.array(z.int().min(0)).min(1))
      .min(1)
      .max(2_048),
  ],
  { error: 'has to be a text, a list of texts, or tokens' },
);

/** Every token that is given as a number counts as one. */
export function promptOfInput(input: unknown): Prompt {
  const pieces: string[] = [];
  let extraTokens = 0;
  for (const item of typeof input === 'string' ? [input] : asArray(input)) {
    if (typeof item === 'string') pieces.push(item);
    else extraTokens += Array.isArray(item) ? item.length : 1;
  }
  return { text: pieces.join('\n'), extraTokens, images: 0 };
}

/** How many texts there are. */
export function countInputs(input: unknown): number {
  return Array.isArray(input) && typeof input[0] !== 'number' ? input.length : 1;
}
