import { findModel } from '../core/models.ts';
import { isThoughtSignature } from '../core/thought-signature.ts';
import { type AnthropicVersion, invalid } from './anthropic-vendor.ts';
import type { ContentBlock } from './content-blocks.ts';
import type { CountRequest, Message } from './messages-request.ts';

/** Messages of one role that follow each other, as the vendor takes them. */
interface Turn {
  role: Message['role'];
  /** With each block, where it stands: `messages.1.content.0`. */
  blocks: { block: ContentBlock; at: string }[];
  /** The index of its last message. */
  lastIndex: number;
}

/**
 * What a body's shape alone does not say: results follow the tool uses that they belong to, thinking comes back
 * as it was given.
 * See https://platform.claude.com/docs/en/agents-and-tools/tool-use/implement-tool-use
 * @throws {Refusal}
 */
export function checkConversation(request: CountRequest, version: AnthropicVersion): void {
  checkContents(request.messages);
  const turns = turnsOf(request.messages);
  if (version !== '2023-06-01') for (const turn of turns) checkRoles(turn);
  for (const [index, turn] of turns.entries()) checkToolResults(turn, turns[index - 1]);
  for (const [index, turn] of turns.entries()) checkToolUses(turn, turns[index + 1]);
  for (const turn of turns) checkSignatures(turn);
  const thinks = request.thinking?.type === 'enabled' || request.thinking?.type === 'adaptive';
  if (thinks && findModel(request.model)?.thinks === true) checkThinkingIsThere(turns);
}

function checkContents(messages: readonly Message[]): void {
  for (const [index, { role, content }] of messages.entries()) {
    const isLast = index === messages.length - 1;
    if (content.length === 0 && !(isLast && role === 'assistant')) {
      throw invalid(
        `messages.${index}: all messages must have non-empty content except for the optional final assistant message`,
      );
    }
    if (content.some((block) => block.type === 'text' && block.text === '')) {
      throw invalid('messages: text content blocks must be non-empty');
    }
    const last = content.at(-1);
    if (isLast && role === 'assistant' && last?.type === 'text' && /\s$/.test(last.text)) {
      throw invalid('messages: final assistant content cannot end with trailing whitespace');
    }
  }
}

/**
 * What version 2026-10-21 takes of neither role.
 * See https://platform.claude.com/docs/en/api/migration-2026-10-21
 */
function checkRoles({ role, blocks }: Turn): void {
  for (const { block, at } of blocks) {
    if (role === 'assistant' && block.type === 'document') {
      throw invalid(`${at}: \`document\` blocks are not allowed in \`assistant\` messages`);
    }
    if (
      role === 'user' &&
      block.type === 'text' &&
      Array.isArray(block.citations) &&
      block.citations.length > 0
    ) {
      throw invalid(`${at}.citations: \`citations\` are not allowed in \`user\` messages`);
    }
  }
}

function turnsOf(messages: readonly Message[]): Turn[] {
  const turns: Turn[] = [];
  for (const [index, { role, content }] of messages.entries()) {
    const blocks = content.map((block, at) => ({ block, at: `messages.${index}.content.${at}` }));
    const turn = turns.at(-1);
    if (turn?.role === role) {
      turn.blocks.push(...blocks);
      turn.lastIndex = index;
    } else turns.push({ role, blocks, lastIndex: index });
  }
  return turns;
}

function checkToolResults({ role, blocks }: Turn, before: Turn | undefined): void {
  const uses = new Set(before?.role === 'assistant' ? toolUseIds(before) : []);
  for (const { block, at } of blocks) {
    if (block.type !== 'tool_result') continue;
    if (role !== 'user') throw invalid(`${at}: \`tool_result\` blocks can only be in \`user\` messages`);
    if (uses.has(block.tool_use_id)) continue;
    throw invalid(
      `${at}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${block.tool_use_id}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`,
    );
  }
}

function checkToolUses(turn: Turn, after: Turn | undefined): void {
  const uses = toolUseIds(turn);
  if (uses.length === 0) return;
  if (turn.role !== 'assistant') {
    throw invalid(`messages.${turn.lastIndex}: \`tool_use\` blocks can only be in \`assistant\` messages`);
  }
  if (new Set(uses).size < uses.length) {
    throw invalid(`messages.${turn.lastIndex}.content: \`tool_use\` ids must be unique`);
  }
  const results = new Set(
    after?.blocks.map(({ block }) => (block.type === 'tool_result' ? block.tool_use_id : undefined)),
  );
  const open = uses.filter((id) => !results.has(id));
  if (open.length === 0) return;
  throw invalid(
    `messages.${turn.lastIndex}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${open.join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`,
  );
}

function checkSignatures({ blocks }: Turn): void {
  for (const { block, at } of blocks) {
    if (block.type !== 'thinking' || isThoughtSignature(block.signature, block.thinking)) continue;
    throw invalid(`${at}: Invalid \`signature\` in \`thinking\` block`);
  }
}

/** While tools are used, the last assistant turn has to begin with the thinking that led to them. */
function checkThinkingIsThere(turns: readonly Turn[]): void {
  const last = turns.at(-1);
  const assistant = turns.findLast(({ role }) => role === 'assistant');
  if (!last?.blocks.some(({ block }) => block.type === 'tool_result')) return;
  const first = assistant?.blocks[0];
  if (first === undefined || first.block.type === 'thinking' || first.block.type === 'redacted_thinking')
    return;
  throw invalid(
    `${first.at}.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${first.block.type}\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block (preceeding the lastmost set of \`tool_use\` and \`tool_result\` blocks).`,
  );
}

function toolUseIds({ blocks }: Turn): string[] {
  return blocks.flatMap(({ block }) => (block.type === 'tool_use' ? [block.id] : []));
}
