import type { ReplyDecoder, SseMessage } from '../dialect.ts';
import { DialectError } from '../dialect-error.ts';
import { given } from '../given.ts';
import { asObject, asString, parseJson, type JsonObject } from '../json.ts';
import type { ReplyEvent } from '../reply-event.ts';
import { vendorError, type VendorError } from '../vendor-error.ts';
import { ChoiceReader } from './choice-reader.ts';
import { readVendorError } from './errors.ts';
import { DONE } from './terminator.ts';
import { readUsage } from './usage-figures.ts';

/** No vendor takes a greater `n`. */
const CHOICES_MAX = 128;

class ChunkDecoder implements ReplyDecoder {
  readonly #choices = new Map<number, ChoiceReader>();
  #id: string | undefined;
  #started = false;
  #ended = false;

  read({ data }: SseMessage): ReplyEvent[] {
    const text = data.trim();
    if (this.#ended || text === '') return [];
    if (text === DONE) return this.#terminate();
    const chunk = asObject(parseJson(text));
    if (!chunk) throw new DialectError('The stream carries an event that is no JSON object.');
    const plain = this.#started ? plainText(chunk) : undefined;
    if (plain) return this.#readerOf(plain.choice).readText(plain.text);
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
    return events;
  }

  /** What the vendor had finished when the stream broke off is told, and no `end`. */
  end(): ReplyEvent[] {
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

/** The fields in which a chunk, a choice, or a delta says more than a piece of text; the others are about the reply as a whole. */
const MORE_IN_CHUNK = ['error', 'usage', 'x_groq'] as const;
const MORE_IN_CHOICE = ['error', 'finish_reason', 'native_finish_reason', 'logprobs', 'usage'] as const;

/** What nearly every chunk is: a piece of text and nothing else. To look for all the rest costs more than to parse it. */
function plainText(chunk: JsonObject): { choice: JsonObject; text: string } | undefined {
  const { choices } = chunk;
  if (!Array.isArray(choices) || choices.length !== 1) return undefined;
  const choice = asObject(choices[0]);
  const delta = asObject(choice?.['delta']);
  const text = delta?.['content'];
  if (!choice || !delta || typeof text !== 'string') return undefined;
  for (const field of MORE_IN_CHUNK) if (chunk[field]) return undefined;
  for (const field of MORE_IN_CHOICE) if (choice[field]) return undefined;
  for (const field in delta) {
    if (field !== 'content' && field !== 'role' && delta[field]) return undefined;
  }
  return { choice, text };
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
