import type { ReplyContext } from './dialect.ts';
import { asObject, parseJson, writeJson, type JsonObject } from './json.ts';

/** What a reply carries that was cut short because the caller's credit paid for no more: `weir` beside its content. */
export interface OutputLimitMark {
  readonly weir: { readonly output_limit: { readonly reason: 'credit'; readonly max_tokens: number } };
}

/** @param maxTokens what the credit paid for. */
export function outputLimitMark(maxTokens: number): OutputLimitMark {
  return { weir: { output_limit: { reason: 'credit', max_tokens: maxTokens } } };
}

/** The fields of such a mark, and none for a reply that is to have none. */
export function markFor(cut: boolean, { creditLimitTokens }: ReplyContext): OutputLimitMark | undefined {
  return cut && creditLimitTokens !== undefined ? outputLimitMark(creditLimitTokens) : undefined;
}

/**
 * Marks a reply, or an event of a stream, as it passes.
 * @param word stands in the JSON of every reply that was cut: without it nothing is parsed.
 * @param mark puts the mark where the dialect has it; undefined for what was not cut.
 * @returns undefined for what is to be left as it is, be it that it is nested too deeply to be written again.
 */
export function marked(
  json: string,
  word: string,
  mark: (body: JsonObject) => JsonObject | undefined,
): string | undefined {
  if (!json.includes(`"${word}"`)) return undefined;
  const body = asObject(parseJson(json));
  const cut = body && mark(body);
  return cut && writeJson(cut);
}
