import { asArray, asObject, parseJson, type JsonObject } from '../json.ts';

/** What a reply carries, beside `candidates`, that was cut short because the caller's credit paid for no more. */
export function outputLimitMark(maxTokens: number): JsonObject {
  return { output_limit: { reason: 'credit', max_tokens: maxTokens } };
}

/**
 * Marks a reply, or a message of a stream, in which a candidate ended for its length.
 * @returns undefined when none did, and it is to be left as it is.
 */
export function markOutputLimit(json: string, maxTokens: number): string | undefined {
  if (!json.includes('"MAX_TOKENS"')) return undefined;
  const body = asObject(parseJson(json));
  const cut = asArray(body?.['candidates']).some((item) => asObject(item)?.['finishReason'] === 'MAX_TOKENS');
  if (!body || !cut) return undefined;
  try {
    return JSON.stringify({ ...body, weir: outputLimitMark(maxTokens) });
  } catch {
    // Nested so deeply that it can't be written again: it passes without the mark.
    return undefined;
  }
}
