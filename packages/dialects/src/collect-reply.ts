import { DialectError } from './dialect-error.ts';
import type { ReplyEvent } from './reply-event.ts';
import type { Citation, ReasoningPart, TextPart, ToolCallPart } from './call.ts';
import type { Choice, Finish, Reply, ReplyPart, TokenLogprob } from './reply.ts';
import { mergeUsage } from './usage.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

interface OpenPart {
  readonly part: ReplyPart;
  /** The number that the events gave it. */
  readonly number: number | undefined;
}

class ChoiceCollector {
  readonly #parts: ReplyPart[] = [];
  readonly #calls = new Map<number, Mutable<ToolCallPart>>();
  readonly #logprobs: TokenLogprob[] = [];
  #open: OpenPart | undefined;
  #finish: Finish | undefined;

  add(event: Extract<ReplyEvent, { choice: number }>): void {
    switch (event.kind) {
      case 'text':
        this.#text(event.part, event.apart).text += event.text;
        break;
      case 'citation':
        this.#cite(event.citation);
        break;
      case 'refusal':
        this.#append({ kind: 'refusal', text: '' }, undefined).text += event.text;
        break;
      case 'reasoning': {
        const part: Mutable<ReasoningPart> = {
          kind: 'reasoning',
          text: '',
          ...(event.summary !== undefined && { summary: event.summary }),
        };
        this.#append(part, event.part).text += event.text;
        break;
      }
      case 'reasoning_signature':
        this.#sign(event);
        break;
      case 'tool_call': {
        const { call, id, name, signature } = event;
        const part: Mutable<ToolCallPart> = { kind: 'tool_call', id, name, arguments: '' };
        if (signature) part.signature = signature;
        this.#calls.set(call, part);
        this.#push(part, undefined);
        break;
      }
      case 'tool_arguments': {
        const part = this.#calls.get(event.call);
        if (!part) throw new DialectError('Arguments came of a tool call that had not begun.');
        part.arguments += event.text;
        break;
      }
      case 'produced_image':
        this.#push({ kind: 'produced_image', mediaType: event.mediaType, data: event.data }, undefined);
        break;
      case 'logprobs':
        for (const token of event.tokens) this.#logprobs.push(token);
        break;
      case 'finish':
        this.#finish = event.finish;
        break;
    }
  }

  choice(): Choice {
    if (!this.#finish) throw new DialectError('The reply ended without a reason to finish.');
    for (const part of this.#calls.values()) if (part.arguments === '') part.arguments = '{}';
    return {
      parts: this.#parts,
      finish: this.#finish,
      ...(this.#logprobs.length > 0 && { logprobs: this.#logprobs }),
    };
  }

  #push(part: ReplyPart, number: number | undefined): void {
    this.#parts.push(part);
    this.#open = { part, number };
  }

  /** The part under way if it is of the same kind and number, else the new one. */
  #append<P extends ReplyPart>(fresh: P, number: number | undefined): P {
    const open = this.#open;
    if (open && open.part.kind === fresh.kind && open.number === number) return open.part as P;
    this.#push(fresh, number);
    return fresh;
  }

  #text(number: number | undefined, apart?: boolean): Mutable<TextPart> {
    return this.#append<Mutable<TextPart>>({ kind: 'text', text: '', ...(apart && { apart }) }, number);
  }

  #cite(citation: Citation): void {
    const open = this.#open?.part;
    const part: Mutable<TextPart> = open?.kind === 'text' ? open : this.#text(undefined);
    part.citations = [...(part.citations ?? []), citation];
  }

  #sign(event: Extract<ReplyEvent, { kind: 'reasoning_signature' }>): void {
    const { signature, id, encrypted } = event;
    const open = this.#open?.part;
    const under =
      open?.kind === 'reasoning' && !open.signature ? (open as Mutable<ReasoningPart>) : undefined;
    const part: Mutable<ReasoningPart> = under ?? { kind: 'reasoning', text: '' };
    part.signature = signature;
    if (id !== undefined) part.id = id;
    if (encrypted) part.encrypted = true;
    if (!under) this.#push(part, undefined);
  }
}

/**
 * Puts a stream's events together to the reply that they are pieces of.
 * @throws {DialectError} for an error among them, and for a choice that never finished.
 */
export function collectReply(events: Iterable<ReplyEvent>): Reply {
  const reply: Mutable<Reply> = { choices: [] };
  const choices: (ChoiceCollector | undefined)[] = [];
  for (const event of events) {
    if ('choice' in event) {
      (choices[event.choice] ??= new ChoiceCollector()).add(event);
      continue;
    }
    switch (event.kind) {
      case 'start': {
        const { kind: _, ...start } = event;
        Object.assign(reply, start);
        break;
      }
      case 'usage': {
        const usage = mergeUsage(reply.usage, event.usage);
        if (usage) reply.usage = usage;
        break;
      }
      case 'error':
        throw new DialectError(event.error.message);
      case 'end':
        break;
    }
  }
  reply.choices = Array.from(choices, (choice) => {
    if (!choice) throw new DialectError('A choice is missing from the reply.');
    return choice.choice();
  });
  return reply;
}
