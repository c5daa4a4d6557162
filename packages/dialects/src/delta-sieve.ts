import { parseJson, type JsonObject } from './json.ts';

/** How a dialect tells an event that carries a piece of text, and nothing else, from those that say more. */
export interface DeltaShape<T> {
  /**
   * @param event its bytes, as Latin-1.
   * @returns what events like this one look like; undefined for one that is no piece of text, or says more than that.
   */
  templateOf(event: string, json: JsonObject): T | undefined;
  /** @returns the text of the event from `start` to `end`; undefined where it differs from the template in more. */
  pieceOf(batch: string, start: number, end: number, template: T): string | undefined;
}

/**
 * Nearly all events of a stream are the same byte for byte, but for a few characters of text. An event passes that
 * equals one that was read in everything but this text: so it can't say anything else, no usage and no error. To know
 * that costs less than parsing it does.
 */
export class DeltaSieve<T> {
  readonly #shape: DeltaShape<T>;
  #batch = '';
  #refusedFrom = 0;
  #refusedTo = 0;
  #template: T | undefined;
  /** The text of what passed, as it stands in the JSON: with its escapes, and its bytes as Latin-1. */
  #text = '';
  /** What follows it. */
  #pieces = '';
  #piecesCount = 0;

  constructor(shape: DeltaShape<T>) {
    this.#shape = shape;
  }

  begin(bytes: Buffer): void {
    this.#batch = bytes.toString('latin1');
  }

  passes(start: number, end: number): boolean {
    const template = this.#template;
    const piece = template && this.#shape.pieceOf(this.#batch, start, end, template);
    if (piece === undefined) {
      this.#refusedFrom = start;
      this.#refusedTo = end;
      return false;
    }
    this.#pieces += piece;
    this.#piecesCount += 1;
    if (this.#piecesCount === PIECES_MAX) this.#compact();
    return true;
  }

  /** The event that did not pass last has been read, and is this. */
  learn(json: JsonObject): void {
    this.#template = this.#shape.templateOf(this.#batch.slice(this.#refusedFrom, this.#refusedTo), json);
  }

  /** What the events read that have passed since the last time. */
  take(): string {
    this.#compact();
    if (this.#text === '') return '';
    const json = `"${Buffer.from(this.#text, 'latin1').toString('utf8')}"`;
    this.#text = '';
    const text = parseJson(json);
    // What is not quite JSON is near enough to be counted.
    return typeof text === 'string' ? text : json.slice(1, -1);
  }

  /** A piece that is only added is an object or two of its own until the whole is read. */
  #compact(): void {
    this.#text += copyOf(this.#pieces);
    this.#pieces = '';
    this.#piecesCount = 0;
  }
}

const PIECES_MAX = 64;

/** Slices are compared as a whole; `startsWith` goes character by character, and takes twice as long. */
export function standsAt(batch: string, at: number, literal: string): boolean {
  return batch.slice(at, at + literal.length) === literal;
}

const BACKSLASH = 0x5c;

/** @returns where the quote after a text is, or -1 where there is none, or one that may be escaped. */
export function endOfText(batch: string, from: number): number {
  const to = batch.indexOf('"', from);
  return to > from && batch.charCodeAt(to - 1) === BACKSLASH ? -1 : to;
}

/** A slice is kept as a reference to the whole, which stays in memory for it; and two slices compare slowly. */
export function copyOf(slice: string): string {
  return Buffer.from(slice, 'latin1').toString('latin1');
}
