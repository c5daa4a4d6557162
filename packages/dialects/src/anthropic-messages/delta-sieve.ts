import { asObject, parseJson, type JsonObject } from '../json.ts';

/**
 * The bytes of an event, as Latin-1, before the piece of text that it carries, and from the brace after that text to the
 * end: between the two closing braces Anthropic puts spaces, so that the length of an event does not tell that of the text.
 */
interface Template {
  readonly prefix: string;
  readonly tail: string;
}

/** What an event says after its text, before the spaces. */
const SUFFIX = '"}';

/** Where a delta carries its text. */
const TEXT_FIELDS: ReadonlyMap<unknown, string> = new Map([
  ['text_delta', 'text'],
  ['thinking_delta', 'thinking'],
  ['input_json_delta', 'partial_json'],
]);

const SPACE = 0x20;
const BACKSLASH = 0x5c;

/**
 * Nearly all events of a stream are the same byte for byte, but for a few characters of text and some spaces. An event
 * passes that equals one that was read in everything else: so it can't say anything but text. To know that costs less
 * than parsing it does.
 */
export class DeltaSieve {
  #batch = '';
  #refusedFrom = 0;
  #refusedTo = 0;
  #template: Template | undefined;
  /** The text of what passed, as it stands in the JSON: with its escapes, and its bytes as Latin-1. */
  #pieces = '';

  begin(bytes: Buffer): void {
    this.#batch = bytes.toString('latin1');
  }

  passes(start: number, end: number): boolean {
    const piece = this.#template && pieceOf(this.#batch, start, end, this.#template);
    if (piece === undefined) {
      this.#refusedFrom = start;
      this.#refusedTo = end;
      return false;
    }
    this.#pieces += piece;
    return true;
  }

  /** The event that did not pass last has been read, and is this. */
  learn(json: JsonObject): void {
    this.#template = templateOf(this.#batch.slice(this.#refusedFrom, this.#refusedTo), json);
  }

  /** What the events read that have passed since the last time. */
  take(): string {
    if (this.#pieces === '') return '';
    const json = `"${Buffer.from(this.#pieces, 'latin1').toString('utf8')}"`;
    this.#pieces = '';
    const text = parseJson(json);
    // What is not quite JSON is near enough to be counted.
    return typeof text === 'string' ? text : json.slice(1, -1);
  }
}

/** @returns undefined when the event from `start` to `end` differs from the template in more than its text and spaces. */
function pieceOf(batch: string, start: number, end: number, { prefix, tail }: Template): string | undefined {
  const from = start + prefix.length;
  // Slices are compared as a whole; `startsWith` goes character by character, and takes twice as long.
  if (batch.slice(start, from) !== prefix) return undefined;
  const to = batch.indexOf('"', from);
  if (to < 0 || batch.charCodeAt(to - 1) === BACKSLASH) return undefined;
  let at = to + SUFFIX.length;
  if (batch.slice(to, at) !== SUFFIX) return undefined;
  while (batch.charCodeAt(at) === SPACE) at++;
  return at + tail.length === end && batch.slice(at, end) === tail ? batch.slice(from, to) : undefined;
}

/** @returns undefined for an event that says more than a piece of text, or says it in a way of its own. */
function templateOf(event: string, json: JsonObject): Template | undefined {
  const delta = asObject(json['delta']);
  const field = TEXT_FIELDS.get(delta?.['type']);
  if (json['type'] !== 'content_block_delta' || field === undefined) return undefined;
  const marker = `"${field}":"`;
  const at = event.lastIndexOf(marker);
  if (at < 0) return undefined;
  const from = at + marker.length;
  const to = event.indexOf('"', from);
  if (to < 0 || event.slice(to, to + SUFFIX.length) !== SUFFIX) return undefined;
  const tail = event.slice(to + SUFFIX.length).trimStart();
  return /^\}[\r\n]+$/.test(tail) ? { prefix: copy(event.slice(0, from)), tail: copy(tail) } : undefined;
}

/** A slice is kept as a reference to the whole, which stays in memory for it; and two slices compare slowly. */
function copy(slice: string): string {
  return Buffer.from(slice, 'latin1').toString('latin1');
}
