import type { Citation, Signature, ToolCallPart } from '../call.ts';
import { DialectError } from '../dialect-error.ts';
import type { JsonObject } from '../json.ts';
import type { ReplyEvent } from '../reply-event.ts';
import { PARAGRAPH } from '../paragraphs.ts';
import type { Finish, ReplyPart } from '../reply.ts';
import { placeCitation, renderGrounding } from './citations.ts';
import { renderFinish } from './finish-reason.ts';
import { given } from '../given.ts';
import { renderCall, renderReasoning } from './model-parts.ts';
import { TextOffsets } from './text-offsets.ts';
import { renderSignature } from './thought-signature.ts';

/** A call under way. */
interface HeldCall {
  readonly id: string;
  readonly name: string;
  readonly signature?: Signature;
  arguments: string;
}

/** Of one choice. */
export type CandidateEvent = Extract<ReplyEvent, { choice: number }>;

/**
 * Writes one candidate's parts. A call goes out whole: it is held until something else begins, as the pieces of several
 * may be interleaved. One whose arguments are no JSON object has no place in a reply of Google's, which says so in the
 * words it has for its own: `MALFORMED_FUNCTION_CALL`, and what the model wrote as the `finishMessage`.
 */
export class CandidateWriter {
  readonly #offsets = new TextOffsets();
  readonly #citations: { readonly citation: Citation; readonly textStart: number }[] = [];
  readonly #malformed: string[] = [];
  readonly #calls = new Map<number, HeldCall>();
  #textStart: number | undefined;
  /** The last text that stands apart. */
  #apartPart: number | undefined;
  #finish: Finish | undefined;

  get finish(): Finish | undefined {
    return this.#finish;
  }

  /** @returns the parts that are ready. */
  write(event: CandidateEvent): JsonObject[] {
    switch (event.kind) {
      case 'text':
      case 'refusal':
        return [...this.#flush(), this.#text(this.#apart(event) + event.text)];
      case 'reasoning':
        return [...this.#begin(), renderReasoning(event, undefined)];
      case 'reasoning_signature': {
        const { encrypted, signature } = event;
        const part = { text: '', ...given({ encrypted }) };
        return [...this.#begin(), renderReasoning(part, renderSignature(signature))];
      }
      case 'produced_image':
        return [...this.#begin(), renderImage(event)];
      case 'tool_call': {
        const { id, name, signature } = event;
        this.#textStart = undefined;
        this.#calls.set(event.call, { id, name, ...given({ signature }), arguments: '' });
        return [];
      }
      case 'tool_arguments': {
        const call = this.#calls.get(event.call);
        if (!call) throw new DialectError('Arguments came of a tool call that is not under way.');
        call.arguments += event.text;
        return [];
      }
      case 'citation':
        this.#cite(event.citation);
        return [];
      case 'finish':
        this.#finish = event.finish;
        return this.#begin();
      case 'logprobs':
        return [];
    }
  }

  /** A part that is whole. */
  writePart(part: ReplyPart): JsonObject[] {
    switch (part.kind) {
      case 'text':
      case 'refusal': {
        this.#begin();
        const apart = part.kind === 'text' && part.apart;
        const rendered = this.#text(apart ? PARAGRAPH + part.text : part.text);
        if (part.kind === 'text') for (const citation of part.citations ?? []) this.#cite(citation);
        return [rendered];
      }
      case 'reasoning':
        return [renderReasoning(part, part.signature && renderSignature(part.signature))];
      case 'tool_call':
        return this.#call(part);
      case 'produced_image':
        return [renderImage(part)];
    }
  }

  /** What the last message says of it. */
  end(finish = this.#finish): JsonObject {
    const malformed = this.#malformed.length > 0;
    const word = finish && renderFinish(finish);
    const placed = this.#citations.map(({ citation, textStart }) =>
      placeCitation(citation, this.#offsets, textStart),
    );
    return given({
      finishReason: malformed && finish?.reason !== 'length' ? 'MALFORMED_FUNCTION_CALL' : word,
      finishMessage: malformed ? `Malformed function call: ${this.#malformed.join(', ')}` : finish?.message,
      groundingMetadata: renderGrounding(placed),
    });
  }

  /** What a text begins with that stands apart from the one before it: clients put together what follows one another. */
  #apart(event: Extract<CandidateEvent, { kind: 'text' | 'refusal' }>): string {
    if (event.kind === 'refusal' || !event.apart || event.part === this.#apartPart) return '';
    this.#apartPart = event.part;
    return PARAGRAPH;
  }

  #text(text: string): JsonObject {
    this.#textStart ??= this.#offsets.chars;
    this.#offsets.append(text);
    return { text };
  }

  /** Of the text under way, or of that which begins. */
  #cite(citation: Citation): void {
    this.#textStart ??= this.#offsets.chars;
    this.#citations.push({ citation, textStart: this.#textStart });
  }

  /** Another part begins. */
  #begin(): JsonObject[] {
    this.#textStart = undefined;
    return this.#flush();
  }

  #flush(): JsonObject[] {
    const parts = [...this.#calls.values()].flatMap((call) => this.#call(call));
    this.#calls.clear();
    return parts;
  }

  #call(call: Omit<ToolCallPart, 'kind'>): JsonObject[] {
    const part = renderCall(call, call.signature && renderSignature(call.signature));
    if (part) return [part];
    this.#malformed.push(`${call.name}(${call.arguments})`);
    return [];
  }
}

function renderImage({ mediaType, data }: { mediaType: string; data: string }): JsonObject {
  return { inlineData: { mimeType: mediaType, data } };
}
