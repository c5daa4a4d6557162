import type { JsonObject } from '../json.ts';
import { OneText, signsPieces } from '../paragraphs.ts';
import type { ReplyEvent } from '../reply-event.ts';
import { renderFinish } from './finish-reason.ts';
import { renderDetails } from './reasoning-details.ts';
import { renderImage, renderReasoning, renderToolCall } from './reply-fields.ts';
import { renderLogprobs } from './token-logprobs.ts';
import { renderCitation } from './url-citation.ts';

type ChoiceEvent = Extract<ReplyEvent, { choice: number }>;

/** The part under way, as far as its place matters. */
interface OpenPart {
  readonly kind: 'text' | 'reasoning' | 'other';
  readonly part: number | undefined;
  signed: boolean;
}

/** Writes one choice of a stream: the `choices[0]` of each chunk. */
export class ChoiceWriter {
  readonly #index: number;
  #begun = false;
  #open: OpenPart | undefined;
  /** Characters of all text, and where among them the text under way begins. */
  #textLength = 0;
  #textFrom = 0;
  readonly #oneText = new OneText();
  readonly #oneReasoning = new OneText();
  #reasoningIndex = -1;
  #images = 0;
  #refused = false;
  /** Calls, and whether anything of their arguments was written. */
  readonly #calls = new Map<number, boolean>();

  constructor(index: number) {
    this.#index = index;
  }

  get begun(): boolean {
    return this.#begun;
  }

  /**
   * A piece of text goes out.
   * @returns it, with what sets it apart from another text before.
   */
  addText({ part, text, apart }: Extract<ChoiceEvent, { kind: 'text' }>): string {
    const before = this.#openText(part, apart);
    this.#textLength += text.length;
    return before + text;
  }

  /** The first of all carries the role and an empty content, as clients expect it. */
  write(event: ChoiceEvent): JsonObject[] {
    const written = this.#write(event);
    if (this.#begun) return written;
    this.#begun = true;
    return [this.#choice({ role: 'assistant', content: '' }), ...written];
  }

  #write(event: ChoiceEvent): JsonObject[] {
    switch (event.kind) {
      case 'text':
        return [this.#choice({ content: this.addText(event) })];
      case 'citation': {
        if (this.#open?.kind !== 'text') this.#openText(undefined, false);
        const annotation = renderCitation(event.citation, this.#textFrom, this.#textLength);
        return [this.#choice({ annotations: [annotation] })];
      }
      case 'refusal':
        this.#openOther();
        this.#refused = true;
        return [this.#choice({ refusal: event.text })];
      case 'reasoning':
        return [this.#reasoning(event)];
      case 'reasoning_signature':
        return [this.#signature(event)];
      case 'tool_call': {
        this.#openOther();
        this.#calls.set(event.call, false);
        return [this.#callDelta(event.call, renderToolCall({ ...event, arguments: '' }))];
      }
      case 'tool_arguments':
        this.#calls.set(event.call, true);
        return [this.#callDelta(event.call, { function: { arguments: event.text } })];
      case 'produced_image':
        this.#openOther();
        return [this.#choice({ images: [renderImage(event, this.#images++)] })];
      case 'logprobs': {
        const logprobs = renderLogprobs(event.tokens, this.#refused ? 'refusal' : 'content');
        return [{ ...this.#choice({}), logprobs }];
      }
      case 'finish':
        return this.#finish(event);
    }
  }

  #choice(delta: JsonObject): JsonObject {
    return { index: this.#index, delta, finish_reason: null };
  }

  #callDelta(index: number, call: JsonObject): JsonObject {
    return this.#choice({ tool_calls: [{ index, ...call }] });
  }

  #reasoning({ text, summary, part }: Extract<ChoiceEvent, { kind: 'reasoning' }>): JsonObject {
    let before = '';
    if (this.#open?.kind !== 'reasoning' || this.#open.part !== part) {
      this.#openReasoning(part);
      before = this.#oneReasoning.begin(true);
    }
    if (text !== '') this.#oneText.interrupt();
    const detail = renderDetails({ text, ...(summary && { summary }) }, this.#reasoningIndex);
    return this.#choice({ ...renderReasoning(before + text), reasoning_details: detail });
  }

  #signature(event: Extract<ChoiceEvent, { kind: 'reasoning_signature' }>): JsonObject {
    if (this.#open?.kind !== 'reasoning' || this.#open.signed) this.#openReasoning(undefined);
    if (this.#open) this.#open.signed = true;
    const { signature, id, encrypted } = event;
    if (!signsPieces(signature)) this.#oneText.interrupt();
    const part = { text: '', signature, ...(id !== undefined && { id }), ...(encrypted && { encrypted }) };
    return this.#choice({ reasoning_details: renderDetails(part, this.#reasoningIndex) });
  }

  /** Clients parse the arguments of every call: where the model gave none, that is an empty object. */
  #finish({ finish }: Extract<ChoiceEvent, { kind: 'finish' }>): JsonObject[] {
    const bare = [...this.#calls].filter(([, written]) => !written);
    const produced = { toolCalls: this.#calls.size > 0, refusal: this.#refused };
    return [
      ...bare.map(([call]) => this.#callDelta(call, { function: { arguments: '{}' } })),
      { ...this.#choice({}), ...renderFinish(finish, produced) },
    ];
  }

  #openText(part: number | undefined, apart = false): string {
    if (this.#open?.kind === 'text' && this.#open.part === part) return '';
    this.#open = { kind: 'text', part, signed: false };
    const before = this.#oneText.begin(apart);
    this.#textLength += before.length;
    this.#textFrom = this.#textLength;
    return before;
  }

  #openReasoning(part: number | undefined): void {
    this.#open = { kind: 'reasoning', part, signed: false };
    this.#reasoningIndex++;
  }

  #openOther(): void {
    this.#oneText.interrupt();
    this.#open = { kind: 'other', part: undefined, signed: false };
  }
}
