import type { ReasoningPart, RefusalPart, TextPart, ToolCallPart } from '../call.ts';
import { asObject, parseJson, writeJson, type JsonObject } from '../json.ts';
import { given } from '../given.ts';

/* What a model says, as parts of a content, be it in a reply or in the turns before a request. */

/** A refusal is a text like any other. */
export function renderText({ text }: Pick<TextPart | RefusalPart, 'text'>): JsonObject {
  return { text };
}

/**
 * A signature that stands for reasoning without a text comes as Google's own do at the end of an answer: with an empty
 * text that is no thought.
 */
export function renderReasoning(
  { text, encrypted }: Pick<ReasoningPart, 'text' | 'encrypted'>,
  thoughtSignature: string | undefined,
): JsonObject {
  const thought = text === '' && encrypted ? undefined : true;
  return { text, ...given({ thought, thoughtSignature }) };
}

/** @returns undefined for arguments that are no JSON object, or one that can't be written again. */
export function renderCall(
  { id, name, arguments: text }: Pick<ToolCallPart, 'id' | 'name' | 'arguments'>,
  thoughtSignature: string | undefined,
): JsonObject | undefined {
  const args = asObject(parseJson(text.trim() === '' ? '{}' : text));
  return args && writeJson(args) !== undefined
    ? { functionCall: { id, name, args }, ...given({ thoughtSignature }) }
    : undefined;
}
