import type { Signature } from '../call.ts';
import { DialectError } from '../dialect-error.ts';
import type { ReplyDecoder, SseMessage } from '../dialect.ts';
import { given } from '../given.ts';
import { asObject, asString, parseJson, type JsonObject } from '../json.ts';
import type { ReplyEvent } from '../reply-event.ts';
import type { Finish } from '../reply.ts';
import { SievedDecoder } from '../sieved-decoder.ts';
import { argumentsText } from '../tool-arguments.ts';
import { mergeUsage, type Usage } from '../usage.ts';
import { readCitation, readCitations } from './citations.ts';
import { vendorError } from '../vendor-error.ts';
import { DELTA_SHAPE } from './delta-shape.ts';
import { readVendorError } from './errors.ts';
import { readFinish, readRefusal } from './finish.ts';
import { refuseCaller, unknownBlock } from './parse-reply.ts';
import { readServiceTier } from './service-tier.ts';
import { readSignature, readToolCallSignature, type Signed } from './signatures.ts';
import { atTheBeginning, readUsage } from './usage.ts';

/** A block under way. */
type Block =
  | { readonly kind: 'text' | 'reasoning'; readonly part: number; begun: boolean }
  | { readonly kind: 'tool_call'; readonly call: number; begun: boolean; readonly input: JsonObject }
  /** Nothing more comes of it. */
  | { readonly kind: 'whole' };

const ONLY_CHOICE = { choice: 0 } as const;

/**
 * Reads the events of one streamed message. A vendor that tries again within the stream begins the message anew, and its
 * blocks with it: what was read before stays, and the new blocks follow.
 * @see https://platform.claude.com/docs/en/build-with-claude/streaming
 */
export function decoder(): ReplyDecoder {
  return new MessageDecoder();
}

class MessageDecoder extends SievedDecoder {
  readonly #blocks = new Map<unknown, Block>();
  #usage: Usage | undefined;
  #started = false;
  #finish: { readonly finish: Finish; readonly refusal: string | undefined } | undefined;
  #ended = false;
  #parts = 0;
  #calls = 0;
  /** Of the tool call that comes next. */
  #signature: Signature | undefined;

  constructor() {
    super(DELTA_SHAPE);
  }

  protected override readMessage({ data }: SseMessage): ReplyEvent[] {
    if (this.#ended || data.trim() === '') return [];
    const event = asObject(parseJson(data));
    if (!event) throw new DialectError('The stream has an event that is no JSON object.');
    const events = this.#readEvent(event);
    this.learn(event, events);
    return events;
  }

  override end(): ReplyEvent[] {
    return [];
  }

  #readEvent(event: JsonObject): ReplyEvent[] {
    const { type, index } = event;
    switch (type) {
      case 'message_start':
        return this.#startMessage(asObject(event['message']) ?? {});
      case 'content_block_start':
        return [...this.#start({}), ...this.#startBlock(index, asObject(event['content_block']) ?? {})];
      case 'content_block_delta':
        return [...this.#start({}), ...this.#readDelta(index, asObject(event['delta']) ?? {})];
      case 'content_block_stop':
        return this.#stopBlock(index);
      case 'message_delta':
        return [...this.#start({}), ...this.#readMessageDelta(event)];
      case 'message_stop':
        this.#ended = true;
        return [...this.#start({}), ...this.#stopBlocks(), ...this.#finishMessage(), { kind: 'end' }];
    }
    const error = readVendorError(event);
    if (error || type === 'error') {
      this.#ended = true;
      return [{ kind: 'error', error: error ?? vendorError(undefined) }];
    }
    if (typeof type !== 'string') throw new DialectError('The stream has an event without a type.');
    return [];
  }

  #start(message: JsonObject): ReplyEvent[] {
    if (this.#started) return [];
    this.#started = true;
    const id = asString(message['id']);
    const model = asString(message['model']);
    const serviceTier = readServiceTier(asObject(message['usage'])?.['service_tier']);
    return [{ kind: 'start', ...given({ id, model, serviceTier }) }];
  }

  #startMessage(message: JsonObject): ReplyEvent[] {
    return [
      ...this.#stopBlocks(),
      ...this.#start(message),
      ...this.#readUsage(atTheBeginning(message['usage'])),
    ];
  }

  #readUsage(json: unknown): ReplyEvent[] {
    const read = readUsage(json, this.#usage);
    if (!read) return [];
    this.#usage = mergeUsage(this.#usage, read);
    return [{ kind: 'usage', usage: read }];
  }

  #startBlock(index: unknown, block: JsonObject): ReplyEvent[] {
    switch (block['type']) {
      case 'text': {
        const text = this.#begin(index, 'text');
        return [
          ...this.#say(text, asString(block['text'])),
          ...readCitations(block['citations']).flatMap((citation) => this.#cite(text, citation)),
        ];
      }
      case 'thinking': {
        const reasoning = this.#begin(index, 'reasoning');
        const signed = readSignature(asString(block['signature']));
        return [
          ...this.#say(reasoning, asString(block['thinking'])),
          ...(signed ? this.#sign(reasoning, signed) : []),
        ];
      }
      case 'redacted_thinking':
        this.#blocks.set(index, { kind: 'whole' });
        return this.#readRedacted(asString(block['data']) ?? '');
      case 'tool_use':
        return this.#startCall(index, block);
      default:
        throw unknownBlock(block);
    }
  }

  #begin(index: unknown, kind: 'text' | 'reasoning'): Extract<Block, { part: number }> {
    const block = { kind, part: this.#parts++, begun: false };
    this.#blocks.set(index, block);
    return block;
  }

  #readRedacted(data: string): ReplyEvent[] {
    const signature = readToolCallSignature(data);
    if (signature) {
      this.#signature = signature;
      return [];
    }
    const signed = readSignature(data);
    if (!signed) return [];
    const { id } = signed;
    return [
      {
        kind: 'reasoning_signature',
        ...ONLY_CHOICE,
        signature: signed.signature,
        ...(id !== undefined && { id }),
        encrypted: true,
      },
    ];
  }

  #startCall(index: unknown, block: JsonObject): ReplyEvent[] {
    refuseCaller(block);
    const call = this.#calls++;
    const input = asObject(block['input']) ?? {};
    this.#blocks.set(index, { kind: 'tool_call', call, begun: false, input });
    const signature = this.#signature;
    this.#signature = undefined;
    return [
      {
        kind: 'tool_call',
        ...ONLY_CHOICE,
        call,
        id: asString(block['id']) || `call_${call}`,
        name: asString(block['name']) ?? '',
        ...(signature && { signature }),
      },
    ];
  }

  #readDelta(index: unknown, delta: JsonObject): ReplyEvent[] {
    const { type } = delta;
    const block = this.#blocks.get(index);
    switch (type) {
      case 'text_delta': {
        const text = block?.kind === 'text' ? block : this.#begin(index, 'text');
        return this.#say(text, asString(delta['text']));
      }
      case 'citations_delta': {
        const text = block?.kind === 'text' ? block : this.#begin(index, 'text');
        return this.#cite(text, readCitation(asObject(delta['citation']) ?? {}));
      }
      case 'thinking_delta': {
        const reasoning = block?.kind === 'reasoning' ? block : this.#begin(index, 'reasoning');
        return this.#say(reasoning, asString(delta['thinking']));
      }
      case 'signature_delta': {
        const reasoning = block?.kind === 'reasoning' ? block : this.#begin(index, 'reasoning');
        const signed = readSignature(asString(delta['signature']));
        return signed ? this.#sign(reasoning, signed) : [];
      }
      case 'input_json_delta': {
        if (block?.kind !== 'tool_call') {
          throw new DialectError('Arguments came of a tool call that had not begun.');
        }
        const text = asString(delta['partial_json']) ?? '';
        if (text === '') return [];
        block.begun = true;
        return [{ kind: 'tool_arguments', ...ONLY_CHOICE, call: block.call, text }];
      }
      default:
        throw new DialectError(
          `The stream has a delta of the type ‘${(asString(type) ?? 'none').slice(0, 40)}’, which no other format can carry.`,
        );
    }
  }

  #say(block: Extract<Block, { part: number }>, text: string | undefined): ReplyEvent[] {
    if (text === undefined || text === '') return [];
    block.begun = true;
    return [{ kind: block.kind, ...ONLY_CHOICE, text, part: block.part }];
  }

