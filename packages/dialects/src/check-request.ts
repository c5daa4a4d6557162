import { WeirError } from '@weir/core/errors';
import type { z } from 'zod';

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

/** @throws {WeirError} `invalid_request` for a body that is nested too deeply to be written. */
export function writeRequest(body: object): string {
  try {
    return JSON.stringify(body);
  } catch (cause) {
    throw new WeirError('invalid_request', 'The body is nested too deeply.', { cause });
  }
}
