import type { Message } from '../call.ts';
import type { JsonObject } from '../json.ts';
import { malformed, unsupported } from '../unsupported.ts';
import { renderAssistantPart, renderUserPart } from './render-blocks.ts';

const DIALECT = 'anthropic-messages';

/** A message as Anthropic has it: the roles take turns. */
export interface Turn {
  readonly role: 'user' | 'assistant' | 'system';
  readonly content: JsonObject[];
}

interface GatheredTurn extends Turn {
  /** Come first in a user's turn. */
  readonly results: JsonObject[];
  /** Of the first message in it, as an error names it. */
  readonly where: string;
}

/**
 * The system prompt and the turns of a conversation. Messages of one side that follow one another are one turn, as
 * Anthropic wants all results of a turn's tool calls at the beginning of the next.
 * @throws {WeirError} `invalid_request`
 */
export function renderMessages(messages: readonly Message[]): { system: JsonObject[]; turns: Turn[] } {
  const system: JsonObject[] = [];
  const turns: GatheredTurn[] = [];
  let userSpoke = false;
  for (const [i, message] of messages.entries()) {
    const where = message.at ?? `messages[${i}]`;
    if (message.name !== undefined) throw unsupported(`${where}.name`, DIALECT);
    const role = turnRole(message.role);
    const isSystem = role === 'system';
    const blocks: JsonObject[] = [];
    const results: JsonObject[] = [];
    for (const part of message.parts) {
      const place = part.at ?? where;
      if (isSystem && part.kind !== 'text') throw unsupported(`${place} (${part.kind})`, DIALECT);
      const block = role === 'assistant' ? renderAssistantPart(part, place) : renderUserPart(part, place);
      if (block) (part.kind === 'tool_result' ? results : blocks).push(block);
    }
    if (role === 'user' && blocks.length + results.length > 0) userSpoke = true;
    if (isSystem && !userSpoke) for (const block of blocks) system.push(block);
    else if (blocks.length + results.length > 0) gather(turns, { role, content: blocks, results, where });
  }
  if (turns.length === 0) {
    throw malformed('messages', 'has to have a message with content beside the system prompt');
  }
  checkSystemTurns(turns);
  return {
    system,
    turns: turns.map(({ role, results, content }) => ({ role, content: [...results, ...content] })),
  };
}

function turnRole(role: Message['role']): Turn['role'] {
  if (role === 'developer') return 'system';
  return role === 'tool' ? 'user' : role;
}

function gather(turns: GatheredTurn[], turn: GatheredTurn): void {
  const last = turns.at(-1);
  if (last?.role !== turn.role) {
    turns.push(turn);
    return;
  }
  for (const block of turn.results) last.results.push(block);
  for (const block of turn.content) last.content.push(block);
}

/**
 * Once the user spoke, a system message stands right after a user's turn, and before the model's or at the end.
 * @see https://platform.claude.com/docs/en/build-with-claude/mid-conversation-system-messages
 */
function checkSystemTurns(turns: readonly GatheredTurn[]): void {
  for (const [i, { role, where }] of turns.entries()) {
    if (role !== 'system') continue;
    if (turns[i - 1]?.role !== 'user' || turns[i + 1]?.role === 'user') {
      throw unsupported(
        where,
        DIALECT,
        'a system message that does not stand between a user’s turn and the model’s',
      );
    }
  }
}
