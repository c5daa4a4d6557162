import { collectReply } from '../collect-reply.ts';
import type { ReplyDecoder } from '../dialect.ts';
import { DialectError } from '../dialect-error.ts';
import { asArray, asObject, asString, parseJson, type JsonObject } from '../json.ts';
import type { ReplyEvent } from '../reply-event.ts';
import type { Reply } from '../reply.ts';
import { CandidateReader } from './candidate-reader.ts';
import { readVendorError } from './errors.ts';
import { asFinishWord } from './finish-reason.ts';
import { given } from '../given.ts';
import { asReply, candidateIndex } from './reply.ts';
import { serviceTierOf, UsageTally } from './usage-metadata.ts';

/**
 * Reads the messages of a reply. A whole one is a stream of one message. There is no terminator: what says that the
 * reply is complete is a reason to finish of each candidate, or one why the prompt was blocked.
 * @see https://ai.google.dev/api/generate-content#generatecontentresponse
 */
class ReplyReader {
  readonly #candidates: CandidateReader[] = [];
  readonly #usage = new UsageTally();
  #id: string | undefined;
  #started = false;
  #blockWord: string | undefined;
  #failed = false;

  /** @throws {DialectError} when the value is no reply, or has content that no other dialect can carry. */
  read(json: unknown): ReplyEvent[] {
    if (this.#failed) return [];
    const error = readVendorError(json);
    if (error) {
      this.#failed = true;
      return [{ kind: 'error', error }];
    }
    const body = asReply(json);
    if (!body) throw new DialectError('The vendor sent what is no reply.');
    const start = this.#start(body);
    const said = asArray(body['candidates']).flatMap((item, i) => this.#readCandidate(item, i));
    const feedback = asObject(body['promptFeedback']);
    this.#blockWord = asFinishWord(feedback?.['blockReason']) ?? this.#blockWord;
    const metadata = asObject(body['usageMetadata']);
    this.#usage.add(metadata);
    const { usage } = this.#usage;
    return [...start, ...said, ...(metadata && usage ? [{ kind: 'usage', usage } as const] : [])];
  }

  /** @returns no `end` for a reply that is not complete. */
  end(): ReplyEvent[] {
    if (this.#failed) return [];
    const candidates = Array.from(this.#candidates, (candidate) => candidate ?? new CandidateReader(0));
    if (candidates.length === 0) return this.#endBlocked();
    if (!candidates.every(({ finished }) => finished)) return [];
    return [...candidates.flatMap((candidate) => candidate.end()), { kind: 'end' }];
  }

  #start(body: JsonObject): ReplyEvent[] {
    if (this.#started) return [];
    this.#started = true;
    this.#id = asString(body['responseId']);
    const model = asString(body['modelVersion']);
    const serviceTier = serviceTierOf(asObject(body['usageMetadata']));
    return [{ kind: 'start', ...given({ id: this.#id, model, serviceTier }) }];
  }

  #readCandidate(item: unknown, position: number): ReplyEvent[] {
    const candidate = asObject(item);
    const index = candidate && candidateIndex(candidate, position);
    if (!candidate || index === undefined) throw new DialectError('The reply has a candidate that is none.');
    return (this.#candidates[index] ??= new CandidateReader(index)).read(candidate, this.#id);
  }

  #endBlocked(): ReplyEvent[] {
    if (this.#blockWord === undefined) return [];
    const finish = { reason: 'content_filter', native: this.#blockWord } as const;
    return [{ kind: 'finish', choice: 0, finish }, { kind: 'end' }];
  }
}

/** For one stream. */
export function decoder(): ReplyDecoder {
  const reader = new ReplyReader();
  return {
    read: ({ data }) => (data.trim() === '' ? [] : reader.read(parseJson(data))),
    end: () => reader.end(),
  };
}

/** @throws {DialectError} when the value is no whole reply, or carries content that the canonical model can't. */
export function parseReply(json: unknown): Reply {
  const reader = new ReplyReader();
  const events = [...reader.read(json), ...reader.end()];
  const reply = collectReply(events);
  if (events.at(-1)?.kind !== 'end') throw new DialectError('The reply is not complete.');
  return reply;
}
