import type {
  AudioPart,
  Citation,
  FilePart,
  ImagePart,
  Message,
  ReasoningPart,
  RefusalPart,
  TextPart,
  ToolCallPart,
  ToolResultPart,
} from '../call.ts';
import { writeDataUrl } from '../data-url.ts';
import { contentOfResult } from '../failed-result.ts';
import type { JsonObject } from '../json.ts';
import { unsupported } from '../unsupported.ts';
import { isOwn, reasoningTexts } from './signature.ts';

const DIALECT = 'openai-responses';

interface RenderedInput {
  readonly instructions?: string;
  readonly input: readonly JsonObject[];
}

/**
 * The messages as instructions and items.
 * @see https://platform.openai.com/docs/api-reference/responses/create#responses-create-input
 * @throws {WeirError} `invalid_request`, naming what this dialect can't express.
 */
export function renderMessages(messages: readonly Message[]): RenderedInput {
  const [first] = messages;
  const instructions = messages.length > 1 && first ? instructionsOf(first) : undefined;
  const rest = instructions === undefined ? messages : messages.slice(1);
  const offset = messages.length - rest.length;
  const input = rest.flatMap((message, index) =>
    renderMessage(message, message.at ?? `messages[${index + offset}]`),
  );
  return { ...(instructions !== undefined && { instructions }), input };
}

/** Only a text that reads back as the same message. */
function instructionsOf({ role, parts, name }: Message): string | undefined {
  const [part] = parts;
  return role === 'system' && name === undefined && parts.length === 1 && part?.kind === 'text' && part.text
    ? part.text
    : undefined;
}

type ContentPart = TextPart | ImagePart | FilePart | AudioPart | RefusalPart;

function renderMessage({ role, parts, name }: Message, path: string): JsonObject[] {
  if (name !== undefined) throw unsupported(`${path}.name`, DIALECT, 'the name of a participant');
  const items: JsonObject[] = [];
  let content: ContentPart[] = [];
  const flush = (): void => {
    if (content.length > 0) items.push({ role, content: renderContent(role, content, path) });
    content = [];
  };
  for (const part of parts) {
    switch (part.kind) {
      case 'reasoning':
        flush();
        items.push(...renderReasoning(part));
        break;
      case 'tool_call':
        flush();
        items.push(renderCall(part));
        break;
      case 'tool_result':
        flush();
        items.push(renderResult(part, path));
        break;
      case 'text':
      case 'image':
      case 'file':
      case 'audio':
      case 'refusal':
        content.push(part);
        break;
    }
  }
  flush();
  return items;
}

function renderContent(role: Message['role'], parts: readonly ContentPart[], path: string): unknown {
  const [only] = parts;
  if (parts.length === 1 && only?.kind === 'text' && !hasAddress(only.citations)) return only.text;
  return parts.map((part) =>
    role === 'assistant' ? renderOutputPart(part, path) : renderInputPart(part, path),
  );
}

function renderOutputPart(part: ContentPart, path: string): JsonObject {
  if (part.kind === 'refusal') return { type: 'refusal', refusal: part.text };
  if (part.kind !== 'text') throw unsupported(`${path} (${part.kind})`, DIALECT);
  const annotations = (part.citations ?? []).filter(({ url }) => url !== undefined);
  return {
    type: 'output_text',
    text: part.text,
    ...(annotations.length > 0 && {
      annotations: annotations.map((citation) => renderCitation(citation, part.text)),
    }),
  };
}

function hasAddress(citations: readonly Citation[] = []): boolean {
  return citations.some(({ url }) => url !== undefined);
}

/**
 * The format has no other citation than that of a page, and a page has an address, a title and a place in the text: a
 * citation without them has empty ones, and the whole of the text. What is cited stands beside, in a field of ours.
 */
export function renderCitation(citation: Citation, text: string): JsonObject {
  const { url = '', title = '', citedText, startIndex = 0, endIndex = text.length } = citation;
  return {
    type: 'url_citation',
    url,
    title,
    start_index: startIndex,
    end_index: endIndex,
    ...(citedText !== undefined && { cited_text: citedText }),
  };
}

function renderInputPart(part: ContentPart, path: string): JsonObject {
  switch (part.kind) {
    case 'text':
      return { type: 'input_text', text: part.text };
    case 'image': {
      const { source, detail = 'auto' } = part;
      return {
        type: 'input_image',
        image_url: source.kind === 'url' ? source.url : writeDataUrl(source),
        detail,
      };
    }
    case 'file':
      return renderFile(part);
    case 'audio':
      return { type: 'input_audio', input_audio: { data: part.data, format: part.format } };
    case 'refusal':
      throw unsupported(`${path} (refusal)`, DIALECT);
  }
}

/** The vendor wants a name beside the bytes. */
function renderFile({ source, name }: FilePart): JsonObject {
  if (source.kind === 'url') {
    return { type: 'input_file', file_url: source.url, ...(name !== undefined && { filename: name }) };
  }
  const extension = source.mediaType === 'text/plain' ? 'txt' : source.mediaType.split('/').at(-1);
  return {
    type: 'input_file',
    filename: name ?? `document.${extension ?? 'pdf'}`,
    file_data: writeDataUrl(source),
  };
}

/** Reasoning without a signature of this dialect is refused by the vendor, which looks for it in its store. */
function renderReasoning(part: ReasoningPart): JsonObject[] {
  const { id, signature } = part;
  if (!isOwn(signature)) return [];
  return [
    {
      type: 'reasoning',
      ...(id !== undefined && { id }),
      ...reasoningTexts(part),
      encrypted_content: signature.value,
    },
  ];
}

function renderCall({ id, name, arguments: json }: ToolCallPart): JsonObject {
  return { type: 'function_call', call_id: id, name, arguments: json };
}

function renderResult(result: ToolResultPart, path: string): JsonObject {
  const { callId } = result;
  const content = contentOfResult(result);
  const [only] = content;
  const output =
    content.length === 0
      ? ''
      : content.length === 1 && only?.kind === 'text'
        ? only.text
        : content.map((part) => renderInputPart(part, path));
  return { type: 'function_call_output', call_id: callId, output };
}
