import { WeirError } from '@weir/core/errors';
import { z } from 'zod';
import { asObject, TOKENS_MAX, writeJson, type JsonObject } from './json.ts';
import { malformed } from './unsupported.ts';

/** As the gateway looks it up: no name of a model is longer. */
export const modelName = z.string().min(1).max(200);

/** Far above what any model writes, so that no sum of holds overflows. */
export const outputLimit = z.int().min(1).max(TOKENS_MAX).nullish();

/**
 * @param example of a body, for who sends something else.
 * @throws {WeirError} `invalid_request`
 */
export function bodyOf(json: unknown, example: string): JsonObject {
  const body = asObject(json);
  if (!body) throw new WeirError('invalid_request', `The body has to be a JSON object: ${example}.`);
  return body;
}

/** @throws {WeirError} `invalid_request`, naming the first field that is not as the schema has it, and what is wrong with it. */
export function checkRequest<Schema extends z.ZodType>(schema: Schema, json: unknown): z.output<Schema> {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw malformed(fieldName(issue?.path ?? []), issue?.message ?? 'is not valid');
}

function fieldName(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (name, part) =>
      typeof part === 'number' ? `${name}[${part}]` : name === '' ? String(part) : `${name}.${String(part)}`,
    '',
  );
}

/** More items than any call has. */
export const ITEMS_MAX = 200_000;

/**
 * A list that is counted before it is looked into: zod keeps an issue for each item that is wrong, and those of the
 * millions that a body has room for take more memory than there is.
 */
export function shortList<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((value, context) => {
    if (!Array.isArray(value) || value.length <= ITEMS_MAX) return value;
    context.addIssue(`has to have at most ${ITEMS_MAX} items`);
    return z.NEVER;
  }, schema);
}

/** @throws {WeirError} `invalid_request` for a body that is nested too deeply to be written. */
export function writeRequest(body: object): string {
  const text = writeJson(body);
  if (text === undefined) throw new WeirError('invalid_request', 'The body is nested too deeply.');
  return text;
}
