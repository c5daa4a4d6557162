/** What a reply carries that was cut short because the caller's credit paid for no more. */
export interface OutputLimitMark {
  readonly output_limit: { readonly reason: 'credit'; readonly max_tokens: number };
}

/**
 * Marks a reply, or a chunk of one, that ended for its length, with the limit that the caller's credit set:
 * `"weir": {"output_limit": {"reason": "credit", "max_tokens": 812}}` beside `choices`.
 * @returns undefined when it did not end so, and is to be left as it is.
 */
export function markOutputLimit(json: string, maxTokens: number): string | undefined {
  if (!json.includes('"length"')) return undefined;
  let body: unknown;
  try {
    body = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (!endedForLength(body)) return undefined;
  const weir: OutputLimitMark = { output_limit: { reason: 'credit', max_tokens: maxTokens } };
  return JSON.stringify({ ...body, weir });
}

function endedForLength(body: unknown): body is object {
  if (typeof body !== 'object' || body === null || !('choices' in body) || !Array.isArray(body.choices)) {
    return false;
  }
  return body.choices.some(
    (choice: unknown) =>
      typeof choice === 'object' &&
      choice !== null &&
      'finish_reason' in choice &&
      choice.finish_reason === 'length',
  );
}
