import type { ClientRequest } from '../dialect.ts';
import { asObject } from '../json.ts';
import { ATTACHMENT_CHARACTERS_PER_TOKEN, PromptCounter, type Prompt } from '../prompt.ts';

/** Fields that carry something else than text: how many of their characters make a token. */
const CHARACTERS_PER_TOKEN: ReadonlyMap<string, number> = new Map([
  ['file_data', ATTACHMENT_CHARACTERS_PER_TOKEN],
  ['data', ATTACHMENT_CHARACTERS_PER_TOKEN],
  ['result', ATTACHMENT_CHARACTERS_PER_TOKEN],
  // Some 1,570 characters for 128 tokens of reasoning, as recorded.
  ['encrypted_content', 12],
]);

/** Names of things, which are no text of the prompt. */
const NAMES: ReadonlySet<string> = new Set(['type', 'id', 'call_id', 'status', 'detail', 'file_id']);

/** Everything that the model reads: instructions, items, tools, format. */
export function promptOf({ body }: ClientRequest): Prompt {
  const { instructions, input, tools, text } = body;
  const counter = new PromptCounter();
  for (let items = Array.isArray(input) ? input.length : 1; items > 0; items--) counter.addFrame();
  measure([instructions, input, tools, asObject(text)?.['format']], counter);
  return counter.prompt;
}

/** A value that is still to be looked at, and the field that it stands in. */
type Pending = readonly [field: string, value: unknown];

/** Goes through the value as deep as it may be, with no recursion that could be too deep. */
function measure(root: unknown, counter: PromptCounter): void {
  const pending: Pending[] = [['', root]];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const [field, value] = next;
    if (typeof value === 'string') {
      const perToken = CHARACTERS_PER_TOKEN.get(field);
      if (perToken !== undefined) counter.addCharacters(value.length, perToken);
      else if (field !== 'image_url' && !NAMES.has(field)) counter.addText(value);
      continue;
    }
    if (typeof value !== 'object' || value === null) continue;
    if (!Array.isArray(value) && isAttachment(value)) counter.addUnbounded();
    if (isImage(value)) counter.addImage();
    const inner: Pending[] = Array.isArray(value)
      ? value.map((one: unknown): Pending => [field, one])
      : Object.entries(value).flatMap(namesAndValues(field));
    for (let at = inner.length - 1; at >= 0; at--) pending.push(inner[at] ?? ['', undefined]);
  }
}

/** In the schema of a tool or of a format the names of the fields are text as well. */
function namesAndValues(within: string) {
  const inSchema = within === 'parameters' || within === 'schema' || within === SCHEMA;
  return ([name, value]: [string, unknown]): Pending[] =>
    inSchema
      ? [
          [SCHEMA, name],
          [SCHEMA, value],
        ]
      : [[name, value]];
}

const SCHEMA = ' schema';

/** A file, or a sound: of what length, nobody knows. */
function isAttachment(value: object): boolean {
  return 'type' in value && (value.type === 'input_file' || value.type === 'input_audio');
}

function isImage(value: object): boolean {
  return 'image_url' in value || ('type' in value && value.type === 'input_image');
}
