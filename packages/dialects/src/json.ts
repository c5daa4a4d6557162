/*
 * Vendors' JSON is read forgivingly, and by hand: what is left out, sent as null, or as something else than it should
 * be is absent.
 */

export type JsonObject = Readonly<Record<string, unknown>>;

/** @returns undefined for what is no object; an array is none. */
export function asObject(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;
}

/** @returns an empty one for what is none. */
export function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

/** @returns undefined for what is none. */
export function asString(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** A word such as `stop`, which is kept: nothing that could be a piece of a reply passes for one. */
export function asWord(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\w.-]{1,40}$/.test(value) ? value : undefined;
}

/** Above this, which is what a Postgres integer holds, a figure is no count of tokens. */
export const TOKENS_MAX = 2_147_483_647;

/** @returns undefined for what is no count of tokens. */
export function asTokenCount(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= TOKENS_MAX
    ? value
    : undefined;
}

/** @returns undefined for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @returns undefined for what is nested more deeply than the stack allows: such a value can be read, but not written. */
export function writeJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
