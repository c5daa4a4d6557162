import type { Message, Part, TextPart, ToolCallPart, ToolResultPart } from '../call.ts';
import { asObject, parseJson, type JsonObject } from '../json.ts';
import { malformed } from '../unsupported.ts';
import { withoutPrefix } from '../signature-prefix.ts';
import { arrayAt, flagAt, objectAt, optional, stringAt, wordAt } from '../strict-fields.ts';
import { refuseUnknown, untranslatable } from './only-here.ts';
import { readCacheMark, readContent, readImage, readPart } from './read-content.ts';
import { readReasoning, readThinking } from './reasoning-details.ts';
import { reasoningParts } from './reasoning-reader.ts';
import { readCitations } from './url-citation.ts';

const SPOKEN = ['role', 'content', 'name'];
const RESULT = [...SPOKEN, 'tool_call_id'];
const ASSISTANT = [
  ...SPOKEN,
  'tool_calls',
  'refusal',
  'annotations',
  'images',
  'prefix',
  'partial',
  'reasoning',
  'reasoning_content',
  'reasoning_details',
];
/** Some vendors give a call its `index` in a message too, and it comes back as it came. */
const TOOL_CALL = ['id', 'type', 'function', 'index', 'extra_content', 'cache_control'];
const CALLED = ['name', 'arguments'];

/** @see https://platform.openai.com/docs/api-reference/chat/create#chat-create-messages */
export function readMessages(value: unknown): Message[] {
  /** Names of the tools called so far, by the id of the call. */
  const called = new Map<string, string>();
  const items = arrayAt(value, 'messages');
  return items.map((item, index) => {
    const path = `messages[${index}]`;
    const message = objectAt(item, path);
    const read = { ...readMessage(message, path, called), at: path };
    return isPrefill(message, path, index === items.length - 1) ? { ...read, prefill: true } : read;
  });
}

/** Mistral’s and DeepSeek’s word, and Moonshot’s and Qwen’s. */
const PREFILL_MARKS = ['prefix', 'partial'] as const;

/** Whether the reply goes on from this message, as it can from the last one of the assistant's only. */
function isPrefill(message: JsonObject, path: string, isLast: boolean): boolean {
  const mark = PREFILL_MARKS.find((name) => optional(message[name], `${path}.${name}`, flagAt));
  if (mark === undefined) return false;
  if (!isLast) throw malformed(`${path}.${mark}`, 'can be said of the last message only');
  return true;
}

function readMessage(message: JsonObject, path: string, called: Map<string, string>): Message {
  const role = stringAt(message['role'], `${path}.role`);
  const field = `${path}.content`;
  switch (role) {
    case 'system':
    case 'developer':
      refuseUnknown(message, SPOKEN, path);
      return {
        role,
        parts: notEmpty(readContent(message['content'], field, readText), field),
        ...nameIn(message, path),
      };
    case 'user':
      refuseUnknown(message, SPOKEN, path);
      return {
        role,
        parts: notEmpty(readContent(message['content'], field, readUserPart), field),
        ...nameIn(message, path),
      };
    case 'assistant':
      return { role, parts: readAssistant(message, path, called), ...nameIn(message, path) };
    case 'tool':
      return { role, parts: [readResult(message, path, called)] };
    case 'function':
      throw untranslatable(
        `${path}.role`,
        'this',
        'Send the result of a tool call: a message of the role tool.',
      );
    default:
      throw malformed(`${path}.role`, 'has to be one of system, developer, user, assistant, tool');
  }
}

function notEmpty<P>(parts: readonly P[], field: string): readonly P[] {
  if (parts.length === 0) throw malformed(field, 'has to have a part');
  return parts;
}

function nameIn(message: JsonObject, path: string): { name?: string } {
  const name = optional(message['name'], `${path}.name`, stringAt);
  return name ? { name } : {};
}

const readText = (part: JsonObject, path: string) => readPart(part, path, ['text'] as const);
const readUserPart = (part: JsonObject, path: string) =>
  readPart(part, path, ['text', 'image', 'file', 'audio'] as const);

/** Plain OpenAI takes text only; those who imitate it take images too, and so do other dialects. */
function readResult(message: JsonObject, path: string, called: ReadonlyMap<string, string>): ToolResultPart {
  refuseUnknown(message, RESULT, path);
  const callId = wordAt(message['tool_call_id'], `${path}.tool_call_id`);
  const name = optional(message['name'], `${path}.name`, stringAt) || called.get(callId);
  const content = readContent(message['content'], `${path}.content`, (part, field) =>
    readPart(part, field, ['text', 'image', 'file'] as const),
  );
  return { kind: 'tool_result', callId, ...(name !== undefined && { name }), content };
}

