/** The longest run that is given to the tokenizer in one piece, in UTF-16 units; its work grows with the square of a run's length. */
export const RUN_UNITS_MAX = 256;

/**
 * A run is what o200k_base's own splitting pattern may keep in one piece: letters with their marks, or whatever is
 * neither letter nor digit (digits it splits by three). Marks are in both, hence two patterns, one after the other.
 * The lookbehinds let a match begin only where a run begins, so that one pass over the text is linear.
 */
const LONG_LETTER_RUN = new RegExp(String.raw`(?<![\p{L}\p{M}])[\p{L}\p{M}]{${RUN_UNITS_MAX + 1},}`, 'gu');
const LONG_SIGN_RUN = new RegExp(String.raw`(?<![^\p{L}\p{N}])[^\p{L}\p{N}]{${RUN_UNITS_MAX + 1},}`, 'gu');

/**
 * Cuts a text inside every run of more than 256 characters without a break, never between the halves of a surrogate
 * pair. The pieces joined are the text; a text without such runs comes back whole, in one piece.
 */
export function splitLongRuns(text: string): string[] {
  if (text.length <= RUN_UNITS_MAX) return [text];
  return cutRuns(text, LONG_LETTER_RUN).flatMap((piece) => cutRuns(piece, LONG_SIGN_RUN));
}

function cutRuns(text: string, longRun: RegExp): string[] {
  const pieces: string[] = [];
  let start = 0;
  for (const match of text.matchAll(longRun)) {
    const end = match.index + match[0].length;
    let cut = match.index;
    while (end - cut > RUN_UNITS_MAX) {
      cut += RUN_UNITS_MAX;
      if (isInsidePair(text, cut)) cut--;
      pieces.push(text.slice(start, cut));
      start = cut;
    }
  }
  pieces.push(text.slice(start));
  return pieces;
}

function isInsidePair(text: string, index: number): boolean {
  const before = text.charCodeAt(index - 1);
  const after = text.charCodeAt(index);
  return before >= 0xd800 && before <= 0xdbff && after >= 0xdc00 && after <= 0xdfff;
}