  /** A piece without text, so that what follows belongs to this block and not to the one before. */
  #open(block: Extract<Block, { part: number }>, summary?: boolean): ReplyEvent[] {
    if (block.begun) return [];
    block.begun = true;
    const { kind, part } = block;
    return [{ kind, ...ONLY_CHOICE, text: '', part, ...(summary && { summary }) }];
  }

  #cite(block: Extract<Block, { part: number }>, citation: ReturnType<typeof readCitation>): ReplyEvent[] {
    return [...this.#open(block), { kind: 'citation', ...ONLY_CHOICE, citation }];
  }

  #sign(
    block: Extract<Block, { part: number }>,
    { signature, id, encrypted, summary }: Signed,
  ): ReplyEvent[] {
    return [
      ...this.#open(block, summary),
      {
        kind: 'reasoning_signature',
        ...ONLY_CHOICE,
        signature,
        ...(id !== undefined && { id }),
        ...(encrypted && { encrypted }),
      },
    ];
  }

  /** Some vendors say a call's whole input at its beginning, and nothing after. */
  #stopBlock(index: unknown): ReplyEvent[] {
    const block = this.#blocks.get(index);
    this.#blocks.delete(index);
    if (block?.kind !== 'tool_call' || block.begun || Object.keys(block.input).length === 0) return [];
    const text = argumentsText(block.input);
    return [{ kind: 'tool_arguments', ...ONLY_CHOICE, call: block.call, text }];
  }

  #stopBlocks(): ReplyEvent[] {
    return [...this.#blocks.keys()].flatMap((index) => this.#stopBlock(index));
  }

  /** The reason is kept until the end: a vendor that tries again may say another one. */
  #readMessageDelta(event: JsonObject): ReplyEvent[] {
    const delta = asObject(event['delta']) ?? {};
    if (typeof delta['stop_reason'] === 'string') {
      this.#finish = { finish: readFinish(delta), refusal: readRefusal(delta) };
    }
    return this.#readUsage(event['usage']);
  }

  #finishMessage(): ReplyEvent[] {
    const { finish, refusal } = this.#finish ?? { finish: readFinish({}) };
    return [
      ...(refusal === undefined ? [] : [{ kind: 'refusal', ...ONLY_CHOICE, text: refusal } as const]),
      { kind: 'finish', ...ONLY_CHOICE, finish },
    ];
  }
}
