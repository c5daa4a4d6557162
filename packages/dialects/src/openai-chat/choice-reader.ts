import type { Citation } from '../call.ts';
import { readDataUrl } from '../data-url.ts';
import { DialectError } from '../dialect-error.ts';
import { asArray, asObject, asString, type JsonObject } from '../json.ts';
import type { ReplyEvent } from '../reply-event.ts';
import { finishMessage, finishWord, readFinish } from './finish-reason.ts';
import { readReasoning, readThinking, type ReasoningPiece } from './reasoning-details.ts';
import { ReasoningReader } from './reasoning-reader.ts';
import { readLogprobs } from './token-logprobs.ts';
import { ToolCallReader } from './tool-call-reader.ts';
import { readCitations } from './url-citation.ts';

const unreadable = (what: string): DialectError =>
  new DialectError(`The reply carries a kind of ${what} that is unknown.`);

/** Reads one choice of a reply: the deltas of a stream as they come, or a whole message, which is as one delta. */
export class ChoiceReader {
  readonly #choice: number;
  readonly #calls: ToolCallReader;
  readonly #reasoning: ReasoningReader;
  #events: ReplyEvent[] = [];
  /** Characters of text, and where among them the text under way begins; undefined when another part is under way. */
  #textLength = 0;
  #textFrom: number | undefined;
  #refused = false;
  #word: string | undefined;
  #native: string | undefined;
  #message: string | undefined;
  #finished = false;

  /** @param replyId goes into the ids of tool calls that have none. */
  constructor(choice: number, replyId: string | undefined) {
    this.#choice = choice;
    this.#reasoning = new ReasoningReader(choice);
    this.#calls = new ToolCallReader(choice, replyId);
  }

  /**
   * @param choice with its `delta` or its `message`
   * @throws {DialectError} for content that the canonical model can't carry.
   */
  read(choice: JsonObject): ReplyEvent[] {
    const delta = asObject(choice['delta']);
    const speech = delta ?? asObject(choice['message']);
    if (speech) this.#readSpeech(speech, delta === undefined);
    const tokens = readLogprobs(choice['logprobs']);
    if (tokens.length > 0) this.#emit({ kind: 'logprobs', choice: this.#choice, tokens });
    // OpenRouter says it twice, and content may come in the chunk that says it: it is told when nothing more can come.
    this.#word ??= finishWord(choice);
    this.#native ??= asString(choice['native_finish_reason']) || undefined;
    this.#message ??= finishMessage(choice);
    return this.#take();
  }

  /** So many characters more came of the text under way. */
  skip(characters: number): void {
    this.#textLength += characters;
  }

  /** Nothing more comes. A reply that ended by its terminator without a reason came to its end. */
  finish(): ReplyEvent[] {
    if (this.#finished) return [];
    this.#finished = true;
    this.#closeReasoning();
    const toolCalls = this.#calls.finish();
    const fields = { word: this.#word, native: this.#native, message: this.#message };
    const finish = readFinish(fields, { toolCalls, refusal: this.#refused });
    this.#emit({ kind: 'finish', choice: this.#choice, finish });
    return this.#take();
  }

  /** Whether the vendor said why it ended. */
  get hasReason(): boolean {
    return this.#word !== undefined;
  }

  #take(): ReplyEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  #emit(event: ReplyEvent): void {
    this.#events.push(event);
  }

  #readSpeech(speech: JsonObject, isWhole: boolean): void {
    if (asObject(speech['audio'])) throw unreadable('content (audio)');
    for (const piece of readReasoning(speech, unreadable)) this.#addReasoning(piece);
    const { content, refusal } = speech;
    if (typeof content === 'string') this.#addText(content);
    else for (const part of asArray(content)) this.#addPart(part);
    for (const citation of readCitations(speech['annotations'], this.#textFrom ?? this.#textLength)) {
      this.#cite(citation);
    }
    if (typeof refusal === 'string') this.#addRefusal(refusal);
    for (const image of asArray(speech['images'])) this.#addImage(asObject(image)?.['image_url']);
    const calls = this.#calls.read(speech, isWhole);
    if (calls.length > 0) this.#beginOther();
    for (const event of calls) this.#emit(event);
  }

  #addPart(value: unknown): void {
    if (typeof value === 'string') return this.#addText(value);
    const part = asObject(value) ?? {};
    const { type, text, refusal } = part;
    if (type === 'thinking') return this.#addReasoning(readThinking(part, unreadable));
    if (type === 'reference') return this.#addReference(part);
    if (type === 'image_url') return this.#addImage(part['image_url']);
    if (type === 'refusal' && typeof refusal === 'string') return this.#addRefusal(refusal);
    if (typeof text !== 'string') throw unreadable('content');
    this.#addText(text);
  }

  #addText(text: string): void {
    if (text === '') return;
    this.#beginText();
    this.#textLength += text.length;
    this.#emit({ kind: 'text', choice: this.#choice, text });
  }

  #cite(citation: Citation): void {
    this.#beginText();
    this.#emit({ kind: 'citation', choice: this.#choice, citation });
  }

  #addRefusal(text: string): void {
    if (text === '') return;
    this.#beginOther();
    this.#refused = true;
    this.#emit({ kind: 'refusal', choice: this.#choice, text });
  }

  /** Mistral's way to cite: by the ids that the client gave to its documents. */
  #addReference(part: JsonObject): void {
    for (const id of asArray(part['reference_ids'])) {
      if (typeof id === 'string' || typeof id === 'number') this.#cite({ title: String(id) });
    }
  }

  #addImage(value: unknown): void {
    const url = asString(value) ?? asString(asObject(value)?.['url']);
    const image = url === undefined ? undefined : readDataUrl(url);
    if (!image) throw unreadable('image (by address)');
    this.#beginOther();
    this.#emit({ kind: 'produced_image', choice: this.#choice, ...image });
  }

  #addReasoning(piece: ReasoningPiece): void {
    this.#textFrom = undefined;
    for (const event of this.#reasoning.add(piece)) this.#emit(event);
  }

  #closeReasoning(): void {
    for (const event of this.#reasoning.close()) this.#emit(event);
  }

  #beginText(): void {
    this.#closeReasoning();
    this.#textFrom ??= this.#textLength;
  }

  #beginOther(): void {
    this.#closeReasoning();
    this.#textFrom = undefined;
  }
}
