import type { Signature } from './call.ts';
import { DIALECT_NAMES, type DialectName } from './dialect-name.ts';

/*
 * A signature goes through clients of any dialect, in the field that theirs has for its own. One of another dialect is
 * told by the name of its dialect and a colon before it, with which no vendor's begins.
 */

/** @param own the client's dialect. */
export function withPrefix({ dialect, value }: Signature, own: DialectName): string {
  return dialect === own ? value : `${dialect}:${value}`;
}

/** The other way round. */
export function withoutPrefix(text: string, own: DialectName): Signature {
  const dialect = DIALECT_NAMES.find((name) => name !== own && text.startsWith(`${name}:`));
  return dialect === undefined
    ? { dialect: own, value: text }
    : { dialect, value: text.slice(dialect.length + 1) };
}
