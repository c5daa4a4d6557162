import { z } from 'zod';

/**
 * A message as protocol buffers read it from JSON: fields in camel case or in snake case, null is absent, an unknown
 * field is refused. See https://protobuf.dev/programming-guides/json/
 */
export function protoMessage<T extends z.ZodRawShape>(shape: T) {
  return z.preprocess((value) => readFields(value, shape), z.strictObject(shape));
}

/** An enum's value in any case. */
export function protoEnum<const T extends string>(values: readonly T[]) {
  return z.preprocess((value) => (typeof value === 'string' ? value.toUpperCase() : value), z.enum(values));
}

function readFields(value: unknown, shape: object): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, field]) => {
      const known = Object.hasOwn(shape, camel(name)) ? camel(name) : name;
      return field === null ? [] : [[known, field]];
    }),
  );
}

function camel(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase());
}
