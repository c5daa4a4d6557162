import { WeirError } from '@weir/core/errors';
import type { JsonObject } from '../json.ts';
import { malformed } from '../unsupported.ts';

/*
 * A client's request is read strictly, as what is not understood would be lost on the way to another format. What is
 * sent as null is left out, as Anthropic takes it. Paths are those of the field as the client wrote it.
 */

/** A field that is well-formed for all we know, but that the canonical model has no place for. */
export function uncarried(field: string, what = 'this'): WeirError {
  return new WeirError(
    'invalid_request',
    `${field}: ${what} can’t be carried over to the vendor of this model, which speaks another format than anthropic-messages. Leave it out, or use a model whose vendor speaks the format of your request.`,
    { param: field },
  );
}

export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

export function objectAt(value: unknown, path: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw malformed(path, 'has to be an object');
  }
  return value as JsonObject;
}

export function arrayAt(value: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(value)) throw malformed(path, 'has to be an array');
  return value as readonly unknown[];
}

export function stringAt(value: unknown, path: string): string {
  if (typeof value !== 'string') throw malformed(path, 'has to be a string');
  return value;
}

export function booleanAt(value: unknown, path: string): boolean {
  if (typeof value !== 'boolean') throw malformed(path, 'has to be true or false');
  return value;
}

export function numberAt(value: unknown, path: string, min: number, max: number): number {
  if (typeof value !== 'number' || !(value >= min && value <= max)) {
    throw malformed(path, `has to be a number from ${min} to ${max}`);
  }
  return value;
}

export function integerAt(value: unknown, path: string, min: number): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < min) {
    throw malformed(path, `has to be a whole number of at least ${min}`);
  }
  return value;
}

/** A field that may be left out. */
export function optional<T>(
  value: unknown,
  path: string,
  read: (value: unknown, path: string) => T,
): T | undefined {
  return isGiven(value) ? read(value, path) : undefined;
}

/** @throws {WeirError} naming the first field of the object that is none of these. */
export function onlyFields(object: JsonObject, known: readonly string[], path: string): void {
  for (const [field, value] of Object.entries(object)) {
    if (isGiven(value) && !known.includes(field)) {
      throw uncarried(path === '' ? field : `${path}.${field}`);
    }
  }
}

/** @throws {WeirError} for what is nested deeper than the stack allows. */
export function jsonText(value: unknown, path: string): string {
  try {
    return JSON.stringify(value);
  } catch {
    throw malformed(path, 'is nested too deeply');
  }
}
