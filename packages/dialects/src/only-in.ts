import { WeirError } from '@weir/core/errors';
import type { DialectName } from './dialect-name.ts';
import type { JsonObject } from './json.ts';

/** A key that nobody knows may be of any length. */
const KEY_CHARACTERS_MAX = 80;

/** How a dialect refuses what its clients ask for and no other dialect has words for: it can be passed on, and no more. */
export interface OnlyIn {
  /**
   * @param what it is, where the field does not say.
   * @param advice what to do instead, as a sentence.
   */
  untranslatable(this: void, field: string, what?: string, advice?: string): WeirError;
  /** @throws {WeirError} for a field that says something and is none of the known ones. */
  refuseUnknown(this: void, object: JsonObject, known: readonly string[], path: string): void;
}

/** Thrown where it is not known which dialect the vendor speaks, but that it is another one. */
class Untranslatable extends WeirError {
  readonly #messageFor: (vendorSpeaks: string) => string;

  constructor(field: string, messageFor: (vendorSpeaks: string) => string) {
    super('invalid_request', messageFor('another format'), { param: field });
    this.#messageFor = messageFor;
  }

  naming(dialect: DialectName): WeirError {
    return new WeirError(this.code, this.#messageFor(dialect), { param: this.param });
  }
}

/** @param dialect which alone has it. */
export function onlyIn(dialect: DialectName): OnlyIn {
  const otherwise = `Leave it out, or use a model whose vendor speaks ${dialect}.`;
  const untranslatable = (field: string, what = 'this', advice = otherwise): WeirError =>
    new Untranslatable(
      field,
      (vendorSpeaks) =>
        `${field}: only ${dialect} has ${what}, and the vendor of this model speaks ${vendorSpeaks}. ${advice}`,
    );
  return {
    untranslatable,
    refuseUnknown(object, known, path) {
      for (const [key, value] of Object.entries(object)) {
        if (value === null || value === undefined || known.includes(key)) continue;
        const name = key.slice(0, KEY_CHARACTERS_MAX);
        throw untranslatable(path === '' ? name : `${path}.${name}`);
      }
    },
  };
}

/** Names in a refusal the dialect that the vendor speaks. */
export function namingVendors(thrown: unknown, dialect: DialectName): unknown {
  return thrown instanceof Untranslatable ? thrown.naming(dialect) : thrown;
}
