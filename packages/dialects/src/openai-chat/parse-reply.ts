import { collectReply } from '../collect-reply.ts';
import { DialectError } from '../dialect-error.ts';
import { given } from '../given.ts';
import { asObject, asString, type JsonObject } from '../json.ts';
import type { ReplyEvent } from '../reply-event.ts';
import type { Reply } from '../reply.ts';
import { ChoiceReader } from './choice-reader.ts';
import { readVendorError } from './errors.ts';
import { readUsage } from './usage-figures.ts';

/**
 * Reads a `chat.completion`: each of its messages as the one delta of a stream, so that both say the same.
 * @throws {DialectError} when the value is none, or carries content that the canonical model can't.
 * @see https://platform.openai.com/docs/api-reference/chat/object
 */
export function parseReply(json: unknown): Reply {
  const body = asObject(json);
  const choices = body?.['choices'];
  if (!body || !Array.isArray(choices) || choices.length === 0) {
    // Azure and OpenRouter have been seen to answer 200 with an error.
    throw new DialectError(readVendorError(json)?.message ?? 'The reply has no choices.');
  }
  const id = asString(body['id']) || undefined;
  const model = asString(body['model']) || undefined;
  const serviceTier = asString(body['service_tier']) || undefined;
  const events: ReplyEvent[] = [];
  for (const [index, choice] of inOrder(choices).entries()) {
    const reader = new ChoiceReader(index, id);
    for (const event of reader.read(choice)) events.push(event);
    for (const event of reader.finish()) events.push(event);
  }
  const usage = readUsage(body);
  return {
    ...collectReply(events),
    ...given({ id, model, serviceTier, usage }),
  };
}

/** By index; some vendors leave it out. */
function inOrder(choices: readonly unknown[]): JsonObject[] {
  const placed = choices.map((item, position) => {
    const choice = asObject(item);
    if (!choice) throw new DialectError('The reply has a choice that is no object.');
    const { index } = choice;
    return { choice, index: typeof index === 'number' ? index : position };
  });
  return placed.sort((one, other) => one.index - other.index).map(({ choice }) => choice);
}
