import type { CacheMark, Part, Source, ToolResultPart } from '../call.ts';
import type { JsonObject } from '../json.ts';
import { unsupported } from '../unsupported.ts';
import { inputOf } from './tool-input.ts';

const DIALECT = 'anthropic-messages';

/** @see https://platform.claude.com/docs/en/build-with-claude/vision */
const IMAGE_TYPES: ReadonlySet<string> = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/webp']);

/** Five minutes are what goes without saying. */
export function cacheControl(mark: CacheMark | undefined): JsonObject {
  if (!mark) return {};
  return { cache_control: mark === '1h' ? { type: 'ephemeral', ttl: mark } : { type: 'ephemeral' } };
}

/**
 * What a user may say.
 * @param where the message, as an error names it.
 * @returns undefined for an empty text, which Anthropic refuses and which says nothing.
 */
export function renderUserPart(part: Part, where: string): JsonObject | undefined {
  switch (part.kind) {
    case 'text':
      return part.text === '' ? undefined : { type: 'text', text: part.text, ...cacheControl(part.cache) };
    case 'image':
      return {
        type: 'image',
        source: imageSource(part.source, where),
        ...cacheControl(part.cache),
      };
    case 'file':
      return {
        type: 'document',
        source: documentSource(part.source, where),
        ...(part.name !== undefined && { title: part.name }),
        ...cacheControl(part.cache),
      };
    case 'tool_result':
      return renderToolResult(part, where);
    case 'audio':
    case 'reasoning':
    case 'refusal':
    case 'tool_call':
      throw unsupported(`${where} (${part.kind})`, DIALECT);
  }
}

/** What the model said earlier. @returns undefined for what is left out. */
export function renderAssistantPart(part: Part, where: string): JsonObject | undefined {
  switch (part.kind) {
    case 'text':
    case 'refusal':
      if (part.text === '') return undefined;
      return {
        type: 'text',
        text: part.text,
        ...(part.kind === 'text' && cacheControl(part.cache)),
      };
    case 'reasoning': {
      const { signature, encrypted, text } = part;
      if (signature?.dialect !== DIALECT) return undefined;
      return encrypted && text === ''
        ? { type: 'redacted_thinking', data: signature.value }
        : { type: 'thinking', thinking: text, signature: signature.value };
    }
    case 'tool_call':
      return {
        type: 'tool_use',
        id: toolUseId(part.id),
        name: part.name,
        input: inputOf(part.arguments),
        ...cacheControl(part.cache),
      };
    case 'image':
    case 'file':
    case 'audio':
    case 'tool_result':
      throw unsupported(`${where} (${part.kind})`, DIALECT);
  }
}

function imageSource(source: Source, where: string): JsonObject {
  if (source.kind === 'url') return { type: 'url', url: source.url };
  const { mediaType, data } = source;
  if (!IMAGE_TYPES.has(mediaType)) {
    throw unsupported(`${where} (image)`, DIALECT, `an image of the type ‘${mediaType.slice(0, 100)}’`);
  }
  return { type: 'base64', media_type: mediaType, data };
}

/** @see https://platform.claude.com/docs/en/build-with-claude/pdf-support */
function documentSource(source: Source, where: string): JsonObject {
  if (source.kind === 'url') return { type: 'url', url: source.url };
  const { mediaType, data } = source;
  if (mediaType === 'application/pdf') return { type: 'base64', media_type: mediaType, data };
  if (!/^text\//i.test(mediaType)) {
    throw unsupported(`${where} (file)`, DIALECT, `a file of the type ‘${mediaType.slice(0, 100)}’`);
  }
  // The one kind of text that it knows.
  return { type: 'text', media_type: 'text/plain', data: Buffer.from(data, 'base64').toString() };
}

function renderToolResult({ callId, content, isError, cache }: ToolResultPart, where: string): JsonObject {
  const blocks = content.flatMap((part) => renderUserPart(part, where) ?? []);
  const [only] = content;
  const inWords = content.length === 1 && only?.kind === 'text' && !only.cache ? only.text : undefined;
  return {
    type: 'tool_result',
    tool_use_id: toolUseId(callId),
    ...(blocks.length > 0 && { content: inWords ?? blocks }),
    ...(isError !== undefined && { is_error: isError }),
    ...cacheControl(cache),
  };
}

/** Anthropic takes letters, digits, `_` and `-` in it; other vendors write `functions.f:0`. A call and its result stay alike. */
function toolUseId(id: string): string {
  return id.replaceAll(/[^\w-]/gu, (character) => `-${character.codePointAt(0)?.toString(16) ?? ''}-`);
}
