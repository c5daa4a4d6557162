import type {
  AudioPart,
  FilePart,
  ImagePart,
  Message,
  Part,
  ReasoningPart,
  Source,
  TextPart,
  ToolResultPart,
} from '../call.ts';
import { writeDataUrl } from '../data-url.ts';
import { contentOfResult } from '../failed-result.ts';
import type { JsonObject } from '../json.ts';
import { OneText, joinTexts } from '../paragraphs.ts';
import { refuseLastTurn, refusePrefill } from '../prefill.ts';
import type { Quirks } from '../quirks.ts';
import { unsupported } from '../unsupported.ts';
import { placeOf, renderDetails } from './reasoning-details.ts';
import { renderToolCall } from './reply-fields.ts';

/** What a kind of part is called in an error. */
const NAMES: Readonly<Record<Part['kind'], string>> = {
  text: 'text',
  image: 'image',
  file: 'file',
  audio: 'audio',
  reasoning: 'reasoning',
  refusal: 'refusal',
  tool_call: 'tool call',
  tool_result: 'tool result',
};

/** Names that files need, and not all have. */
const FILE_NAMES: ReadonlyMap<string, string> = new Map([
  ['application/pdf', 'file.pdf'],
  ['text/plain', 'file.txt'],
]);

/** @throws {WeirError} `invalid_request`, naming the message and the kind of part that this dialect can't express. */
export function renderMessages(messages: readonly Message[], quirks: Quirks): JsonObject[] {
  const { prefill } = quirks;
  if (prefill === undefined) refusePrefill(messages, 'openai-chat');
  if (prefill === 'unmarked') refuseLastTurn(messages, 'openai-chat');
  const rendered = messages.flatMap((message, index) => {
    const written = renderMessage(message, message.at ?? `messages[${index}]`);
    const mark = message.prefill && prefill !== 'unmarked' ? prefill : undefined;
    return mark === undefined ? written : written.map((one) => ({ ...one, [mark]: true }));
  });
  return quirks.wantsReasoningContent ? rendered.map(withReasoningContent) : rendered;
}

function withReasoningContent(message: JsonObject): JsonObject {
  return message['role'] === 'assistant' ? { reasoning_content: '', ...message } : message;
}

function renderMessage({ role, parts, name }: Message, path: string): JsonObject[] {
  const named = { name };
  switch (role) {
    case 'system':
    case 'developer':
      return [{ role, content: textOf(parts, path), ...named }];
    case 'user':
      return [{ role, content: renderAsked(parts, path), ...named }];
    case 'assistant':
      return [{ ...renderAssistant(parts, path), ...named }];
    case 'tool':
      return parts.map((part) => {
        if (part.kind !== 'tool_result') throw refused(part, path);
        return renderResult(part, path);
      });
  }
}

const refused = (part: Part, path: string, what = NAMES[part.kind]) =>
  unsupported(`${part.at ?? path} (${what})`, 'openai-chat');

/** One text: some vendors take a string, and no array of parts. */
function textOf(parts: readonly Part[], path: string): string {
  return joinTexts(parts.map((part) => (part.kind === 'text' ? part.text : fail(refused(part, path)))));
}

function fail(error: Error): never {
  throw error;
}

function renderAsked(parts: readonly Part[], path: string): string | JsonObject[] {
  if (parts.every(({ kind }) => kind === 'text')) return textOf(parts, path);
  return parts.map((part) => {
    switch (part.kind) {
      case 'text':
        return renderText(part);
      case 'image':
        return renderImage(part);
      case 'file':
        return renderFile(part, path);
      case 'audio':
        return renderAudio(part);
      case 'reasoning':
      case 'refusal':
      case 'tool_call':
      case 'tool_result':
        throw refused(part, path);
    }
  });
}

function renderText({ text }: TextPart): JsonObject {
  return { type: 'text', text };
}

function renderImage({ source, detail }: ImagePart): JsonObject {
  return { type: 'image_url', image_url: { url: addressOf(source), detail } };
}

