/** An object's fields, of which some may be left out. */
export type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** The fields that have a value: one that is absent is not to be there as `undefined`. */
export function given<T extends object>(fields: T): Given<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<T>;
}
