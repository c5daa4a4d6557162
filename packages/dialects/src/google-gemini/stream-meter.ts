import type { StreamEvent, StreamMeter } from '../dialect.ts';
import { asArray, asObject, parseJson, type JsonObject } from '../json.ts';
import { CONTENT, GARBAGE, LAST, StreamTally } from '../stream-tally.ts';
import { readVendorError } from './errors.ts';
import { asFinishWord } from './finish-reason.ts';
import { asReply, blockReasonOf, candidateIndex, readReply } from './reply.ts';
import { UsageTally } from './usage-metadata.ts';

/** Reads along with a stream. Its messages are few and large, and each has another usage: all are read. */
export class GeminiStreamMeter extends StreamTally implements StreamMeter {
  readonly #figures = new UsageTally();
  /** Of each candidate, whether it has finished. */
  readonly #finished = new Map<number, boolean>();
  #blocked = false;

  read(data: string): StreamEvent {
    if (data.trim() === '') return this.#passing();
    const json = parseJson(data);
    const error = readVendorError(json);
    if (error) return { kind: 'error', error };
    const body = asReply(json);
    const reading = body && readReply(body);
    if (!body || !reading) return GARBAGE;
    this.#figures.add(asObject(body['usageMetadata']));
    this.take({ ...reading, usage: this.#figures.usage });
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
