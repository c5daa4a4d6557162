/** A sieve that learns from the chunks that are read what those look like that need not be. */
export interface ChunkSieve {
  begin(bytes: Buffer): void;
  passes(start: number, end: number): boolean;
  /** The event that did not pass last has been read, and is this. */
  learn(json: unknown): void;
}

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

const QUOTE = '"';
const BACKSLASH = 0x5c;

/**
 * Nearly all chunks of a stream are the same byte for byte, but for a few characters of text. An event passes that
 * equals one that was read in everything but this text: so it can't say anything else, no usage and no error. To know
 * that costs less than parsing it does.
 * @param onPassed gets the text of each, as it stands in the JSON: with its escapes, and its bytes as Latin-1.
 */
export function chunkSieve(onPassed: (piece: string) => void): ChunkSieve {
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
    learn(json) {
      template = templateOf(batch.slice(refusedFrom, refusedTo), json);
    },
  };
}

/** @returns undefined when the event from `start` to `end` differs from the template in more than its text. */
function pieceOf(batch: string, start: number, end: number, template: Template): string | undefined {
  const { prefix, suffix, tail } = template;
  const from = start + prefix.length;
  // Slices are compared as a whole; `startsWith` goes character by character, and takes twice as long.
  if (batch.slice(start, from) !== prefix) return undefined;
  const to = batch.indexOf(QUOTE, from);
  if (to < 0 || batch.charCodeAt(to - 1) === BACKSLASH) return undefined;
  let at = to + suffix.length;
  if (batch.slice(to, at) !== suffix) return undefined;
  if (tail !== undefined) {
    const tailFrom = batch.indexOf(QUOTE, at);
    at = tailFrom + tail.length;
    if (tailFrom < 0 || batch.slice(tailFrom, at) !== tail) return undefined;
  }
  return at === end ? batch.slice(from, to) : undefined;
}

/** @returns undefined for a chunk that says more than a piece of text, or says it in a way of its own. */
function templateOf(event: string, json: unknown): Template | undefined {
  const field = onlyTextField(json);
  const from = field === undefined ? undefined : valueOf(event, field);
  if (from === undefined) return undefined;
  const to = event.indexOf(QUOTE, from);
  if (to < 0 || event.charCodeAt(to - 1) === BACKSLASH) return undefined;
  const prefix = copy(event.slice(0, from));
  const rest = event.slice(to);
  const paddingFrom = valueOf(rest, PADDING_FIELD);
  if (paddingFrom === undefined) return { prefix, suffix: copy(rest), tail: undefined };
  const tail = rest.slice(rest.indexOf(QUOTE, paddingFrom));
  return { prefix, suffix: copy(rest.slice(0, paddingFrom)), tail: copy(tail) };
}

/** A slice is kept as a reference to the whole, which stays in memory for it; and two slices compare slowly. */
function copy(slice: string): string {
  return Buffer.from(slice, 'latin1').toString('latin1');
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
function onlyTextField(json: unknown): string | undefined {
  const chunk = json as {
    choices?: { delta?: Record<string, unknown>; finish_reason?: unknown }[];
    usage?: unknown;
  };
  const { choices, usage } = chunk;
  const choice = choices?.[0];
  if (!choice?.delta || choices?.length !== 1 || usage || choice.finish_reason) return undefined;
  const { delta } = choice;
  if (delta['tool_calls'] || delta['function_call']) return undefined;
  const fields = TEXT_FIELDS.filter((field) => delta[field]);
  const [field] = fields;
  return fields.length === 1 && field && typeof delta[field] === 'string' ? field : undefined;
}

/** What a stream's passed pieces read, one after the other. */
export function textOfPieces(pieces: string): string {
  const json = `"${Buffer.from(pieces, 'latin1').toString('utf8')}"`;
  try {
    return JSON.parse(json) as string;
  } catch {
    // Not quite JSON, but near enough to be counted.
    return json.slice(1, -1);
  }
}
