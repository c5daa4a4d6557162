import type { ReplyContext } from '../dialect.ts';
import { asObject, parseJson, writeJson, type JsonObject } from '../json.ts';

const REASON = 'max_tokens';

/**
 * What a reply carries that was cut short because the caller's credit paid for no more:
 * `"weir": {"output_limit": {"reason": "credit", "max_tokens": 812}}`.
 */
export function outputLimitMark(maxTokens: number): JsonObject {
  return { weir: { output_limit: { reason: 'credit', max_tokens: maxTokens } } };
}

/** The mark, if such a reply is to have one. */
export function markFor(stopReason: unknown, { creditLimitTokens }: ReplyContext): JsonObject {
  return stopReason === REASON && creditLimitTokens !== undefined ? outputLimitMark(creditLimitTokens) : {};
}

/**
 * Marks a message, or a `message_delta` event, that ended for its length.
 * @returns undefined when it did not end so, and is to be left as it is.
 */
export function markOutputLimit(json: string, maxTokens: number): string | undefined {
  if (!json.includes(`"${REASON}"`)) return undefined;
  const body = asObject(parseJson(json));
  if (!body) return undefined;
  const ended = body['type'] === 'message_delta' ? asObject(body['delta']) : body;
  if (ended?.['stop_reason'] !== REASON) return undefined;
  // One that is nested too deeply to be written again passes without the mark.
  return writeJson({ ...body, ...outputLimitMark(maxTokens) });
}
