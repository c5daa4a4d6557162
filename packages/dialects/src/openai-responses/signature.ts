import type { ReasoningPart, Signature } from '../call.ts';
import { joinTexts } from '../paragraphs.ts';
import { withoutPrefix, withPrefix } from '../signature-prefix.ts';

const OWN = 'openai-responses';

/** `encrypted_content` is where this format carries what a vendor needs to take up its reasoning again. */
export function encryptedContentOf(signature: Signature): string {
  return withPrefix(signature, OWN);
}

/** The other way round. */
export function signatureOf(encryptedContent: string): Signature {
  return withoutPrefix(encryptedContent, OWN);
}

/** Whether a vendor of this dialect can take it up. */
export function isOwn(signature: Signature | undefined): signature is Signature {
  return signature?.dialect === OWN;
}

/** Reasoning items that the gateway made bear ids that begin so, which say nothing to any vendor. */
const MADE_ID = 'rs_req_';

/** The id of a reasoning item that carries nothing but the signature of the tool call after it. */
const CALL_SIGNATURE_ID = 'rs_for_';

/** Of the item that carries the signature of this call. */
export function callSignatureId(callId: string): string {
  return `${CALL_SIGNATURE_ID}${callId}`;
}

/** @returns the call that the reasoning item's signature belongs to, if it belongs to one. */
export function signedCallId(itemId: string | undefined): string | undefined {
  return itemId?.startsWith(CALL_SIGNATURE_ID) ? itemId.slice(CALL_SIGNATURE_ID.length) : undefined;
}

/** What a reasoning item says. */
export interface ReasoningItem {
  readonly id: string | undefined;
  readonly summaries: readonly string[];
  readonly contents: readonly string[];
  readonly encryptedContent: string | undefined;
}

/**
 * One part for an item, or two where it has both a summary and the reasoning itself: the signature is with the last.
 * An item that has neither nor a signature says nothing.
 */
export function reasoningParts(item: ReasoningItem): ReasoningPart[] {
  const { summaries, contents } = item;
  const summary: ReasoningPart = { kind: 'reasoning', text: joinTexts(summaries), summary: true };
  const content: ReasoningPart = { kind: 'reasoning', text: joinTexts(contents) };
  const parts = [summary, content].filter(({ text }) => text !== '');
  const signing = signingOf(item);
  if (!signing) return parts;
  const last = parts.pop() ?? (summaries.length > 0 ? summary : content);
  return [...parts, { ...last, ...signing }];
}

type Signing = Pick<ReasoningPart, 'id' | 'encrypted'> & { readonly signature: Signature };

/**
 * OpenAI's own is always encrypted whole, whatever summary there is; of another vendor's, an item without any text does
 * not even have a place for it where the vendor encrypted the whole, and has an empty one where it just hides it.
 */
export function signingOf(item: ReasoningItem): Signing | undefined {
  const hasPlaceForText = item.summaries.length > 0 || item.contents.length > 0;
  if (item.encryptedContent === undefined || item.encryptedContent === '') return undefined;
  const signature = signatureOf(item.encryptedContent);
  const made = item.id?.startsWith(MADE_ID);
  return {
    signature,
    ...(item.id !== undefined && !made && { id: item.id }),
    ...((isOwn(signature) || !hasPlaceForText) && { encrypted: true }),
  };
}

/** What stands in a reasoning item for a part of this text: nothing at all for one that was encrypted whole. */
export function reasoningTexts({ text, summary, encrypted }: ReasoningPart) {
  const none = text === '' && encrypted === true;
  return {
    summary: summary && !none ? [{ type: 'summary_text', text }] : [],
    ...(!summary && !none && { content: [{ type: 'reasoning_text', text }] }),
  };
}