/** Reasoning, what was said, and then the calls: the order in which models write them. */
function readAssistant(message: JsonObject, path: string, called: Map<string, string>): Part[] {
  refuseAssistantField(message, path);
  const parts: Part[] = [];
  const refusing = (what: string) => untranslatable(`${path}.${what}`);
  for (const part of reasoningParts(readReasoning(message, refusing))) parts.push(part);
  const said = readSaid(message, path);
  const refusal = optional(message['refusal'], `${path}.refusal`, stringAt);
  if (refusal) said.push({ kind: 'refusal', text: refusal });
  for (const [index, item] of (optional(message['images'], `${path}.images`, arrayAt) ?? []).entries()) {
    const field = `${path}.images[${index}]`;
    said.push(readImage(objectAt(item, field)['image_url'], `${field}.image_url`));
  }
  const calls = readCalls(message, path, called);
  const hasOthers = parts.length + said.length + calls.length > 1;
  for (const part of said) {
    // An empty content stands beside tool calls, and says nothing.
    if (part.kind !== 'text' || part.text !== '' || !hasOthers) parts.push(part);
  }
  for (const call of calls) parts.push(call);
  if (parts.length === 0)
    throw malformed(`${path}.content`, 'has to say something, as there are no tool_calls');
  return parts;
}

function refuseAssistantField(message: JsonObject, path: string): void {
  if (message['function_call'] !== undefined && message['function_call'] !== null) {
    throw untranslatable(`${path}.function_call`, 'this', 'Use tool_calls.');
  }
  refuseUnknown(message, ASSISTANT, path);
}

function readSaid(message: JsonObject, path: string): Part[] {
  const { content } = message;
  if (content === undefined || content === null) return [];
  const field = `${path}.content`;
  const said: Part[] = readContent<Part>(content, field, (part, at) => {
    if (part['type'] !== 'thinking') return readPart(part, at, ['text', 'refusal'] as const);
    const [thought] = reasoningParts([readThinking(part, () => untranslatable(`${at}.thinking`))]);
    return thought ?? { kind: 'text', text: '' };
  });
  const citations = readCitations(message['annotations'], 0);
  const first = said.findIndex(({ kind }) => kind === 'text');
  const text = said[first];
  if (citations.length === 0 || text?.kind !== 'text') return said;
  const cited: TextPart = { ...text, citations };
  return said.with(first, cited);
}

function readCalls(message: JsonObject, path: string, called: Map<string, string>): ToolCallPart[] {
  const calls = optional(message['tool_calls'], `${path}.tool_calls`, arrayAt) ?? [];
  return calls.map((item, index) => {
    const call = readToolCall(item, `${path}.tool_calls[${index}]`);
    called.set(call.id, call.name);
    return call;
  });
}

/** Mistral's calls have no `type`, and come back without. */
function readToolCall(value: unknown, path: string): ToolCallPart {
  const call = objectAt(value, path);
  const type = optional(call['type'], `${path}.type`, stringAt) ?? 'function';
  if (type !== 'function') throw untranslatable(`${path}.type`, 'this', 'Use tools of the type function.');
  refuseUnknown(call, TOOL_CALL, path);
  const given = objectAt(call['function'], `${path}.function`);
  refuseUnknown(given, CALLED, `${path}.function`);
  const google = asObject(asObject(call['extra_content'])?.['google']);
  const signature = optional(
    google?.['thought_signature'],
    `${path}.extra_content.google.thought_signature`,
    stringAt,
  );
  const cache = readCacheMark(call, path);
  return {
    kind: 'tool_call',
    id: wordAt(call['id'], `${path}.id`),
    name: wordAt(given['name'], `${path}.function.name`),
    arguments: argumentsAt(given['arguments'], `${path}.function.arguments`),
    ...(signature && { signature: withoutPrefix(signature, 'openai-chat') }),
    ...(cache && { cache }),
  };
}

function argumentsAt(value: unknown, field: string): string {
  const text = optional(value, field, stringAt) ?? '';
  if (text.trim() === '') return '{}';
  if (!asObject(parseJson(text))) throw malformed(field, 'has to be a JSON object, as text');
  return text;
}
