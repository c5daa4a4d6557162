import type { ReasoningPart, Signature } from '../call.ts';
import { DIALECT_NAMES } from '../dialect-name.ts';

/*
 * Anthropic's signatures are opaque base64, and its clients send `thinking` and `redacted_thinking` blocks back
 * untouched. So the signatures of other vendors travel in the same places, behind the name of their dialect:
 * `google-gemini:…`. What else such a vendor needs back stands between, in braces: flags, and an id in base64url.
 */

const OWN = 'anthropic-messages';

const FOREIGN = new RegExp(
  `^(${DIALECT_NAMES.filter((name) => name !== OWN).join('|')}):(?:\\{(e?)(s?),([\\w-]*)\\})?`,
);

/** Before the data of a `redacted_thinking` block that holds the signature of the tool call after it. */
const TOOL_CALL_MARK = 'tool_call:';

type Marks = Pick<ReasoningPart, 'encrypted' | 'summary' | 'id'>;

/** A piece of reasoning, and whatever else of it came with its signature. */
export type Signed = Marks & { readonly signature: Signature };

export function writeSignature({ dialect, value }: Signature, marks: Marks = {}): string {
  if (dialect === OWN) return value;
  const { encrypted, summary, id = '' } = marks;
  const plain = !encrypted && !summary && id === '' && !value.startsWith('{');
  if (plain) return `${dialect}:${value}`;
  const flags = `${encrypted ? 'e' : ''}${summary ? 's' : ''}`;
  return `${dialect}:{${flags},${Buffer.from(id).toString('base64url')}}${value}`;
}

/** @returns undefined for an empty one, which is none. */
export function readSignature(value: string | undefined): Signed | undefined {
  if (value === undefined || value === '') return undefined;
  const match = FOREIGN.exec(value);
  const dialect = DIALECT_NAMES.find((name) => name === match?.[1]);
  if (!match || !dialect) return { signature: { dialect: OWN, value } };
  const id = Buffer.from(match[4] ?? '', 'base64url').toString();
  return {
    signature: { dialect, value: value.slice(match[0].length) },
    ...(match[2] && { encrypted: true }),
    ...(match[3] && { summary: true }),
    ...(id !== '' && { id }),
  };
}

export function writeToolCallSignature(signature: Signature): string {
  return TOOL_CALL_MARK + writeSignature(signature);
}

/** @returns undefined for the data of reasoning. */
export function readToolCallSignature(data: string): Signature | undefined {
  return data.startsWith(TOOL_CALL_MARK)
    ? readSignature(data.slice(TOOL_CALL_MARK.length))?.signature
    : undefined;
}

/** What a `thinking` block says. */
export function thinkingPart(thinking: string, signature: string | undefined): ReasoningPart {
  return { kind: 'reasoning', text: thinking, ...readSignature(signature) };
}

/** What a `redacted_thinking` block says. */
export function redactedPart(data: string): ReasoningPart {
  return { kind: 'reasoning', text: '', ...readSignature(data), encrypted: true };
}
