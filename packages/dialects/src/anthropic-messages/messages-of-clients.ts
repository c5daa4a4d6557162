import type { Message, Part, ToolResultPart } from '../call.ts';
import type { JsonObject } from '../json.ts';
import { arrayAt, isGiven, objectAt, stringAt } from '../strict-fields.ts';
import { malformed } from '../unsupported.ts';
import { assistantParts, readTextBlock, readUserBlock } from './blocks-of-clients.ts';
import { refuseUnknown, untranslatable } from './only-here.ts';

/**
 * The system prompt and the messages of a request. A user's message that holds results of tools becomes two: the results,
 * which Anthropic wants first, and the rest.
 */
export function readMessages(body: JsonObject): Message[] {
  const messages: Message[] = [];
  const system = systemParts(body['system'], 'system');
  if (system.length > 0) messages.push({ role: 'system', parts: system, at: 'system' });
  const toolNames = new Map<string, string>();
  for (const [i, item] of arrayAt(body['messages'], 'messages').entries()) {
    const path = `messages[${i}]`;
    const message = objectAt(item, path);
    refuseUnknown(message, ['role', 'content'], path);
    for (const read of readMessage(message, path, toolNames)) messages.push({ ...read, at: path });
  }
  return withPrefill(messages);
}

/** From a last turn of the model's its reply goes on. */
function withPrefill(messages: readonly Message[]): Message[] {
  return messages.map((message, i) =>
    message.role === 'assistant' && i === messages.length - 1 ? { ...message, prefill: true } : message,
  );
}

function readMessage(message: JsonObject, path: string, toolNames: Map<string, string>): Message[] {
  const { role, content } = message;
  switch (role) {
    // @see https://platform.claude.com/docs/en/build-with-claude/mid-conversation-system-messages
    case 'system':
      return [{ role, parts: systemParts(content, `${path}.content`) }];
    case 'assistant': {
      const parts = assistantParts(blocksAt(content, `${path}.content`), `${path}.content`);
      for (const part of parts) if (part.kind === 'tool_call') toolNames.set(part.id, part.name);
      return [{ role, parts }];
    }
    case 'user':
      return userMessages(content, `${path}.content`, toolNames);
    default:
      throw malformed(`${path}.role`, 'has to be user, assistant or system');
  }
}

function userMessages(content: unknown, path: string, toolNames: ReadonlyMap<string, string>): Message[] {
  const results: ToolResultPart[] = [];
  const parts: Part[] = [];
  for (const [i, block] of blocksAt(content, path).entries()) {
    const part = readUserBlock(block, `${path}[${i}]`);
    if (part.kind !== 'tool_result') {
      parts.push(part);
      continue;
    }
    const name = toolNames.get(part.callId);
    results.push(name === undefined ? part : { ...part, name });
  }
  return [
    ...(results.length > 0 ? [{ role: 'tool', parts: results } as const] : []),
    ...(parts.length > 0 || results.length === 0 ? [{ role: 'user', parts } as const] : []),
  ];
}

function systemParts(content: unknown, path: string): Part[] {
  if (!isGiven(content) || content === '') return [];
  return blocksAt(content, path).map((block, i) => {
    const type = stringAt(block['type'], `${path}[${i}].type`);
    if (type !== 'text')
      throw untranslatable(`${path}[${i}].type`, `a block of the type ‘${type.slice(0, 40)}’`);
    return readTextBlock(block, `${path}[${i}]`);
  });
}

/** Content in words is short for one block of text. */
function blocksAt(content: unknown, path: string): JsonObject[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  if (!Array.isArray(content)) throw malformed(path, 'has to be a string or an array of blocks');
  return content.map((block, i) => objectAt(block, `${path}[${i}]`));
}
