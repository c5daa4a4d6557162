import type { Signature } from '../call.ts';
import { DIALECT_NAMES, type DialectName } from '../dialect-name.ts';

const OWN: DialectName = 'openai-chat';

/**
 * A signature as a client of this dialect keeps it, and gives it back. One of another dialect is told by the name of its
 * dialect and a colon before it.
 */
export function writeSignature({ dialect, value }: Signature): string {
  return dialect === OWN ? value : `${dialect}:${value}`;
}

export function readSignature(text: string): Signature {
  for (const dialect of DIALECT_NAMES) {
    if (dialect !== OWN && text.startsWith(`${dialect}:`)) {
      return { dialect, value: text.slice(dialect.length + 1) };
    }
  }
  return { dialect: OWN, value: text };
}
