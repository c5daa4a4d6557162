import { WeirError } from '@weir/core/errors';
import { asObject, type JsonObject } from '../json.ts';
import { malformed } from '../unsupported.ts';

/** What of a client's request no other dialect has: such a call can't be translated, only passed on. */
export function untranslatable(field: string, what = 'this'): WeirError {
  return new WeirError(
    'invalid_request',
    `${field}: ${what} has no counterpart in the format of this model’s vendor. Leave it out, or use a model whose vendor speaks the Responses API itself.`,
    { param: field },
  );
}

/**
 * An object that a client sent, of which every field has to be accounted for: `done` refuses those that nobody asked
 * for. A field that is null says nothing.
 */
export class RequestFields {
  readonly path: string;
  readonly #object: JsonObject;
  readonly #known = new Set<string>();

  /** @throws {WeirError} for what is no object. */
  constructor(value: unknown, path: string) {
    const object = asObject(value);
    if (!object) throw malformed(path, 'has to be an object');
    this.#object = object;
    this.path = path;
  }

  /** The field's name as the client would write it. */
  at(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`;
  }

  /** Fields that mean nothing to another vendor, and change nothing of what the reply says. */
  ignore(...names: readonly string[]): void {
    for (const name of names) this.#known.add(name);
  }

  /** @returns undefined for what is absent or null. */
  value(name: string): unknown {
    this.#known.add(name);
    return Object.hasOwn(this.#object, name) ? (this.#object[name] ?? undefined) : undefined;
  }

  string(name: string): string | undefined {
    const value = this.value(name);
    if (value === undefined || typeof value === 'string') return value;
    throw malformed(this.at(name), 'has to be a string');
  }

  requiredString(name: string): string {
    const value = this.string(name);
    if (value === undefined) throw malformed(this.at(name), 'is missing');
    return value;
  }

  boolean(name: string): boolean | undefined {
    const value = this.value(name);
    if (value === undefined || typeof value === 'boolean') return value;
    throw malformed(this.at(name), 'has to be true or false');
  }

  number(name: string, min: number, max: number): number | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    if (typeof value === 'number' && value >= min && value <= max) return value;
    throw malformed(this.at(name), `has to be a number from ${min} to ${max}`);
  }

  oneOf<const T extends string>(name: string, allowed: readonly T[]): T | undefined {
    const value = this.string(name);
    if (value === undefined) return undefined;
    const found = allowed.find((one) => one === value);
    if (found === undefined) throw malformed(this.at(name), `has to be one of ${allowed.join(', ')}`);
    return found;
  }

  list(name: string): readonly unknown[] | undefined {
    const value = this.value(name);
    if (value === undefined || Array.isArray(value)) return value as readonly unknown[] | undefined;
    throw malformed(this.at(name), 'has to be an array');
  }

  object(name: string): JsonObject | undefined {
    const value = this.value(name);
    const object = asObject(value);
    if (value !== undefined && !object) throw malformed(this.at(name), 'has to be an object');
    return object;
  }

  fields(name: string): RequestFields | undefined {
    const object = this.object(name);
    return object && new RequestFields(object, this.at(name));
  }

  /** @throws {WeirError} for a field that says something and was not read. */
  done(): void {
    for (const [name, value] of Object.entries(this.#object)) {
      if (value !== null && value !== undefined && !this.#known.has(name))
        throw untranslatable(this.at(name));
    }
  }
}
