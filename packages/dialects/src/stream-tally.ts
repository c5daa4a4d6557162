import { copyOf, DeltaSieve, textOf, type DeltaShape } from './delta-sieve.ts';
import type { ReplyReading, StreamEvent } from './dialect.ts';
import type { JsonObject } from './json.ts';
import { mergeUsage, type Usage } from './usage.ts';

/** What kinds of event there are. @see StreamEvent */
export const CONTENT: StreamEvent = { kind: 'content' };
export const USAGE: StreamEvent = { kind: 'usage' };
export const TERMINATOR: StreamEvent = { kind: 'terminator' };
export const LAST: StreamEvent = { kind: 'last' };
export const GARBAGE: StreamEvent = { kind: 'garbage' };

/** What a stream has said so far, as far as metering needs it. */
export class StreamTally {
  #usage: Usage | undefined;
  #finishReason: string | undefined;
  #text = '';
  #produced: true | undefined;

  get usage(): Usage | undefined {
    return this.#usage;
  }

  get finishReason(): string | undefined {
    return this.#finishReason;
  }

  /** Set once something was produced that is no text. */
  get produced(): true | undefined {
    return this.#produced;
  }

  /** Everything produced so far. */
  text(): string {
    this.#text += this.passed();
    return this.#text;
  }

  /** A piece more. */
  protected take({ usage, text = '', finishReason, produced }: Partial<ReplyReading>): void {
    this.#usage = mergeUsage(this.#usage, usage);
    this.#finishReason = finishReason ?? this.#finishReason;
    this.#produced ??= produced;
    if (text !== '') this.#text += this.passed() + text;
  }

  /** The text that has come since the last time, and was not read. */
  protected passed(): string {
    return '';
  }
}

/**
 * Of a stream most of whose events carry a few characters of text and nothing else: they pass the sieve, and their JSON
 * is not parsed. Their text is kept as it came, and read when somebody asks for it: where the vendor reports its usage,
 * nobody does.
 */
export class SievedTally extends StreamTally {
  readonly #sieve: DeltaSieve<unknown>;
  /** The text of what passed, as it came. */
  #text = '';
  /** What follows it. */
  #pieces = '';
  #piecesCount = 0;

  constructor(shape: DeltaShape<unknown>) {
    super();
    this.#sieve = new DeltaSieve(shape);
  }

  begin(bytes: Buffer): void {
    this.#sieve.begin(bytes);
  }

  passes(start: number, end: number): boolean {
    const piece = this.#sieve.pieceOf(start, end);
    if (piece === undefined) return false;
    this.#pieces += piece;
    this.#piecesCount += 1;
    if (this.#piecesCount === PIECES_MAX) this.#compact();
    return true;
  }

  /** The event that did not pass was this. */
  protected learn(json: JsonObject): void {
    this.#sieve.learn(json);
  }

  protected override passed(): string {
    this.#compact();
    if (this.#text === '') return '';
    const text = this.#text;
    this.#text = '';
    // What is not quite JSON is near enough to be counted.
    return textOf(text) ?? Buffer.from(text, 'latin1').toString('utf8');
  }

  /** A piece that is only added is an object or two of its own until the whole is read. */
  #compact(): void {
    this.#text += copyOf(this.#pieces);
    this.#pieces = '';
    this.#piecesCount = 0;
  }
}

const PIECES_MAX = 64;
