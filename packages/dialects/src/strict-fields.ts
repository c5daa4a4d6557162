import { asObject, writeJson, type JsonObject } from './json.ts';
import { malformed } from './unsupported.ts';

/*
 * A client's request is read strictly, as what is not understood would be lost on the way to another dialect: each field
 * is what it has to be, or an error that names it as the client wrote it. What is null is as if it had been left out.
 * All of these throw a `WeirError`, `invalid_request`.
 */

/** Whether it is neither absent nor null. */
export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** The value as `read` takes it; undefined where it is absent or null. */
export function optional<T>(
  value: unknown,
  field: string,
  read: (value: unknown, field: string) => T,
): T | undefined {
  return isGiven(value) ? read(value, field) : undefined;
}

export function objectAt(value: unknown, field: string): JsonObject {
  const object = asObject(value);
  if (!object) throw malformed(field, 'has to be an object');
  return object;
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

export function integerAt(value: unknown, field: string, min: number, max = Number.MAX_SAFE_INTEGER): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
    const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
    throw malformed(field, `has to be a whole number ${range}`);
  }
  return value;
}

export function oneOfAt<const W extends string>(value: unknown, field: string, words: readonly W[]): W {
  const word = words.find((one) => one === value);
  if (word === undefined) throw malformed(field, `has to be one of ${words.join(', ')}`);
  return word;
}

/** Any value, as JSON, where it is not nested too deeply to be written. */
export function jsonAt(value: unknown, field: string): string {
  const text = writeJson(value);
  if (text === undefined) throw malformed(field, 'is nested too deeply');
  return text;
}

/** A key that nobody knows may be of any length. */
const FIELD_CHARACTERS_MAX = 80;

/** Refuses a field that says something and is none of these. */
export function refuseOthers(object: JsonObject, path: string, fields: readonly string[]): void {
  for (const [name, value] of Object.entries(object)) {
    if (!isGiven(value) || fields.includes(name)) continue;
    const at = `${path}.${name.slice(0, FIELD_CHARACTERS_MAX)}`;
    throw malformed(at, `nothing is made of this here; ${path} can have ${fields.join(', ')}`);
  }
}
