import type { Signature } from '../call.ts';
import { DialectError } from '../dialect-error.ts';
import { asArray, asObject, asString, type JsonObject } from '../json.ts';
import type { ReplyEvent } from '../reply-event.ts';
import { argumentsText } from '../tool-arguments.ts';
import { readCitations, type PlacedCitation } from './citations.ts';
import { asFinishWord, readFinish } from './finish-reason.ts';
import { given } from '../given.ts';
import { readLogprobs } from './logprobs.ts';
import { PartialArguments } from './partial-arguments.ts';
import { TextOffsets } from './text-offsets.ts';
import { readSignature } from './thought-signature.ts';

/** What a part may say beside its content. */
const PART_METADATA: ReadonlySet<string> = new Set([
  'thought',
  'thoughtSignature',
  'partMetadata',
  'mediaResolution',
  'mediaProcessing',
  'videoMetadata',
  'speechMetadata',
]);

/** Of our own making, so that the ids of two replies differ; other vendors take no more than 40 characters. */
const REPLY_ID_CHARACTERS_MAX = 24;

interface OpenCall {
  readonly call: number;
  readonly id: string | undefined;
  readonly args: PartialArguments;
}

/** Reads one candidate of a reply, whole or message by message. */
export class CandidateReader {
  readonly #choice: number;
  readonly #offsets = new TextOffsets();
  readonly #cited = new Set<string>();
  #textStart: number | undefined;
  #calls = 0;
  #openCall: OpenCall | undefined;
  #reasoningPart = 0;
  /** Goes out when the text is over: citations of the text may still come, and would belong to what is behind it. */
  #textSignature: Signature | undefined;
  #finishWord: string | undefined;
  #finishMessage: string | undefined;

  constructor(choice: number) {
    this.#choice = choice;
  }

  get finished(): boolean {
    return this.#finishWord !== undefined;
  }

