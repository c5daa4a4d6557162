import type { Signature } from '../call.ts';
import { DialectError } from '../dialect-error.ts';
import { asArray, asObject, asString, type JsonObject } from '../json.ts';
import type { ReplyEvent } from '../reply-event.ts';
import { argumentsText } from '../tool-arguments.ts';
import { withoutPrefix } from '../signature-prefix.ts';

/** OpenAI takes no id of more than 40 characters; the end of a reply's id tells most. */
const REPLY_ID_CHARACTERS_MAX = 24;

interface OpenCall {
  readonly number: number;
  readonly id: string | undefined;
  /** Absent until it came, with which the call begins. */
  name: string | undefined;
  signature: Signature | undefined;
  /** What came before its name. */
  early: string;
}

/**
 * Reads the tool calls of one choice. In OpenAI's streams a call is told by its `index`, has its id and its name in its
 * first delta, and its arguments in pieces. Others repeat id and name in every delta, or send them empty; leave out the
 * index, and send each call whole; send all calls with index 0; or leave out the id.
 */
export class ToolCallReader {
  readonly #choice: number;
  readonly #replyId: string | undefined;
  readonly #calls: OpenCall[] = [];
  readonly #byIndex = new Map<number, OpenCall>();
  readonly #byId = new Map<string, OpenCall>();

  constructor(choice: number, replyId: string | undefined) {
    this.#choice = choice;
    this.#replyId = replyId;
  }

  /**
   * @param speech the message, or the delta
   * @param isWhole whether it is the message, where each item is a call of its own, whatever its index says.
   */
  read(speech: JsonObject, isWhole: boolean): ReplyEvent[] {
    const events: ReplyEvent[] = [];
    for (const item of asArray(speech['tool_calls'])) {
      const delta = asObject(item);
      if (!delta) throw new DialectError('The reply carries a tool call that is no object.');
      if (asObject(delta['custom'])) throw new DialectError('The reply carries a call of a custom tool.');
      const placed = isWhole ? { ...delta, index: this.#calls.length } : delta;
      this.#add(placed, asObject(delta['function']) ?? {}, events);
    }
    const legacy = asObject(speech['function_call']);
    // Of these there is one to a choice, and it has no id.
    if (legacy) this.#add({ index: -1 }, legacy, events);
    return events;
  }

  /** @returns whether there were any. */
  finish(): boolean {
    if (this.#calls.some(({ name }) => name === undefined))
      throw new DialectError('The reply carries a tool call without a name.');
    return this.#calls.length > 0;
  }

  #add(delta: JsonObject, called: JsonObject, events: ReplyEvent[]): void {
    const id = asString(delta['id']) || undefined;
    const name = asString(called['name']) || undefined;
    const call = this.#find(delta['index'], id, name);
    call.signature ??= signatureIn(delta);
    const text = argumentsOf(called['arguments']);
    const place = { choice: this.#choice, call: call.number };
    if (call.name !== undefined) {
      if (text !== '') events.push({ kind: 'tool_arguments', ...place, text });
      return;
    }
    call.early += text;
    if (name === undefined) return;
    call.name = name;
    const { signature, early } = call;
    const callId = call.id ?? this.#madeUpId(call.number);
    events.push({ kind: 'tool_call', ...place, id: callId, name, ...(signature && { signature }) });
    if (early !== '') events.push({ kind: 'tool_arguments', ...place, text: early });
  }

  #find(index: unknown, id: string | undefined, name: string | undefined): OpenCall {
    const known = id === undefined ? undefined : this.#byId.get(id);
    if (typeof index === 'number') {
      const indexed = this.#byIndex.get(index);
      if (indexed && !isOther(indexed, id, name)) return indexed;
      return (indexed && known) ?? this.#begin(index, id);
    }
    const last = id === undefined && name === undefined ? this.#calls.at(-1) : undefined;
    return known ?? last ?? this.#begin(index, id);
  }

  #begin(index: unknown, id: string | undefined): OpenCall {
    const number = this.#calls.length;
    const call: OpenCall = { number, id, name: undefined, signature: undefined, early: '' };
    this.#calls.push(call);
    if (typeof index === 'number') this.#byIndex.set(index, call);
    if (id !== undefined) this.#byId.set(id, call);
    return call;
  }

  /** The reply's id makes it differ from those of earlier turns; no dialect takes other characters than these. */
  #madeUpId(call: number): string {
    const reply = this.#replyId?.replaceAll(/[^\w-]/g, '').slice(-REPLY_ID_CHARACTERS_MAX) ?? '';
    return `call_${reply === '' ? '' : `${reply}_`}${this.#choice}_${call}`;
  }
}

/** A name begins another call where it, or the id, is another one: then the index says nothing. */
function isOther(call: OpenCall, id: string | undefined, name: string | undefined): boolean {
  if (name === undefined || call.name === undefined) return false;
  return id === undefined || call.id === undefined ? name !== call.name : id !== call.id;
}

/** @see https://ai.google.dev/gemini-api/docs/thought-signatures#openai */
function signatureIn(delta: JsonObject): Signature | undefined {
  const google = asObject(asObject(delta['extra_content'])?.['google']);
  const text = asString(google?.['thought_signature']);
  return text ? withoutPrefix(text, 'openai-chat') : undefined;
}

/** Mistral's and Ollama's models have been seen to send the object itself. */
function argumentsOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const args = asObject(value);
  return args ? argumentsText(args) : '';
}
