import type { ReplyDecoder, SseMessage } from '../dialect.ts';
import { DialectError } from '../dialect-error.ts';
import { given } from '../given.ts';
import { asObject, asString, parseJson, type JsonObject } from '../json.ts';
import type { DeltaEvent, ReplyEvent } from '../reply-event.ts';
import { SievedDecoder } from '../sieved-decoder.ts';
import { vendorError, type VendorError } from '../vendor-error.ts';
import { ChoiceReader } from './choice-reader.ts';
import { CHUNK_SHAPE } from './chunk-shape.ts';
import { readVendorError } from './errors.ts';
import { DONE } from './terminator.ts';
import { readUsage } from './usage-figures.ts';

/** No vendor takes a greater `n`. */
const CHOICES_MAX = 128;

class ChunkDecoder extends SievedDecoder {
  readonly #choices = new Map<number, ChoiceReader>();
  #id: string | undefined;
  #started = false;
  #ended = false;

  constructor() {
    super(CHUNK_SHAPE);
  }

  protected override readMessage({ data }: SseMessage): ReplyEvent[] {
    const text = data.trim();
    if (this.#ended || text === '') return [];
    if (text === DONE) return this.#terminate();
    const chunk = asObject(parseJson(text));
    if (!chunk) throw new DialectError('The stream carries an event that is no JSON object.');
    const error = errorIn(chunk);
    if (error) {
      this.#ended = true;
      return [{ kind: 'error', error }];
    }
    const choices = choicesOf(chunk);
    const events = this.#start(chunk, choices.length > 0);
    for (const choice of choices) {
      for (const event of this.#readerOf(choice).read(choice)) events.push(event);
    }
    const usage = readUsage(chunk);
    if (usage) events.push({ kind: 'usage', usage });
    this.learn(chunk, events);
    return events;
  }

  protected override went(like: DeltaEvent, text: string): void {
    if (like.kind === 'text') this.#choices.get(like.choice)?.skip(text.length);
  }

  /** What the vendor had finished when the stream broke off is told, and no `end`. */
  override end(): ReplyEvent[] {
    if (this.#ended) return [];
    this.#ended = true;
    return this.#finish(({ hasReason }) => hasReason);
  }

  #terminate(): ReplyEvent[] {
    this.#ended = true;
    return [...this.#finish(() => true), { kind: 'end' }];
  }

  #finish(which: (choice: ChoiceReader) => boolean): ReplyEvent[] {
    return [...this.#choices.values()].filter(which).flatMap((choice) => choice.finish());
  }

  /** Azure's first chunk is of its filter: it has neither id nor model, and no choices. */
  #start(chunk: JsonObject, hasChoices: boolean): ReplyEvent[] {
    const id = asString(chunk['id']) || undefined;
    if (this.#started || (id === undefined && !hasChoices)) return [];
    this.#started = true;
    this.#id = id;
    const model = asString(chunk['model']) || undefined;
    const serviceTier = asString(chunk['service_tier']) || undefined;
    return [{ kind: 'start', ...given({ id, model, serviceTier }) }];
  }

  #readerOf(choice: JsonObject): ChoiceReader {
    const index = choice['index'] ?? 0;
    if (typeof index !== 'number' || !Number.isInteger(index) || index < 0 || index >= CHOICES_MAX) {
      throw new DialectError('The stream carries a choice whose index is none.');
    }
    const known = this.#choices.get(index);
    if (known) return known;
    const reader = new ChoiceReader(index, this.#id);
    this.#choices.set(index, reader);
    return reader;
  }
}

/** For one stream of `chat.completion.chunk`s. */
export function decoder(): ReplyDecoder {
  return new ChunkDecoder();
}

/** An error stands beside the choices, within one (OpenRouter), or alone; Mistral's is the whole object. */
function errorIn(chunk: JsonObject): VendorError | undefined {
  const error = readVendorError(chunk);
  if (error) return error;
  if (chunk['object'] === 'error') return vendorError(asString(chunk['message']));
  const { choices } = chunk;
  if (!Array.isArray(choices)) return undefined;
  return choices.map((choice: unknown) => readVendorError(choice)).find((one) => one !== undefined);
}

function choicesOf(chunk: JsonObject): JsonObject[] {
  const choices = chunk['choices'] ?? undefined;
  if (choices === undefined && asObject(chunk['usage'])) return [];
  if (!Array.isArray(choices))
    throw new DialectError('The stream carries an event that is no chunk of a reply.');
  return choices.map((item: unknown) => {
    const choice = asObject(item);
    if (!choice) throw new DialectError('The stream carries a choice that is no object.');
    return choice;
  });
}
