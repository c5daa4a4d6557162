import { copyOf, endOfText, standsAt, type DeltaShape } from '../delta-sieve.ts';
import { asArray, asObject, type JsonObject } from '../json.ts';

/**
 * The bytes of an event, as Latin-1, around the piece of text that it carries. Some vendors end each chunk with a random
 * string that hides the length of the text: there the event goes on, after `suffix`, with that string and `tail`.
 */
interface Template {
  readonly prefix: string;
  readonly suffix: string;
  readonly tail: string | undefined;
}

/** Where a delta carries its text. */
const TEXT_FIELDS = ['content', 'reasoning_content', 'reasoning', 'refusal'] as const;

/** @see https://platform.openai.com/docs/api-reference/chat/create#chat-create-stream_options-include_obfuscation */
const PADDING_FIELD = 'obfuscation';

/** A chunk with a piece of text. */
export const CHUNK_SHAPE: DeltaShape<Template> = { templateOf, pieceOf };

function pieceOf(batch: string, start: number, end: number, template: Template): string | undefined {
  const { prefix, suffix, tail } = template;
  const from = start + prefix.length;
  if (!standsAt(batch, start, prefix)) return undefined;
  const to = endOfText(batch, from);
  if (to < 0 || !standsAt(batch, to, suffix)) return undefined;
  let at = to + suffix.length;
  if (tail !== undefined) {
    const tailFrom = batch.indexOf('"', at);
    if (tailFrom < 0 || !standsAt(batch, tailFrom, tail)) return undefined;
    at = tailFrom + tail.length;
  }
  return at === end ? batch.slice(from, to) : undefined;
}

function templateOf(event: string, json: JsonObject): Template | undefined {
  const field = onlyTextField(json);
  const from = field === undefined ? undefined : valueOf(event, field);
  if (from === undefined) return undefined;
  const to = endOfText(event, from);
  if (to < 0) return undefined;
  const prefix = copyOf(event.slice(0, from));
  const rest = event.slice(to);
  const paddingFrom = valueOf(rest, PADDING_FIELD);
  if (paddingFrom === undefined) return { prefix, suffix: copyOf(rest), tail: undefined };
  const tail = rest.slice(rest.indexOf('"', paddingFrom));
  return { prefix, suffix: copyOf(rest.slice(0, paddingFrom)), tail: copyOf(tail) };
}

/** Where the text of a field begins, of which the vendor writes with a space after the colon or with none. */
function valueOf(event: string, field: string): number | undefined {
  for (const marker of [`"${field}":"`, `"${field}": "`]) {
    const at = event.indexOf(marker);
    if (at >= 0) return at + marker.length;
  }
  return undefined;
}

/** The one field of the one choice's delta that has text in it, in a chunk that says nothing else. */
function onlyTextField({ choices, usage }: JsonObject): string | undefined {
  const [item, ...others] = asArray(choices);
  const choice = asObject(item);
  const delta = asObject(choice?.['delta']);
  if (!delta || others.length > 0 || usage || choice?.['finish_reason']) return undefined;
  if (delta['tool_calls'] || delta['function_call']) return undefined;
  const fields = TEXT_FIELDS.filter((field) => delta[field]);
  const [field] = fields;
  return fields.length === 1 && field && typeof delta[field] === 'string' ? field : undefined;
}
