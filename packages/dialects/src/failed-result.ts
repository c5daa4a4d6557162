import type { ToolResultPart } from './call.ts';

const SAYS_SO = /^\W*\w*error/i;
/** An error says so at its beginning. */
const BEGINNING_CHARACTERS = 40;

/** The content of a result for a dialect that can't mark one as an error: it says so in its text. */
export function contentOfResult({ content, isError }: ToolResultPart): ToolResultPart['content'] {
  if (!isError) return content;
  const [first, ...others] = content;
  if (first?.kind !== 'text') return [{ kind: 'text', text: 'Error' }, ...content];
  if (SAYS_SO.test(first.text.slice(0, BEGINNING_CHARACTERS))) return content;
  return [{ ...first, text: `Error: ${first.text}` }, ...others];
}
