import type { Citation, Signature } from '../call.ts';
import { DialectError } from '../dialect-error.ts';
import type { SseMessage } from '../dialect.ts';
import { asObject, parseJson, type JsonObject } from '../json.ts';
import type { ReplyEvent } from '../reply-event.ts';
import { renderCitation } from './citations.ts';
import { toolCallMark } from './render-reply.ts';
import { writeSignature } from './signatures.ts';

type EventOf<K extends ReplyEvent['kind']> = Extract<ReplyEvent, { kind: K }>;

/** The block under way; one of text or reasoning may not have been written yet. */
type Open =
  | { readonly kind: 'text'; readonly part: number | undefined; written: boolean }
  | {
      readonly kind: 'reasoning';
      readonly part: number | undefined;
      readonly summary: boolean;
      written: boolean;
    }
  | { readonly kind: 'tool_call'; readonly number: number };

/** A tool call, by the number that the events give it. */
interface Call {
  readonly event: EventOf<'tool_call'>;
  /** Of its block, once that is begun. */
  index: number | undefined;
  /** Its arguments as far as they came. */
  text: string;
}

/** An event of a stream; Anthropic's are named after their type. */
export function message(body: JsonObject & { readonly type: string }): SseMessage {
  return { event: body.type, data: JSON.stringify(body) };
}

/**
 * Writes the content blocks of one message. They come one after the other, numbered from 0, as clients take for granted;
 * so a tool call that begins while the arguments of another are incomplete waits until those are through.
 */
export class BlockWriter {
  #written: SseMessage[] = [];
  #blocks = 0;
  #open: Open | undefined;
  readonly #calls = new Map<number, Call>();
  #waiting: Call[] = [];

  /** What has been written since the last time. */
  take(): SseMessage[] {
    const written = this.#written;
    this.#written = [];
    return written;
  }

  /** The block begins with its first text, or with its first citation. */
  text({ text, part }: Pick<EventOf<'text'>, 'text' | 'part'>): void {
    const open = this.#open;
    if (open?.kind !== 'text' || open.part !== part) {
      this.close();
      this.#open = { kind: 'text', part, written: false };
    }
    if (text === '') return;
    this.#beginOpen();
    this.#textDelta('"text_delta","text"', text);
  }

  cite(citation: Citation): void {
    if (this.#open?.kind !== 'text') this.text({ text: '' });
    this.#beginOpen();
    this.#delta({ type: 'citations_delta', citation: renderCitation(citation) });
  }

  /** The block begins with its first text, or with its signature. */
  reasoning({ text, part, summary = false }: EventOf<'reasoning'>): void {
    const open = this.#open;
    if (open?.kind !== 'reasoning' || open.part !== part) {
      this.close();
      this.#open = { kind: 'reasoning', part, summary, written: false };
    }
    if (text === '') return;
    this.#beginOpen();
    this.#textDelta('"thinking_delta","thinking"', text);
  }

  /** The last thing that is said of a piece of reasoning. */
  sign({ signature, id, encrypted = false }: EventOf<'reasoning_signature'>): void {
    const open = this.#open?.kind === 'reasoning' ? this.#open : undefined;
    const marks = { summary: open?.summary ?? false, ...(id !== undefined && { id }) };
    if (encrypted && !open?.written) {
      this.#whole({ type: 'redacted_thinking', data: writeSignature(signature, marks) });
      return;
    }
    if (!open) {
      this.close();
      this.#open = { kind: 'reasoning', part: undefined, summary: false, written: false };
    }
    this.#beginOpen();
    this.#delta({
      type: 'signature_delta',
      signature: writeSignature(signature, { ...marks, encrypted }),
    });
    this.close();
  }

  toolCall(event: EventOf<'tool_call'>): void {
    const call: Call = { event, index: undefined, text: '' };
    this.#calls.set(event.call, call);
    const open = this.#open?.kind === 'tool_call' ? this.#calls.get(this.#open.number) : undefined;
    if (open && (this.#waiting.length > 0 || !asObject(parseJson(open.text)))) {
      this.#waiting.push(call);
      return;
    }
    this.close();
    this.#beginCall(call);
  }

  /** @throws {DialectError} for a call that had not begun. */
  toolArguments({ call: number, text }: EventOf<'tool_arguments'>): void {
    const call = this.#calls.get(number);
    if (!call) throw new DialectError('Arguments came of a tool call that had not begun.');
    call.text += text;
    if (call.index !== undefined && text !== '') this.#argumentsDelta(call.index, text);
  }

  /** Ends the block under way, and writes what waited for that. */
  close(): void {
    const open = this.#open;
    if (!open) return;
    this.#open = undefined;
    if (open.kind === 'tool_call' || open.written) this.#stop();
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const call of waiting) {
      this.#beginCall(call);
      if (call.text !== '') this.#argumentsDelta(this.#blocks - 1, call.text);
      this.#open = undefined;
      this.#stop();
    }
  }

  #beginCall(call: Call): void {
    const { call: number, id, name, signature } = call.event;
    this.#mark(signature);
    this.#open = { kind: 'tool_call', number };
    this.#start({ type: 'tool_use', id, name, input: {} });
    call.index = this.#blocks - 1;
  }

  #mark(signature: Signature | undefined): void {
    for (const block of toolCallMark(signature)) this.#whole(block);
  }

  #beginOpen(): void {
    const open = this.#open;
    if (open === undefined || open.kind === 'tool_call' || open.written) return;
    open.written = true;
    this.#start(
      open.kind === 'text' ? { type: 'text', text: '' } : { type: 'thinking', thinking: '', signature: '' },
    );
  }

  #whole(block: JsonObject): void {
    this.close();
    this.#start(block);
    this.#stop();
  }

  #start(block: JsonObject): void {
    const index = this.#blocks++;
    this.#written.push(message({ type: 'content_block_start', index, content_block: block }));
  }

  #delta(delta: JsonObject): void {
    this.#written.push(message({ type: 'content_block_delta', index: this.#blocks - 1, delta }));
  }

  /** Nearly every event of a stream: put together by hand, at a third of the time. */
  #textDelta(typeAndField: string, text: string, index = this.#blocks - 1): void {
    const delta = `{"type":${typeAndField}:${JSON.stringify(text)}}`;
    const data = `{"type":"content_block_delta","index":${index},"delta":${delta}}`;
    this.#written.push({ event: 'content_block_delta', data });
  }

  #argumentsDelta(index: number, text: string): void {
    this.#textDelta('"input_json_delta","partial_json"', text, index);
  }

  #stop(): void {
    this.#written.push(message({ type: 'content_block_stop', index: this.#blocks - 1 }));
  }
}
