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
  #lastFrom = 0;
  #lastTo = 0;
  #template: T | undefined;

  constructor(shape: DeltaShape<T>) {
    this.#shape = shape;
  }

  begin(bytes: Buffer): void {
    this.#batch = bytes.toString('latin1');
  }

  /** @returns the text of an event that passes, as it stands in the JSON: with its escapes, and its bytes as Latin-1. */
  pieceOf(start: number, end: number): string | undefined {
    this.#lastFrom = start;
    this.#lastTo = end;
    return this.#template && this.#shape.pieceOf(this.#batch, start, end, this.#template);
  }

  /**
   * The event that was looked at last has been read, and is this.
   * @returns its text, as `pieceOf` does; undefined where none like it will pass.
   */
  learn(json: JsonObject): string | undefined {
    this.#template = this.#shape.templateOf(this.#batch.slice(this.#lastFrom, this.#lastTo), json);
    return this.pieceOf(this.#lastFrom, this.#lastTo);
  }
}

/** Printable ASCII, which means itself. */
const LITERAL = /^[ !#-[\]-~]*$/;

/** @returns what a piece reads; undefined for one that is not quite JSON. */
export function textOf(piece: string): string | undefined {
  if (LITERAL.test(piece)) return piece;
  const text = parseJson(`"${Buffer.from(piece, 'latin1').toString('utf8')}"`);
  return typeof text === 'string' ? text : undefined;
}

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
