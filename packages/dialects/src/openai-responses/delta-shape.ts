import { copyOf, endOfText, standsAt, type DeltaShape } from '../delta-sieve.ts';
import { asString, type JsonObject } from '../json.ts';

/** What differs from one event to the next: the piece of text, the random string that hides its length, the number. */
type Variable = 'delta' | 'obfuscation' | 'sequence_number';

/** The bytes of an event, as Latin-1: what is always the same, each time followed by something that is not. */
interface Template {
  readonly steps: readonly { readonly literal: string; readonly variable: Variable }[];
  readonly rest: string;
}

const DIGIT_MIN = 0x30;
const DIGIT_MAX = 0x39;

/** While one text is written, its events differ in their piece of it, their padding and their number. */
export const DELTA_SHAPE: DeltaShape<Template> = { templateOf, pieceOf };

function pieceOf(batch: string, start: number, end: number, { steps, rest }: Template): string | undefined {
  let at = start;
  let piece: string | undefined;
  for (const { literal, variable } of steps) {
    if (!standsAt(batch, at, literal)) return undefined;
    const from = at + literal.length;
    at = variable === 'sequence_number' ? endOfDigits(batch, from) : endOfText(batch, from);
    if (at < from) return undefined;
    if (variable === 'delta') piece = batch.slice(from, at);
  }
  return at + rest.length === end && standsAt(batch, at, rest) ? piece : undefined;
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
 */
function templateOf(bytes: string, event: JsonObject): Template | undefined {
  const { delta, error } = event;
  if (!asString(delta) || error) return undefined;
  const found = MARKERS.flatMap(([variable, marker]) => {
    const at = bytes.indexOf(marker);
    const from = at + marker.length;
    // A number after a space has a marker of its own; a text may begin with one.
    const isOther = variable === 'sequence_number' && bytes[from] === ' ';
    return at < 0 || isOther ? [] : [{ variable, from }];
  }).sort((one, other) => one.from - other.from);
  const steps: { literal: string; variable: Variable }[] = [];
  let at = 0;
  for (const { variable, from } of found) {
    steps.push({ variable, literal: copyOf(bytes.slice(at, from)) });
    at = variable === 'sequence_number' ? endOfDigits(bytes, from) : endOfText(bytes, from);
    if (at < from) return undefined;
  }
  return steps.some(({ variable }) => variable === 'delta')
    ? { steps, rest: copyOf(bytes.slice(at)) }
    : undefined;
}
