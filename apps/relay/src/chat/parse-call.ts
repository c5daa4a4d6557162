import { parseRequest, promptOf, type ChatCall } from '@weir/dialects/openai-chat';
import type { Prompt } from '@weir/dialects/prompt';

/** A call that is known to be well formed. */
export interface ParsedCall {
  readonly dialect: 'openai-chat';
  readonly chat: ChatCall;
  readonly prompt: Prompt;
}

/**
 * Body → validated call: the only step that sees unvalidated client JSON.
 * @throws {WeirError} `invalid_request`
 */
export function parseCall(body: unknown): ParsedCall {
  const chat = parseRequest(body);
  return { dialect: 'openai-chat', chat, prompt: promptOf(chat) };
}
