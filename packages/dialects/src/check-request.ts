import { WeirError } from '@weir/core/errors';
import { z } from 'zod';

/** @throws {WeirError} `invalid_request`, naming the first field that is not as the schema has it, and what is wrong with it. */
export function checkRequest<Schema extends z.ZodType>(schema: Schema, json: unknown): z.output<Schema> {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const param = fieldName(issue?.path ?? []);
  throw new WeirError('invalid_request', `${param}: ${issue?.message ?? 'is not valid'}.`, { param });
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
  try {
    return JSON.stringify(body);
  } catch (cause) {
    throw new WeirError('invalid_request', 'The body is nested too deeply.', { cause });
  }
}
