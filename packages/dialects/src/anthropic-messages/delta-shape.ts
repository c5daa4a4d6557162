import { copyOf, endOfText, standsAt, type DeltaShape } from '../delta-sieve.ts';
import { asObject, type JsonObject } from '../json.ts';

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

/** The events of one block differ in their text and some spaces. */
export const DELTA_SHAPE: DeltaShape<Template> = { templateOf, pieceOf };

function pieceOf(batch: string, start: number, end: number, { prefix, tail }: Template): string | undefined {
  const from = start + prefix.length;
  if (!standsAt(batch, start, prefix)) return undefined;
  const to = endOfText(batch, from);
  if (to < 0 || !standsAt(batch, to, SUFFIX)) return undefined;
  let at = to + SUFFIX.length;
  while (batch.charCodeAt(at) === SPACE) at++;
  return at + tail.length === end && standsAt(batch, at, tail) ? batch.slice(from, to) : undefined;
}

function templateOf(event: string, json: JsonObject): Template | undefined {
  const delta = asObject(json['delta']);
  const field = TEXT_FIELDS.get(delta?.['type']);
  if (json['type'] !== 'content_block_delta' || field === undefined) return undefined;
  const marker = `"${field}":"`;
  const at = event.lastIndexOf(marker);
  if (at < 0) return undefined;
  const from = at + marker.length;
  const to = event.indexOf('"', from);
  if (to < 0 || !standsAt(event, to, SUFFIX)) return undefined;
  const tail = event.slice(to + SUFFIX.length).trimStart();
  return /^\}[\r\n]+$/.test(tail) ? { prefix: copyOf(event.slice(0, from)), tail: copyOf(tail) } : undefined;
}
