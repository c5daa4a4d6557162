import type { Signature } from '../call.ts';
import type { JsonObject } from '../json.ts';
import type { ReplyEvent } from '../reply-event.ts';
import { itemEvents, type OutputItem, type Place } from './output-item.ts';
import { callSignatureId, encryptedContentOf } from './signature.ts';

type SignatureEvent = Extract<ReplyEvent, { kind: 'reasoning_signature' }>;

/** A piece of reasoning while it is written. */
export interface ReasoningOutput extends OutputItem {
  /** Whether a piece of text belongs to this item: a summary or not, and of the part with this number. */
  continues(summary: boolean, part: number | undefined): boolean;
  add(piece: string): void;
  /** @returns false when it is signed already. */
  sign(event: SignatureEvent): boolean;
}

/** What kind of text a piece of reasoning has. */
interface ReasoningKind {
  readonly summary: boolean;
  readonly part: number | undefined;
}

/** @param kind undefined for reasoning that has no text, but a signature only. */
export function reasoningItem(place: Place, kind: ReasoningKind | undefined): ReasoningOutput {
  const events = itemEvents(place);
  const spoken = kind && reasoningText(place, kind.summary);
  let signature: SignatureEvent | undefined;
  const rendered = (): JsonObject => ({
    id: signature?.id ?? place.id,
    type: 'reasoning',
    summary: [],
    ...spoken?.rendered(),
    ...(signature && { encrypted_content: encryptedContentOf(signature.signature) }),
  });
  return {
    rendered,
    open() {
      events.added({ id: place.id, type: 'reasoning', summary: [] });
      spoken?.open();
    },
    continues: (summary, part) => kind !== undefined && kind.summary === summary && kind.part === part,
    add: (piece) => spoken?.add(piece),
    sign(event) {
      if (signature) return false;
      signature = event;
      return true;
    },
    close() {
      spoken?.close();
      events.done(rendered());
    },
  };
}

/** A summary and reasoning itself have different events, and stand in different lists. */
function reasoningText({ id, outputIndex, emit }: Place, summary: boolean) {
  const type = summary ? 'summary_text' : 'reasoning_text';
  const about = {
    item_id: id,
    output_index: outputIndex,
    ...(summary ? { summary_index: 0 } : { content_index: 0 }),
  };
  const partEvent = summary ? 'response.reasoning_summary_part' : 'response.content_part';
  const textEvent = summary ? 'response.reasoning_summary_text' : 'response.reasoning_text';
  let text = '';
  return {
    rendered: (): JsonObject => ({ [summary ? 'summary' : 'content']: [{ type, text }] }),
    open: (): void => emit(`${partEvent}.added`, { ...about, part: { type, text: '' } }),
    add(piece: string): void {
      if (piece === '') return;
      text += piece;
      emit(`${textEvent}.delta`, about, piece);
    },
    close(): void {
      emit(`${textEvent}.done`, { ...about, text });
      emit(`${partEvent}.done`, { ...about, part: { type, text } });
    },
  };
}

/** The format has no place for a signature in a call: an item before it carries it, and names the call. */
export function callSignatureItem(place: Place, callId: string, signature: Signature): OutputItem {
  const events = itemEvents(place);
  const rendered = (): JsonObject => ({
    id: callSignatureId(callId),
    type: 'reasoning',
    summary: [],
    encrypted_content: encryptedContentOf(signature),
  });
  return {
    rendered,
    open: () => events.added(rendered()),
    close: () => events.done(rendered()),
  };
}
