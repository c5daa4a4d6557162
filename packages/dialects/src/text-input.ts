import { z } from 'zod';
import { asArray } from './json.ts';
import type { Prompt } from './prompt.ts';

type TextInput = string | string[] | number[] | number[][];

const TEXTS_MAX = 2_048;

/**
 * A text or several, or the tokens of one or of several, as OpenAI's older endpoints take them. Looked at by hand: zod
 * keeps an issue for each item that is wrong, and a body has room for millions.
 */
export const textInput = z.custom<TextInput>(isTextInput, 'has to be a text, a list of texts, or tokens');

function isTextInput(value: unknown): value is TextInput {
  if (typeof value === 'string') return value !== '';
  if (!Array.isArray(value)) return false;
  if (areTokens(value)) return true;
  if (value.length === 0 || value.length > TEXTS_MAX) return false;
  return value.every((one) => typeof one === 'string') || value.every(areTokens);
}

function areTokens(value: unknown): value is number[] {
  return (
    Array.isArray(value) && value.length > 0 && value.every((one) => Number.isSafeInteger(one) && one >= 0)
  );
}

/** Every token that is given as a number counts as one. */
export function promptOfInput(input: unknown): Prompt {
  const pieces: string[] = [];
  let extraTokens = 0;
  for (const item of typeof input === 'string' ? [input] : asArray(input)) {
    if (typeof item === 'string') pieces.push(item);
    else extraTokens += Array.isArray(item) ? item.length : 1;
  }
  return { text: pieces.join('\n'), extraTokens, images: 0, texts: countInputs(input) };
}

/** How many texts there are. */
export function countInputs(input: unknown): number {
  return Array.isArray(input) && typeof input[0] !== 'number' ? input.length : 1;
}