function addressOf(source: Source): string {
  return source.kind === 'url' ? source.url : writeDataUrl(source);
}

/** @see https://platform.openai.com/docs/guides/pdf-files */
function renderFile(part: FilePart, path: string): JsonObject {
  const { source, name } = part;
  if (source.kind === 'url') throw refused(part, path, 'file by address');
  const filename = name ?? FILE_NAMES.get(source.mediaType) ?? 'file';
  return { type: 'file', file: { filename, file_data: writeDataUrl(source) } };
}

function renderAudio({ data, format }: AudioPart): JsonObject {
  return { type: 'input_audio', input_audio: { data, format } };
}

/**
 * @see https://platform.openai.com/docs/api-reference/chat/create#chat-create-messages
 */
function renderResult(result: Extract<Part, ToolResultPart>, path: string): JsonObject {
  const where = result.at ?? path;
  const texts = contentOfResult(result).map((part) =>
    part.kind === 'text' ? part.text : fail(refused(part, where, `${NAMES[part.kind]} in a tool result`)),
  );
  return { role: 'tool', tool_call_id: result.callId, content: joinTexts(texts) };
}

function renderAssistant(parts: readonly Part[], path: string): JsonObject {
  let text: string | undefined;
  let refusal: string | undefined;
  const oneText = new OneText();
  let before: Part | undefined;
  const toolCalls: JsonObject[] = [];
  const reasoning: ReasoningPart[] = [];
  for (const part of parts) {
    switch (part.kind) {
      case 'text':
        text = (text ?? '') + (part.text && oneText.begin(!isCited(part) && !isCited(before))) + part.text;
        break;
      case 'refusal':
        refusal = joinTexts([refusal ?? '', part.text]);
        break;
      case 'reasoning':
        reasoning.push(part);
        break;
      case 'tool_call': {
        const { signature, ...call } = part;
        toolCalls.push(renderToolCall(signature?.dialect === 'openai-chat' ? part : call));
        break;
      }
      case 'image':
      case 'file':
      case 'audio':
      case 'tool_result':
        throw refused(part, path);
    }
    if (part.kind !== 'text') oneText.interrupt();
    before = part;
  }
  const empty = toolCalls.length > 0 || refusal !== undefined ? null : '';
  return {
    role: 'assistant',
    ...renderReasoning(reasoning, text ?? empty),
    refusal,
    tool_calls: toolCalls.length > 0 ? toolCalls : undefined,
  };
}

/** A text that cites something was cut out of the one around it. */
function isCited(part: Part | undefined): boolean {
  return part?.kind === 'text' && part.citations !== undefined;
}

/**
 * The reasoning that a vendor of this dialect wrote, where it put it, with the content. DeepSeek and Moonshot answer 400
 * where it is missing from a turn with tool calls, and don't heed it in others; OpenRouter asks for all of it.
 * @see https://api-docs.deepseek.com/guides/thinking_mode#tool-calls
 * @see https://platform.moonshot.ai/docs/guide/use-kimi-k2-thinking-model
 */
function renderReasoning(parts: readonly ReasoningPart[], content: string | null): JsonObject {
  const fields: Record<string, string> = {};
  const thinking: JsonObject[] = [];
  const details: JsonObject[] = [];
  for (const [index, part] of parts.entries()) {
    const { signature, text } = part;
    if (signature?.dialect !== 'openai-chat') continue;
    const { place, opaque } = placeOf(signature);
    if (place === 'thinking') {
      thinking.push({ type: 'thinking', thinking: [{ type: 'text', text }], signature: opaque });
    } else if (place === 'reasoning_content' || place === 'reasoning') {
      fields[place] = (fields[place] ?? '') + text;
    } else {
      for (const detail of renderDetails(part, index)) details.push(detail);
    }
  }
  const said = content ? [{ type: 'text', text: content }] : [];
  return {
    content: thinking.length > 0 ? [...thinking, ...said] : content,
    ...fields,
    reasoning_details: details.length > 0 ? details : undefined,
  };
}
