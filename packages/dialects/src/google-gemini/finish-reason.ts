import type { Finish, FinishReason } from '../reply.ts';

/**
 * What the words mean. Calls end with `STOP`, as an answer does.
 * @see https://ai.google.dev/api/generate-content#FinishReason
 */
const MEANINGS: ReadonlyMap<string, FinishReason> = new Map([
  ['STOP', 'stop'],
  ['MAX_TOKENS', 'length'],
  ['SAFETY', 'content_filter'],
  ['RECITATION', 'content_filter'],
  ['BLOCKLIST', 'content_filter'],
  ['PROHIBITED_CONTENT', 'content_filter'],
  ['SPII', 'content_filter'],
  ['IMAGE_SAFETY', 'content_filter'],
  ['IMAGE_PROHIBITED_CONTENT', 'content_filter'],
  ['IMAGE_RECITATION', 'content_filter'],
  ['CONTINUATION', 'pause'],
  ['LANGUAGE', 'error'],
  ['OTHER', 'error'],
  ['MALFORMED_FUNCTION_CALL', 'error'],
  ['UNEXPECTED_TOOL_CALL', 'error'],
  ['TOO_MANY_TOOL_CALLS', 'error'],
  ['MALFORMED_RESPONSE', 'error'],
  ['MISSING_THOUGHT_SIGNATURE', 'error'],
  ['NO_IMAGE', 'error'],
  ['IMAGE_OTHER', 'error'],
]);

const WORDS: Readonly<Record<FinishReason, string>> = {
  stop: 'STOP',
  tool_calls: 'STOP',
  length: 'MAX_TOKENS',
  content_filter: 'SAFETY',
  refusal: 'SAFETY',
  pause: 'CONTINUATION',
  error: 'OTHER',
};

/** A word of a vendor. It is kept, so nothing that could be a piece of a reply passes for one. */
const WORD = /^[A-Z_]{1,40}$/;

/** @returns undefined for the value that stands for none. */
export function asFinishWord(value: unknown): string | undefined {
  if (typeof value !== 'string' || !WORD.test(value)) return undefined;
  return value.endsWith('_UNSPECIFIED') ? undefined : value;
}

/** What the word says of a reply that has calls in it, or none; one that nobody knows went wrong somehow. */
export function readFinish(word: string, message: string | undefined, hasCalls: boolean): Finish {
  const reason = MEANINGS.get(word) ?? 'error';
  return {
    reason: reason === 'stop' && hasCalls ? 'tool_calls' : reason,
    native: word,
    ...(message && { message }),
  };
}

/** The vendor’s own word, where it is one of Google’s and means the same. */
export function renderFinish({ reason, native }: Finish): string {
  const meaning = native === undefined ? undefined : MEANINGS.get(native);
  const same = meaning === reason || (meaning === 'stop' && reason === 'tool_calls');
  return native !== undefined && same ? native : WORDS[reason];
}
