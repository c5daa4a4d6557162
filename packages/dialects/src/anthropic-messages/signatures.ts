import type { ReasoningPart, Signature } from '../call.ts';
import { withoutPrefix, withPrefix } from '../signature-prefix.ts';

/*
 * Anthropic's signatures are opaque base64, and its clients send `thinking` and `redacted_thinking` blocks back
 * untouched. So the signatures of other vendors travel in the same places. What else such a vendor needs back stands
 * between its dialect's name and the signature, in braces: flags, and an id in base64url.
 */

const OWN = 'anthropic-messages';

const MARKS = /^\{(e?)(s?),([\w-]*)\}/;

/** Before the data of a `redacted_thinking` block that holds the signature of the tool call after it. */
const TOOL_CALL_MARK = 'tool_call:';

type Marks = Pick<ReasoningPart, 'encrypted' | 'summary' | 'id'>;

/** A piece of reasoning, and whatever else of it came with its signature. */
export type Signed = Marks & { readonly signature: Signature };

/** @param marks what a vendor of another dialect needs back with it. */
export function writeSignature(signature: Signature, marks: Marks = {}): string {
  const { dialect, value } = signature;
  const { encrypted, summary, id = '' } = marks;
  const plain = !encrypted && !summary && id === '' && !value.startsWith('{');
  if (plain || dialect === OWN) return withPrefix(signature, OWN);
  const flags = `${encrypted ? 'e' : ''}${summary ? 's' : ''}`;
  const marked = `{${flags},${Buffer.from(id).toString('base64url')}}${value}`;
  return withPrefix({ dialect, value: marked }, OWN);
}

/** @returns undefined for an empty one, which is none. */
export function readSignature(text: string | undefined): Signed | undefined {
  if (text === undefined || text === '') return undefined;
  const signature = withoutPrefix(text, OWN);
  const { dialect, value } = signature;
  const match = dialect === OWN ? null : MARKS.exec(value);
  if (!match) return { signature };
  const [marks, encrypted, summary, written = ''] = match;
  const id = Buffer.from(written, 'base64url').toString();
  return {
    signature: { dialect, value: value.slice(marks.length) },
    ...(encrypted && { encrypted: true }),
    ...(summary && { summary: true }),
    ...(id !== '' && { id }),
  };
}

/** The data of a block before a tool call. */
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
