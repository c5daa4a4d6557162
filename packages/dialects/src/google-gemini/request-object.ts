import { ITEMS_MAX } from '../check-request.ts';
import type { JsonObject } from '../json.ts';
import { flagAt, integerAt, isGiven, objectAt, stringAt } from '../strict-fields.ts';
import { malformed } from '../unsupported.ts';
import { untranslatable } from './only-here.ts';

/** A value of a request and where it stands, in the client's own spelling. */
export interface Placed {
  readonly value: unknown;
  readonly path: string;
}

const INTEGER = /^-?\d{1,15}$/;

/**
 * An object of a client's request, read as Google reads JSON: names in camelCase or in snake_case, null as absent,
 * integers also as text, one value in the place of a list of one.
 * @see https://protobuf.dev/programming-guides/json/
 */
export class RequestObject {
  readonly path: string;
  readonly #fields = new Map<string, { readonly value: unknown; readonly written: string }>();
  readonly #read = new Set<string>();

  /** @throws {WeirError} `invalid_request` when the value is no object, or has a field in both spellings. */
  constructor({ value, path }: Placed) {
    this.path = path;
    for (const [written, field] of Object.entries(objectAt(value, path))) {
      if (!isGiven(field)) continue;
      const name = camelCase(written);
      if (this.#fields.has(name)) {
        throw malformed(this.#placeOf(written), 'is given twice, in both spellings');
      }
      this.#fields.set(name, { value: field, written });
    }
  }

  /** Where the field stands, or would stand. */
  pathOf(name: string): string {
    return this.#placeOf(this.#fields.get(name)?.written ?? name);
  }

  has(name: string): boolean {
    return this.#fields.has(name);
  }

  get(name: string): Placed | undefined {
    const field = this.#fields.get(name);
    if (!field) return undefined;
    this.#read.add(name);
    return { value: field.value, path: this.#placeOf(field.written) };
  }

  string(name: string): string | undefined {
    return this.#as(stringAt, name);
  }

  number(name: string): number | undefined {
    return this.#as(numberAt, name);
  }

  /** @throws {WeirError} `invalid_request` when it is none, or outside of these bounds. */
  integer(name: string, min: number, max: number): number | undefined {
    return this.#as((value, path) => {
      const number = typeof value === 'string' && INTEGER.test(value) ? Number(value) : value;
      return integerAt(number, path, min, max);
    }, name);
  }

  boolean(name: string): boolean | undefined {
    return this.#as(flagAt, name);
  }

  object(name: string): RequestObject | undefined {
    const field = this.get(name);
    return field && new RequestObject(field);
  }

  /** An object that is the client's own, with names that are left as they are. */
  json(name: string): JsonObject | undefined {
    return this.#as(objectAt, name);
  }

  list(name: string): readonly Placed[] {
    const field = this.get(name);
    if (field === undefined) return [];
    const { value, path } = field;
    if (!Array.isArray(value)) return [field];
    if (value.length > ITEMS_MAX) throw malformed(path, `has to have at most ${ITEMS_MAX} items`);
    return value.map((item: unknown, i) => ({ value: item, path: `${path}[${i}]` }));
  }

  objects(name: string): readonly RequestObject[] {
    return this.list(name).map((item) => new RequestObject(item));
  }

  strings(name: string): readonly string[] {
    return this.list(name).map(({ value, path }) => stringAt(value, path));
  }

  /** @throws {WeirError} `invalid_request` naming a field that nobody asked for. */
  refuseOthers(): void {
    for (const [name, { written }] of this.#fields) {
      if (!this.#read.has(name)) throw untranslatable(this.#placeOf(written));
    }
  }

  #as<T>(read: (value: unknown, path: string) => T, name: string): T | undefined {
    const field = this.get(name);
    return field && read(field.value, field.path);
  }

  #placeOf(written: string): string {
    return this.path === '' ? written : `${this.path}.${written}`;
  }
}

/** `response_schema` is `responseSchema`; `_responseJsonSchema` keeps its underscore. */
function camelCase(name: string): string {
  if (!name.includes('_')) return name;
  return name.replaceAll(/(?<=[a-z0-9])_([a-z0-9])/gi, (_, letter: string) => letter.toUpperCase());
}

/** Without bounds, which are the vendor's to judge. */
function numberAt(value: unknown, path: string): number {
  if (typeof value !== 'number') throw malformed(path, 'has to be a number');
  return value;
}
