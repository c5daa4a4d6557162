/** The tokens of a story when neither the request nor a header says how long it is to be. */
export const STORY_TOKENS = 240;

/** The tokens that a model thinks before it answers. */
export const THOUGHT_TOKENS = 20;

const OPENING = ['This', ' is', ' a', ' simulated', ' story', '.', ' No', ' model', ' wrote', ' it', '.'];
const THOUGHT_OPENING = [
  'This',
  ' is',
  ' simulated',
  ' thinking',
  '.',
  ' No',
  ' model',
  ' thought',
  ' it',
  '.',
];
const SUBJECTS = [' river', ' baker', ' child', ' boat', ' storm', ' bird', ' farmer', ' bridge'];
const VERBS = [' followed', ' found', ' watched', ' crossed', ' carried', ' left', ' reached', ' heard'];
const ADJECTIVES = [' old', ' quiet', ' narrow', ' green', ' distant', ' cold', ' bright', ' broken'];
const OBJECTS = [' wall', ' gate', ' field', ' valley', ' harbor', ' garden', ' road', ' forest', ' shore'];
const ENDINGS = [' at', ' before', ' after', ' until'];
const TIMES = [' dawn', ' noon', ' dusk', ' midnight', ' winter'];

/**
 * The first `tokens` pieces of a story that never ends and is the same every time. Each piece is one o200k_base
 * token, so that a limit in tokens is a number of pieces.
 */
export function storyPieces(tokens: number): string[] {
  return prosePieces(OPENING, tokens);
}

/** The first `tokens` pieces, of one token each, of what a model thinks; the same every time, whatever was asked. */
export function thoughtPieces(tokens: number): string[] {
  return prosePieces(THOUGHT_OPENING, Math.min(tokens, THOUGHT_TOKENS));
}

function prosePieces(opening: readonly string[], tokens: number): string[] {
  const pieces = [...opening];
  for (let sentence = 0; pieces.length < tokens; sentence++) pieces.push(...sentencePieces(sentence));
  return pieces.slice(0, tokens);
}

function sentencePieces(index: number): string[] {
  return [
    ' The',
    pick(ADJECTIVES, index * 5 + 1),
    pick(SUBJECTS, index * 3),
    pick(VERBS, index * 5),
    ' the',
    pick(ADJECTIVES, index * 3 + 2),
    pick(OBJECTS, index * 2),
    pick(ENDINGS, index),
    pick(TIMES, index * 2),
    '.',
  ];
}

function pick(words: readonly string[], index: number): string {
  return words[index % words.length] ?? '';
}
