import { WeirError } from '@weir/core/errors';
import type { JsonObject } from '../json.ts';
import { malformed } from '../unsupported.ts';

/*
 * A client's fields are read strictly: each is what it has to be, or an error that names it. What is null is as if it
 * had been left out, as OpenAI takes it.
 */

/** A key that nobody knows may be of any length. */
const KEY_CHARACTERS_MAX = 80;

export function objectAt(value: unknown, field: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw malformed(field, 'has to be an object');
  }
  return value as JsonObject;
}

export function arrayAt(value: unknown, field: string): readonly unknown[] {
  if (!Array.isArray(value)) throw malformed(field, 'has to be an array');
  return value as readonly unknown[];
}

export function stringAt(value: unknown, field: string): string {
  if (typeof value !== 'string') throw malformed(field, 'has to be a string');
  return value;
}

/** Where an empty string says nothing. */
export function wordAt(value: unknown, field: string): string {
  const word = stringAt(value, field);
  if (word === '') throw malformed(field, 'has to be a string that is not empty');
  return word;
}

export function flagAt(value: unknown, field: string): boolean {
  if (typeof value !== 'boolean') throw malformed(field, 'has to be true or false');
  return value;
}

export function numberAt(value: unknown, field: string, min: number, max: number): number {
  if (typeof value !== 'number' || !(value >= min && value <= max)) {
    throw malformed(field, `has to be a number from ${min} to ${max}`);
  }
  return value;
}

export function integerAt(value: unknown, field: string, min: number, max: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
    throw malformed(field, `has to be a whole number from ${min} to ${max}`);
  }
  return value;
}

export function oneOfAt<W extends string>(value: unknown, field: string, words: readonly W[]): W {
  const word = words.find((one) => one === value);
  if (word === undefined) throw malformed(field, `has to be one of ${words.join(', ')}`);
  return word;
}

/** The value as `read` takes it; undefined where it is absent or null. */
export function optional<T>(
  value: unknown,
  field: string,
  read: (value: unknown, field: string) => T,
): T | undefined {
  return value === undefined || value === null ? undefined : read(value, field);
}

/**
 * What no other format can say.
 * @param advice what to do instead, as a sentence.
 */
export function untranslatable(field: string, advice?: string): WeirError {
  return new WeirError(
    'invalid_request',
    `${field}: only openai-chat has this, and the vendor of this model speaks another format. ${advice ?? 'Leave it out, or use a model whose vendor speaks openai-chat.'}`,
    { param: field },
  );
}

/** @throws {WeirError} for a field that says something and is none of the known ones. */
export function refuseUnknown(object: JsonObject, known: ReadonlySet<string>, path: string): void {
  for (const [key, value] of Object.entries(object)) {
    if (known.has(key) || value === null) continue;
    const name = key.slice(0, KEY_CHARACTERS_MAX);
    throw untranslatable(path === '' ? name : `${path}.${name}`);
  }
}
