import { DialectError } from '../dialect-error.ts';
import type { ReplyReading } from '../dialect.ts';
import { given } from '../given.ts';
import { asArray, asObject, asString, type JsonObject } from '../json.ts';
import type { Reply } from '../reply.ts';
import { finishWord, kindsOf, readFinish } from './finish.ts';
import { itemType, logprobsOfItem, partsOfOutput } from './read-item.ts';
import { readUsage } from './usage.ts';
import { readVendorError } from './vendor-error.ts';

/** @returns undefined for what is no response. */
function asResponse(json: unknown): JsonObject | undefined {
  const body = asObject(json);
  return body && (body['object'] === 'response' || Array.isArray(body['output'])) ? body : undefined;
}

/**
 * Reads a response as far as metering needs it; what is not understood is passed on all the same.
 * @see https://platform.openai.com/docs/api-reference/responses/object
 */
export function readReply(json: unknown): ReplyReading | undefined {
  const body = asResponse(json);
  if (!body) return undefined;
  return {
    usage: readUsage(body['usage']),
    text: asArray(body['output']).map(producedText).join(''),
    finishReason: finishWord(body),
  };
}

/** Where items of all kinds, those of the vendor's own tools too, have what the model wrote. */
const TEXT_FIELDS = ['name', 'arguments', 'input', 'code'] as const;

/** Answer, reasoning, refusal, tool names and arguments. */
export function producedText(value: unknown): string {
  const item = asObject(value);
  if (!item) return '';
  let text = '';
  for (const field of TEXT_FIELDS) text += asString(item[field]) ?? '';
  // An item of a tool's result has no part in what the model produced.
  if (itemType(item).endsWith('_output')) return '';
  for (const part of [...asArray(item['summary']), ...asArray(item['content'])]) {
    const said = asObject(part);
    text += asString(said?.['text']) ?? asString(said?.['refusal']) ?? '';
  }
  return text;
}

/** @throws {DialectError} when the value is no whole response, or carries what can't be translated. */
export function parseReply(json: unknown): Reply {
  const failure = readVendorError(json);
  if (failure) throw new DialectError(failure.message);
  const body = asResponse(json);
  if (!body) throw new DialectError('The reply is no response.');
  const { status } = body;
  if (status === 'in_progress' || status === 'queued' || status === 'cancelled') {
    throw new DialectError(`The reply is not whole: it is ${status}.`);
  }
  const output = asArray(body['output']);
  const parts = partsOfOutput(output);
  const logprobs = output.flatMap((item) => logprobsOfItem(asObject(item) ?? {}));
  const id = asString(body['id']);
  const model = asString(body['model']);
  const usage = readUsage(body['usage']);
  const serviceTier = asString(body['service_tier']);
  const finish = readFinish(body, kindsOf(parts));
  return {
    choices: [{ parts, finish, ...(logprobs.length > 0 && { logprobs }) }],
    ...given({ id, model, serviceTier, usage }),
  };
}
