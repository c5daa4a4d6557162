import type { ReplyReading } from '../dialect.ts';
import { asArray, asObject, asString, writeJson, type JsonObject } from '../json.ts';
import { asFinishWord } from './finish-reason.ts';
import { UsageTally } from './usage-metadata.ts';

/* Replies are read by hand, as every one passes here; what is not understood is passed on all the same. */

/** Above what anybody offers. */
const CANDIDATES_MAX = 128;

/** One of them stands in each message of a reply; in the last one often only the usage. */
const REPLY_FIELDS = ['candidates', 'promptFeedback', 'usageMetadata', 'modelVersion', 'responseId'] as const;

/** @returns undefined for what is no `GenerateContentResponse`. */
export function asReply(json: unknown): JsonObject | undefined {
  const body = asObject(json);
  if (!body || !REPLY_FIELDS.some((field) => field in body)) return undefined;
  const candidates = body['candidates'] ?? undefined;
  return candidates === undefined || Array.isArray(candidates) ? body : undefined;
}

/** An index of 0 is left out. */
export function candidateIndex(candidate: JsonObject, position: number): number | undefined {
  const index = candidate['index'] ?? position;
  return typeof index === 'number' && Number.isInteger(index) && index >= 0 && index < CANDIDATES_MAX
    ? index
    : undefined;
}

/**
 * Reads a whole reply, or a message of a streamed one.
 * @returns undefined when the value is neither.
 */
export function readReply(json: unknown): ReplyReading | undefined {
  const body = asReply(json);
  if (!body) return undefined;
  const tally = new UsageTally();
  tally.add(asObject(body['usageMetadata']));
  let text = '';
  let finishReason: string | undefined;
  let produced: true | undefined;
  for (const item of asArray(body['candidates'])) {
    const candidate = asObject(item);
    for (const one of asArray(asObject(candidate?.['content'])?.['parts'])) {
      const part = asObject(one);
      text += partText(part);
      if (asObject(part?.['inlineData'])) produced = true;
    }
    finishReason ??= asFinishWord(candidate?.['finishReason']);
  }
  finishReason ??= blockReasonOf(body);
  return { usage: tally.usage, text, finishReason, produced };
}

/** Why the prompt was not answered. */
export function blockReasonOf(body: JsonObject): string | undefined {
  return asFinishWord(asObject(body['promptFeedback'])?.['blockReason']);
}

/** What the model wrote: answer, thought, code, the names and the arguments of calls. */
function partText(part: JsonObject | undefined): string {
  if (!part) return '';
  const call = asObject(part['functionCall']);
  const pieces = asArray(call?.['partialArgs']).map(
    (item) => asString(asObject(item)?.['stringValue']) ?? '',
  );
  return [
    asString(part['text']),
    asString(asObject(part['executableCode'])?.['code']),
    asString(call?.['name']),
    call && call['args'] !== null ? writeJson(call['args']) : '',
    ...pieces,
  ].join('');
}
