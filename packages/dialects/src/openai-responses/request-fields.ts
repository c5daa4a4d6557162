import type { JsonObject } from '../json.ts';
import {
  arrayAt,
  flagAt,
  isGiven,
  numberAt,
  objectAt,
  oneOfAt,
  optional,
  stringAt,
} from '../strict-fields.ts';
import { malformed } from '../unsupported.ts';
import { untranslatable } from './only-here.ts';

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
    this.#object = objectAt(value, path);
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
    return optional(this.value(name), this.at(name), stringAt);
  }

  requiredString(name: string): string {
    const value = this.string(name);
    if (value === undefined) throw malformed(this.at(name), 'is missing');
    return value;
  }

  boolean(name: string): boolean | undefined {
    return optional(this.value(name), this.at(name), flagAt);
  }

  number(name: string, min: number, max: number): number | undefined {
    return optional(this.value(name), this.at(name), (value, field) => numberAt(value, field, min, max));
  }

  oneOf<const W extends string>(name: string, words: readonly W[]): W | undefined {
    return optional(this.value(name), this.at(name), (value, field) => oneOfAt(value, field, words));
  }

  list(name: string): readonly unknown[] | undefined {
    return optional(this.value(name), this.at(name), arrayAt);
  }

  object(name: string): JsonObject | undefined {
    return optional(this.value(name), this.at(name), objectAt);
  }

  fields(name: string): RequestFields | undefined {
    return optional(this.value(name), this.at(name), (value, field) => new RequestFields(value, field));
  }

  /** @throws {WeirError} for a field that says something and was not read. */
  done(): void {
    for (const [name, value] of Object.entries(this.#object)) {
      if (isGiven(value) && !this.#known.has(name)) throw untranslatable(this.at(name));
    }
  }
}
