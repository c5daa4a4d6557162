import { countTokens } from '@weir/tokens/count';
import type { Call } from './call.ts';
import type { Controls } from './controls.ts';
import { cutToTokens } from './cut-text.ts';
import type { SandboxModel } from './models.ts';
import { STORY_TOKENS, storyPieces, thoughtPieces } from './story.ts';
import { requestedToolCalls, type ToolCall } from './tool-calls.ts';

/** The smallest part of a reply: some text, the start of a tool call, or a fragment of its arguments. */
export type Piece =
  | { kind: 'thought'; text: string }
  | { kind: 'text'; text: string }
  | { kind: 'call'; callIndex: number; name: string }
  | { kind: 'arguments'; callIndex: number; text: string };

export interface Reply {
  /** Thinking comes first, then either text or tool calls. */
  pieces: readonly Piece[];
  finishReason: 'stop' | 'length' | 'tool_calls';
  /** Which of the request's stop texts ended the reply. */
  stopText: string | undefined;
  /** The output tokens of the first `pieceCount` pieces, thinking among them. */
  countTokens(pieceCount: number): number;
  /** How many of the pieces are thinking, of one token each. */
  thinkingTokens: number;
}

/** The characters of a tool call's arguments that go into one piece. */
const ARGUMENT_PIECE_CHARACTERS = 6;

/** What comes after the thinking. */
type Answer = Omit<Reply, 'thinkingTokens'>;

/** A reply of nothing: the fault `empty`, and what has no text at all, such as vectors. */
export const EMPTY_REPLY: Reply = { ...textAnswer([], 'stop', []), thinkingTokens: 0 };

/** What the model answers, whole, before anything of it is sent. */
export function composeReply(call: Call, model: SandboxModel, controls: Controls): Reply {
  if (controls.fault === 'empty') return EMPTY_REPLY;
  const tokensMax = call.outputTokensMax ?? Number.POSITIVE_INFINITY;
  const thoughts = model.thinks === true && call.thinks ? thoughtPieces(tokensMax) : [];
  const answer = composeAnswer(call, model, controls, tokensMax - thoughts.length);
  return {
    ...answer,
    pieces: [...thoughts.map((text) => ({ kind: 'thought' as const, text })), ...answer.pieces],
    countTokens: (pieceCount) =>
      Math.min(pieceCount, thoughts.length) + answer.countTokens(Math.max(0, pieceCount - thoughts.length)),
    thinkingTokens: thoughts.length,
  };
}

function composeAnswer(call: Call, model: SandboxModel, controls: Controls, tokensMax: number): Answer {
  const calls = requestedToolCalls(call);
  if (calls.length > 0) return toolCallAnswer(calls, tokensMax);
  if (model.source === 'story') return storyAnswer(call, tokensMax, controls);
  return echoAnswer(call, model.source === 'report' ? reportOf(call) : call.askedText, tokensMax);
}

/** The results of the tools, each by its tool's name; until there are any, it echoes. */
function reportOf({ toolResults, askedText }: Call): string {
  if (toolResults.length === 0) return askedText;
  return toolResults.map(({ name, text }) => `${name}: ${text}`).join('\n');
}

function storyAnswer({ stopTexts }: Call, tokensMax: number, controls: Controls): Answer {
  // A stalled or cut story has an end of its own, later than the events that are sent of it.
  const endsEarly = controls.fault === 'stall' || controls.fault === 'cut';
  const tokens = endsEarly ? STORY_TOKENS : (controls.events ?? STORY_TOKENS);
  const texts = storyPieces(Math.min(tokens, tokensMax));
  const answer = textAnswer(texts, tokensMax < tokens ? 'length' : 'stop', stopTexts);
  if (answer.stopText !== undefined) return answer;
  return { ...answer, countTokens: (pieceCount) => Math.min(pieceCount, texts.length) };
}

function echoAnswer({ stopTexts }: Call, said: string, tokensMax: number): Answer {
  const kept = cutToTokens(said, tokensMax);
  const texts = kept.match(/\s*\S+|\s+$/g) ?? [];
  return textAnswer(texts, kept.length < said.length ? 'length' : 'stop', stopTexts);
}

function textAnswer(
  texts: readonly string[],
  finishReason: Answer['finishReason'],
  stopTexts: readonly string[],
): Answer {
  const stop = firstStop(texts.join(''), stopTexts);
  const kept = stop === undefined ? texts : cutToCharacters(texts, stop.index);
  return {
    pieces: kept.map((text) => ({ kind: 'text', text })),
    finishReason: stop === undefined ? finishReason : 'stop',
    stopText: stop?.stopText,
    countTokens: (pieceCount) => countTokens(kept.slice(0, pieceCount).join('')),
  };
}

function firstStop(text: string, stopTexts: readonly string[]) {
  return stopTexts
    .map((stopText) => ({ stopText, index: text.indexOf(stopText) }))
    .filter(({ index }) => index >= 0)
    .sort((a, b) => a.index - b.index)[0];
}

function cutToCharacters(texts: readonly string[], characters: number): string[] {
  let left = characters;
  return texts.flatMap((text) => {
    const kept = text.slice(0, left);
    left -= kept.length;
    return kept === '' ? [] : [kept];
  });
}

function toolCallAnswer(calls: readonly ToolCall[], tokensMax: number): Answer {
  const pieces: Piece[] = [];
  let tokensLeft = tokensMax;
  let isCut = false;
  for (const [callIndex, { name, argumentsJson }] of calls.entries()) {
    tokensLeft -= countTokens(name);
    isCut = tokensLeft < 0;
    if (isCut) break;
    const kept = cutToTokens(argumentsJson, tokensLeft);
    tokensLeft -= countTokens(kept);
    pieces.push({ kind: 'call', callIndex, name });
    for (let start = 0; start < kept.length; start += ARGUMENT_PIECE_CHARACTERS) {
      const text = kept.slice(start, start + ARGUMENT_PIECE_CHARACTERS);
      pieces.push({ kind: 'arguments', callIndex, text });
    }
    isCut = kept.length < argumentsJson.length;
    if (isCut) break;
  }
  return {
    pieces,
    finishReason: isCut ? 'length' : 'tool_calls',
    stopText: undefined,
    countTokens: (pieceCount) => countToolCallTokens(pieces.slice(0, pieceCount)),
  };
}

function countToolCallTokens(pieces: readonly Piece[]): number {
  const argumentTexts: string[] = [];
  let tokens = 0;
  for (const piece of pieces) {
    if (piece.kind === 'call') tokens += countTokens(piece.name);
    if (piece.kind === 'arguments') {
      argumentTexts[piece.callIndex] = (argumentTexts[piece.callIndex] ?? '') + piece.text;
    }
  }
  return argumentTexts.reduce((sum, text) => sum + countTokens(text), tokens);
}
