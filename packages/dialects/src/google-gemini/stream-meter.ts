import type { StreamEvent, StreamMeter } from '../dialect.ts';
import { asArray, asObject, parseJson, type JsonObject } from '../json.ts';
import type { Usage } from '../usage.ts';
import { readVendorError } from './errors.ts';
import { asFinishWord } from './finish-reason.ts';
import { asReply, blockReasonOf, candidateIndex, readReply } from './reply.ts';
import { UsageTally } from './usage-metadata.ts';

const CONTENT: StreamEvent = { kind: 'content' };
const LAST: StreamEvent = { kind: 'last' };
const GARBAGE: StreamEvent = { kind: 'garbage' };

/** Reads along with a stream. Its messages are few and large, and each has another usage: all are read. */
export class GeminiMeter implements StreamMeter {
  readonly #tally = new UsageTally();
  /** Of each candidate, whether it has finished. */
  readonly #finished = new Map<number, boolean>();
  #blocked = false;
  #finishReason: string | undefined;
  #text = '';
  #produced: true | undefined;

  get usage(): Usage | undefined {
    return this.#tally.usage;
  }

  get finishReason(): string | undefined {
    return this.#finishReason;
  }

  get produced(): true | undefined {
    return this.#produced;
  }

  text(): string {
    return this.#text;
  }

  read(data: string): StreamEvent {
    if (data.trim() === '') return this.#passing();
    const json = parseJson(data);
    const error = readVendorError(json);
    if (error) return { kind: 'error', error };
    const body = asReply(json);
    const reading = body && readReply(body);
    if (!body || !reading) return GARBAGE;
    this.#tally.add(asObject(body['usageMetadata']));
    this.#text += reading.text;
    this.#produced ??= reading.produced;
    this.#finishReason = reading.finishReason ?? this.#finishReason;
    this.#mark(body);
    return this.#passing();
  }

  #passing(): StreamEvent {
    return this.#complete() ? LAST : CONTENT;
  }

  #mark(body: JsonObject): void {
    this.#blocked ||= blockReasonOf(body) !== undefined;
    for (const [i, item] of asArray(body['candidates']).entries()) {
      const candidate = asObject(item) ?? {};
      const index = candidateIndex(candidate, i) ?? i;
      const finished = asFinishWord(candidate['finishReason']) !== undefined;
      this.#finished.set(index, finished || this.#finished.get(index) === true);
    }
  }

  #complete(): boolean {
    if (this.#finished.size === 0) return this.#blocked;
    return [...this.#finished.values()].every(Boolean);
  }
}
