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

/** @param dialect which alone has it. */
export function onlyIn(dialect: DialectName): OnlyIn {
  const otherwise = `Leave it out, or use a model whose vendor speaks ${dialect}.`;
  const untranslatable = (field: string, what = 'this', advice = otherwise): WeirError =>
    new WeirError(
      'invalid_request',
      `${field}: only ${dialect} has ${what}, and the vendor of this model speaks another format. ${advice}`,
      { param: field },
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
