import type {
  CacheMark,
  FilePart,
  ImagePart,
  Part,
  Signature,
  Source,
  TextPart,
  ToolCallPart,
  ToolResultPart,
} from '../call.ts';
import type { JsonObject } from '../json.ts';
import { arrayAt, flagAt, isGiven, jsonAt, objectAt, optional, stringAt } from '../strict-fields.ts';
import { malformed } from '../unsupported.ts';
import { readCitations } from './citations.ts';
import { refuseUnknown, untranslatable } from './only-here.ts';
import { readToolCallSignature, redactedPart, thinkingPart } from './signatures.ts';
import { argumentsOf } from './tool-input.ts';

/* The content blocks that clients send. @see https://platform.claude.com/docs/en/api/messages/create */

type ContentPart = TextPart | ImagePart | FilePart;

/** @see https://platform.claude.com/docs/en/build-with-claude/prompt-caching */
export function readCacheMark(value: unknown, path: string): CacheMark {
  const mark = objectAt(value, path);
  if (mark['type'] !== 'ephemeral') throw malformed(`${path}.type`, 'has to be ephemeral');
  const ttl = optional(mark['ttl'], `${path}.ttl`, stringAt) ?? '5m';
  if (ttl !== '5m' && ttl !== '1h') throw malformed(`${path}.ttl`, 'has to be 5m or 1h');
  return ttl;
}

/** A block of a user’s message. */
export function readUserBlock(block: JsonObject, path: string): ContentPart | ToolResultPart {
  return block['type'] === 'tool_result' ? readToolResult(block, path) : readContentBlock(block, path);
}

function readContentBlock(block: JsonObject, path: string): ContentPart {
  const type = stringAt(block['type'], `${path}.type`);
  switch (type) {
    case 'text':
      return readTextBlock(block, path);
    case 'image':
      return readImage(block, path);
    case 'document':
      return readDocument(block, path);
    default:
      throw untranslatable(`${path}.type`, `a block of the type ‘${type.slice(0, 40)}’`);
  }
}

function markOf(block: JsonObject, path: string): { cache?: CacheMark } {
  const cache = optional(block['cache_control'], `${path}.cache_control`, readCacheMark);
  return cache ? { cache } : {};
}

/** A block of text, be it of the system prompt or of a message. */
export function readTextBlock(block: JsonObject, path: string): TextPart {
  refuseUnknown(block, ['type', 'text', 'citations', 'cache_control'], path);
  const citations = readCitations(optional(block['citations'], `${path}.citations`, arrayAt));
  return {
    kind: 'text',
    text: stringAt(block['text'], `${path}.text`),
    ...(citations.length > 0 && { citations }),
    ...markOf(block, path),
  };
}

function readImage(block: JsonObject, path: string): ImagePart {
  refuseUnknown(block, ['type', 'source', 'cache_control'], path);
  return {
    kind: 'image',
    source: readSource(objectAt(block['source'], `${path}.source`), `${path}.source`),
    ...markOf(block, path),
  };
}

function readDocument(block: JsonObject, path: string): FilePart {
  refuseUnknown(block, ['type', 'source', 'title', 'citations', 'cache_control'], path);
  const citations = optional(block['citations'], `${path}.citations`, objectAt);
  if (isGiven(citations?.['enabled']) && citations?.['enabled'] !== false) {
    throw untranslatable(`${path}.citations.enabled`);
  }
  const name = optional(block['title'], `${path}.title`, stringAt);
  const source = objectAt(block['source'], `${path}.source`);
  return {
    kind: 'file',
    source:
      source['type'] === 'text'
        ? readTextSource(source, `${path}.source`)
        : readSource(source, `${path}.source`),
    ...(name !== undefined && { name }),
    ...markOf(block, path),
  };
}

function readSource(source: JsonObject, path: string): Source {
  const type = stringAt(source['type'], `${path}.type`);
  switch (type) {
    case 'url':
      refuseUnknown(source, ['type', 'url'], path);
      return { kind: 'url', url: stringAt(source['url'], `${path}.url`) };
    case 'base64':
      refuseUnknown(source, ['type', 'media_type', 'data'], path);
      return {
        kind: 'data',
        mediaType: stringAt(source['media_type'], `${path}.media_type`),
        data: stringAt(source['data'], `${path}.data`),
      };
    default:
      throw untranslatable(`${path}.type`, `a source of the type ‘${type.slice(0, 40)}’`);
  }
}

function readTextSource(source: JsonObject, path: string): Source {
  refuseUnknown(source, ['type', 'media_type', 'data'], path);
  const mediaType = optional(source['media_type'], `${path}.media_type`, stringAt) ?? 'text/plain';
  const data = Buffer.from(stringAt(source['data'], `${path}.data`)).toString('base64');
  return { kind: 'data', mediaType, data };
}

function readToolResult(block: JsonObject, path: string): ToolResultPart {
  refuseUnknown(block, ['type', 'tool_use_id', 'content', 'is_error', 'cache_control'], path);
  const isError = optional(block['is_error'], `${path}.is_error`, flagAt);
  return {
    kind: 'tool_result',
    callId: stringAt(block['tool_use_id'], `${path}.tool_use_id`),
    content: resultContent(block['content'], `${path}.content`),
    ...(isError !== undefined && { isError }),
    ...markOf(block, path),
  };
}

function resultContent(content: unknown, path: string): ContentPart[] {
  if (!isGiven(content)) return [];
  if (typeof content === 'string') return content === '' ? [] : [{ kind: 'text', text: content }];
  return arrayAt(content, path).map((block, i) => {
    const at = `${path}[${i}]`;
    return readContentBlock(objectAt(block, at), at);
  });
}

/** What the model said earlier, as the client sends it back. */
export function assistantParts(blocks: readonly JsonObject[], path: string): Part[] {
  const parts: Part[] = [];
  let signature: Signature | undefined;
  for (const [i, block] of blocks.entries()) {
    const at = `${path}[${i}]`;
    switch (block['type']) {
      case 'thinking': {
        refuseUnknown(block, ['type', 'thinking', 'signature'], at);
        const signed = optional(block['signature'], `${at}.signature`, stringAt);
        parts.push(thinkingPart(stringAt(block['thinking'], `${at}.thinking`), signed));
        break;
      }
      case 'redacted_thinking': {
        refuseUnknown(block, ['type', 'data'], at);
        const data = stringAt(block['data'], `${at}.data`);
        signature = readToolCallSignature(data);
        if (!signature) parts.push(redactedPart(data));
        break;
      }
      case 'tool_use':
        parts.push(readToolCall(block, at, signature));
        signature = undefined;
        break;
      default:
        parts.push(readContentBlock(block, at));
    }
  }
  return parts;
}

function readToolCall(block: JsonObject, path: string, signature: Signature | undefined): ToolCallPart {
  refuseUnknown(block, ['type', 'id', 'name', 'input', 'caller', 'cache_control'], path);
  const caller = optional(block['caller'], `${path}.caller`, objectAt);
  if (caller && caller['type'] !== 'direct') throw untranslatable(`${path}.caller`);
  const id = stringAt(block['id'], `${path}.id`);
  if (id === '') throw malformed(`${path}.id`, 'has to have at least one character');
  const input = objectAt(block['input'], `${path}.input`);
  return {
    kind: 'tool_call',
    id,
    name: stringAt(block['name'], `${path}.name`),
    arguments: argumentsOf(input, (value) => jsonAt(value, `${path}.input`)),
    ...(signature && { signature }),
    ...markOf(block, path),
  };
}
