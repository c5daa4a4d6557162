import { brokenReply } from '../broken-finish.ts';
import type { Finish, FinishReason } from '../reply.ts';
import { asObject, asString, asWord, type JsonObject } from '../json.ts';

/** @see https://platform.claude.com/docs/en/build-with-claude/handling-stop-reasons */
const REASONS = new Map<string, FinishReason>([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['tool_use', 'tool_calls'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['pause_turn', 'pause'],
  ['refusal', 'refusal'],
]);

/**
 * @param json a message, or the delta of one. One that ended without a reason came to its end all the same.
 */
export function readFinish(json: JsonObject): Finish {
  const native = asWord(json['stop_reason']);
  const stopSequence = asString(json['stop_sequence']);
  return {
    reason: REASONS.get(native ?? '') ?? 'stop',
    ...(native !== undefined && { native }),
    ...(stopSequence !== undefined && { stopSequence }),
  };
}

/** Why the model would not, in the vendor's words: all that a refused reply says. */
export function readRefusal(json: JsonObject): string | undefined {
  const explanation = asString(asObject(json['stop_details'])?.['explanation']);
  return json['stop_reason'] === 'refusal' && explanation !== '' ? explanation : undefined;
}

/** Whether Anthropic would say of such a reply that it was refused. */
export function isRefusal({ reason }: Finish): boolean {
  return reason === 'refusal' || reason === 'content_filter';
}

/**
 * @param refusal what the model or the vendor said of it.
 * @throws {WeirError} `upstream_error` for a reply that broke off: Anthropic has errors for that, and no reason to stop.
 */
export function renderStop(finish: Finish, refusal: string): JsonObject {
  const { reason, stopSequence } = finish;
  if (reason === 'error') throw brokenReply(finish);
  return {
    stop_reason: stopReason(finish, reason),
    stop_sequence: stopSequence ?? null,
    stop_details: isRefusal(finish)
      ? {
          type: 'refusal',
          category: null,
          explanation: refusal === '' ? explanation(finish) : refusal,
        }
      : null,
  };
}

function stopReason({ native, stopSequence }: Finish, reason: Exclude<Finish['reason'], 'error'>): string {
  switch (reason) {
    case 'stop':
      return stopSequence === undefined ? 'end_turn' : 'stop_sequence';
    case 'length':
      return native === 'model_context_window_exceeded' ? native : 'max_tokens';
    case 'tool_calls':
      return 'tool_use';
    case 'pause':
      return 'pause_turn';
    case 'content_filter':
    case 'refusal':
      return 'refusal';
  }
}

function explanation({ reason, native, message }: Finish): string | null {
  if (reason !== 'content_filter') return message ?? null;
  const word = native === undefined ? '' : ` (${native})`;
  return `A filter of the vendor’s cut the reply${word}${message === undefined ? '.' : `: ${message}`}`;
}
