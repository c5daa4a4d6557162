import { asString, type JsonObject } from '../json.ts';

/** A sieve that learns from the events that are read what those look like that need not be. */
export interface DeltaSieve {
  begin(bytes: Buffer): void;
  passes(start: number, end: number): boolean;
  /** The event that did not pass last has been read, and is this. */
  learn(event: JsonObject): void;
}

/** What differs from one event to the next: the piece of text, the random string that hides its length, the number. */
type Variable = 'delta' | 'obfuscation' | 'sequence_number';

/** The bytes of an event, as Latin-1: what is always the same, each time followed by something that is not. */
interface Template {
  readonly steps: readonly { readonly literal: string; readonly variable: Variable }[];
  readonly rest: string;
}

const QUOTE = '"';
const BACKSLASH = 0x5c;
const DIGIT_MIN = 0x30;
const DIGIT_MAX = 0x39;

/**
 * While one text is written, its events are the same byte for byte but for their piece of it, their padding and their
 * number. An event passes that equals one that was read in everything else: so it can't say anything else. To know that
 * costs less than parsing it does.
 * @param onPassed gets the text of each, as it stands in the JSON: with its escapes, and its bytes as Latin-1.
 */
export function deltaSieve(onPassed: (piece: string) => void): DeltaSieve {
  let batch = '';
  let refusedFrom = 0;
  let refusedTo = 0;
  let template: Template | undefined;

  return {
    begin(bytes) {
      batch = bytes.toString('latin1');
    },
    passes(start, end) {
      const piece = template && pieceOf(batch, start, end, template);
      if (piece === undefined) {
        refusedFrom = start;
        refusedTo = end;
        return false;
      }
      onPassed(piece);
      return true;
    },
    learn(event) {
      template = templateOf(batch.slice(refusedFrom, refusedTo), event);
    },
  };
}

/** @returns undefined when the event from `start` to `end` differs from the template in more than its variables. */
function pieceOf(batch: string, start: number, end: number, { steps, rest }: Template): string | undefined {
  let at = start;
  let piece: string | undefined;
  for (const { literal, variable } of steps) {
    const from = at + literal.length;
    // Slices are compared as a whole; `startsWith` goes character by character, and takes twice as long.
    if (batch.slice(at, from) !== literal) return undefined;
    at = variable === 'sequence_number' ? endOfDigits(batch, from) : endOfString(batch, from);
    if (at < from) return undefined;
    if (variable === 'delta') piece = batch.slice(from, at);
  }
  const to = at + rest.length;
  return to === end && batch.slice(at, to) === rest ? piece : undefined;
}

/** @returns where the quote is, or -1 where there is none, or one that may be escaped. */
function endOfString(batch: string, from: number): number {
  const to = batch.indexOf(QUOTE, from);
  return to > from && batch.charCodeAt(to - 1) === BACKSLASH ? -1 : to;
}

function endOfDigits(batch: string, from: number): number {
  let at = from;
  for (let code = batch.charCodeAt(at); code >= DIGIT_MIN && code <= DIGIT_MAX;) {
    at++;
    code = batch.charCodeAt(at);
  }
  return at === from ? -1 : at;
}

/** How a field begins, of which a vendor writes the value right after the colon or after a space. */
const MARKERS: readonly (readonly [Variable, string])[] = [
  ['delta', '"delta":"'],
  ['delta', '"delta": "'],
  ['obfuscation', '"obfuscation":"'],
  ['obfuscation', '"obfuscation": "'],
  ['sequence_number', '"sequence_number":'],
  ['sequence_number', '"sequence_number": '],
];

/**
 * A marker can't stand in a string, where its quotes would be escaped. One that stands in another object than the event
 * itself would do no harm but to let nothing pass.
 * @returns undefined for an event that is no piece of text, or says more.
 */
function templateOf(bytes: string, event: JsonObject): Template | undefined {
  const { delta, error } = event;
  if (!asString(delta) || error) return undefined;
  const found = MARKERS.flatMap(([variable, marker]) => {
    const at = bytes.indexOf(marker);
    const from = at + marker.length;
    return at < 0 || bytes[from] === ' ' ? [] : [{ variable, from }];
  }).sort((one, other) => one.from - other.from);
  const steps: { literal: string; variable: Variable }[] = [];
  let at = 0;
  for (const { variable, from } of found) {
    steps.push({ variable, literal: copy(bytes.slice(at, from)) });
    at = variable === 'sequence_number' ? endOfDigits(bytes, from) : endOfString(bytes, from);
    if (at < from) return undefined;
  }
  return steps.some(({ variable }) => variable === 'delta')
    ? { steps, rest: copy(bytes.slice(at)) }
    : undefined;
}

/** A slice is kept as a reference to the whole, which stays in memory for it; and two slices compare slowly. */
function copy(slice: string): string {
  return Buffer.from(slice, 'latin1').toString('latin1');
}