  /** @throws {DialectError} for content that no other dialect can carry. */
  read(candidate: JsonObject, replyId: string | undefined): ReplyEvent[] {
    const events: ReplyEvent[] = [];
    const partStarts: number[] = [];
    for (const item of asArray(asObject(candidate['content'])?.['parts'])) {
      partStarts.push(this.#offsets.chars);
      const part = asObject(item);
      if (part) events.push(...this.#readPart(part, replyId));
    }
    for (const citation of readCitations(candidate)) events.push(...this.#cite(citation, partStarts));
    const tokens = readLogprobs(candidate['logprobsResult']);
    if (tokens.length > 0) events.push({ kind: 'logprobs', choice: this.#choice, tokens });
    this.#finishWord = asFinishWord(candidate['finishReason']) ?? this.#finishWord;
    this.#finishMessage = asString(candidate['finishMessage']) ?? this.#finishMessage;
    return events;
  }

  /** The reply is over: some models say that they have finished in every message. */
  end(): ReplyEvent[] {
    const events = [...this.#closeCall(), ...this.#closeText()];
    if (this.#finishWord !== undefined) {
      const finish = readFinish(this.#finishWord, this.#finishMessage, this.#calls > 0);
      events.push({ kind: 'finish', choice: this.#choice, finish });
    }
    return events;
  }

  #readPart(part: JsonObject, replyId: string | undefined): ReplyEvent[] {
    const { text, functionCall, inlineData } = part;
    const signature = readSignature(asString(part['thoughtSignature']));
    if (functionCall !== undefined && functionCall !== null) {
      return [...this.#closeText(), ...this.#readCall(asObject(functionCall) ?? {}, signature, replyId)];
    }
    if (inlineData !== undefined && inlineData !== null) {
      return [...this.#closeCall(), ...this.#closeText(), ...this.#readImage(inlineData, signature)];
    }
    if (typeof text === 'string') {
      return part['thought'] === true ? this.#readThought(text, signature) : this.#readText(text, signature);
    }
    const unknown = Object.keys(part).find((key) => part[key] !== null && !PART_METADATA.has(key));
    if (unknown !== undefined) {
      throw new DialectError(`The reply has a part that can’t be converted: ${unknown.slice(0, 40)}.`);
    }
    return this.#readText('', signature);
  }

  #readText(text: string, signature: Signature | undefined): ReplyEvent[] {
    const events: ReplyEvent[] = [];
    if (text !== '') {
      events.push(...this.#closeCall());
      if (this.#textSignature) events.push(...this.#closeText());
      this.#textStart ??= this.#offsets.chars;
      this.#offsets.append(text);
      events.push({ kind: 'text', choice: this.#choice, text });
    }
    if (signature && this.#textSignature) events.push(...this.#sign());
    this.#textSignature = signature ?? this.#textSignature;
    return events;
  }

  #readThought(text: string, signature: Signature | undefined): ReplyEvent[] {
    const events = [...this.#closeCall(), ...this.#closeText()];
    const choice = this.#choice;
    const part = this.#reasoningPart;
    if (text !== '') events.push({ kind: 'reasoning', choice, text, summary: true, part });
    if (signature) {
      events.push({ kind: 'reasoning_signature', choice, signature });
      this.#reasoningPart++;
    }
    return events;
  }

  #readImage(value: unknown, signature: Signature | undefined): ReplyEvent[] {
    const blob = asObject(value);
    const mediaType = asString(blob?.['mimeType']);
    const data = asString(blob?.['data']);
    if (mediaType === undefined || data === undefined || !mediaType.startsWith('image/')) {
      throw new DialectError('The reply has data in it that can’t be converted, as they are no image.');
    }
    this.#textSignature = signature;
    return [{ kind: 'produced_image', choice: this.#choice, mediaType, data }];
  }

  #readCall(call: JsonObject, signature: Signature | undefined, replyId: string | undefined): ReplyEvent[] {
    const name = asString(call['name']);
    const id = asString(call['id']) || undefined;
    const open = this.#openCall;
    const goesOn = open && (name === undefined || (id !== undefined && id === open.id));
    if (goesOn) {
      open.args.assign(asObject(call['args']));
      open.args.add(call['partialArgs']);
      return call['willContinue'] === true ? [] : this.#closeCall();
    }
    if (name === undefined || name === '') throw new DialectError('The reply has a call without a name.');
    const events = this.#closeCall();
    const number = this.#calls++;
    const begun = {
      kind: 'tool_call',
      choice: this.#choice,
      call: number,
      name,
      ...given({ signature }),
    } as const;
    events.push({ ...begun, id: id ?? this.#madeUpId(number, replyId) });
    if (call['willContinue'] !== true && call['partialArgs'] === undefined) {
      events.push(this.#arguments(number, argumentsText(asObject(call['args']) ?? {})));
      return events;
    }
    const args = new PartialArguments();
    args.assign(asObject(call['args']));
    args.add(call['partialArgs']);
    this.#openCall = { call: number, id, args };
    if (call['willContinue'] !== true) events.push(...this.#closeCall());
    return events;
  }

  #madeUpId(call: number, replyId: string | undefined): string {
    const id = replyId?.replaceAll(/[^\w-]/g, '').slice(0, REPLY_ID_CHARACTERS_MAX);
    return id ? `call_${id}_${this.#choice}_${call}` : `call_${this.#choice}_${call}`;
  }

  #arguments(call: number, text: string): ReplyEvent {
    return { kind: 'tool_arguments', choice: this.#choice, call, text };
  }

  #closeCall(): ReplyEvent[] {
    const open = this.#openCall;
    this.#openCall = undefined;
    return open ? [this.#arguments(open.call, open.args.toJson())] : [];
  }

  /** Another part begins. */
  #closeText(): ReplyEvent[] {
    this.#textStart = undefined;
    return this.#sign();
  }

  #sign(): ReplyEvent[] {
    const signature = this.#textSignature;
    this.#textSignature = undefined;
    if (!signature) return [];
    return [{ kind: 'reasoning_signature', choice: this.#choice, signature, encrypted: true }];
  }

  /** One that does not belong to the text under way has lost its place. Streams say the same ones again and again. */
  #cite(citation: PlacedCitation, partStarts: readonly number[]): ReplyEvent[] {
    const key = JSON.stringify(citation);
    if (this.#textStart === undefined || this.#cited.has(key)) return [];
    this.#cited.add(key);
    const base = citation.partIndex > 0 ? (partStarts[citation.partIndex] ?? 0) : 0;
    const startIndex = this.#indexOf(citation.startByte, base);
    const endIndex = this.#indexOf(citation.endByte, base);
    const placed = startIndex !== undefined && endIndex !== undefined ? { startIndex, endIndex } : {};
    return [{ kind: 'citation', choice: this.#choice, citation: { ...citation.source, ...placed } }];
  }

  /** Within the text under way. */
  #indexOf(bytes: number | undefined, partStart: number): number | undefined {
    if (bytes === undefined || this.#textStart === undefined) return undefined;
    const chars = this.#offsets.charsAt((this.#offsets.bytesAt(partStart) ?? 0) + bytes);
    return chars === undefined || chars < this.#textStart ? undefined : chars - this.#textStart;
  }
}
