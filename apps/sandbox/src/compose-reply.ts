import { countTokens } from '@weir/tokens/count';
import { type ChatRequest, textOf } from './chat-request.ts';
import type { Controls } from './controls.ts';
import type { SandboxModel } from './models.ts';
import { STORY_TOKENS, storyPieces } from './story.ts';
import { requestedToolCalls } from './tool-calls.ts';

/** One event of a reply: text, the start of a tool call, or a fragment of its arguments. */
export type Piece =
  | { kind: 'text'; text: string }
  | { kind: 'call'; callIndex: number; name: string }
  | { kind: 'arguments'; callIndex: number; text: string };

export interface Reply {
  pieces: Piece[];
  finishReason: 'stop' | 'length' | 'tool_calls';
  /** The completion tokens of the first `pieceCount` pieces. */
  countTokens(pieceCount: number): number;
}

/** The characters of a tool call's arguments that go into one event. */
const ARGUMENT_PIECE_CHARACTERS = 6;

/** What the model answers, whole, before anything of it is sent. */
export function composeReply(request: ChatRequest, model: SandboxModel, controls: Controls): Reply {
  const tokensMax = request.max_completion_tokens ?? request.max_tokens ?? Number.POSITIVE_INFINITY;
  if (controls.fault === 'empty') return textReply([], 'stop');
  const calls = requestedToolCalls(request);
  if (calls.length > 0) return toolCallReply(calls, tokensMax);
  if (model.source === 'story') return storyReply(tokensMax, controls);
  const asked = request.messages.findLast((message) => message.role === 'user');
  return echoReply(textOf(asked?.content), tokensMax);
}

function storyReply(tokensMax: number, controls: Controls): Reply {
  // A stalled or cut story has an end of its own, later than the events that are sent of it.
  const endsEarly = controls.fault === 'stall' || controls.fault === 'cut';
  const tokens = endsEarly ? STORY_TOKENS : (controls.events ?? STORY_TOKENS);
  const texts = storyPieces(Math.min(tokens, tokensMax));
  const reply = textReply(texts, tokensMax < tokens ? 'length' : 'stop');
  return { ...reply, countTokens: (pieceCount) => Math.min(pieceCount, texts.length) };
}

function echoReply(text: string, tokensMax: number): Reply {
  const kept = cutToTokens(text, tokensMax);
  return textReply(kept.match(/\s*\S+|\s+$/g) ?? [], kept.length < text.length ? 'length' : 'stop');
}

function textReply(texts: readonly string[], finishReason: Reply['finishReason']): Reply {
  return {
    pieces: texts.map((text) => ({ kind: 'text', text })),
    finishReason,
    countTokens: (pieceCount) => countTokens(texts.slice(0, pieceCount).join('')),
  };
}

function toolCallReply(calls: readonly { name: string; argumentsJson: string }[], tokensMax: number): Reply {
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

/** The longest prefix of a text that has no more than `tokensMax` tokens and ends between two characters. */
function cutToTokens(text: string, tokensMax: number): string {
  if (countTokens(text) <= tokensMax) return text;
  let fits = 0;
  let exceeds = text.length;
  while (exceeds - fits > 1) {
    const middle = Math.floor((fits + exceeds) / 2);
    if (countTokens(text.slice(0, middle)) <= tokensMax) fits = middle;
    else exceeds = middle;
  }
  const kept = text.slice(0, fits);
  return kept.isWellFormed() ? kept : kept.slice(0, -1);
}
