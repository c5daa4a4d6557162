import type { AudioPart, CacheMark, FilePart, ImagePart, RefusalPart, Source, TextPart } from '../call.ts';
import { readDataUrl } from '../data-url.ts';
import type { JsonObject } from '../json.ts';
import { arrayAt, objectAt, oneOfAt, optional, stringAt, wordAt } from '../strict-fields.ts';
import { malformed } from '../unsupported.ts';
import { refuseUnknown, untranslatable } from './only-here.ts';

/** What a message's `content` may hold. */
type ContentPart = TextPart | ImagePart | FilePart | AudioPart | RefusalPart;

/** The fields of a part of each kind beside its `type` and its marks for a cache. */
const FIELDS: Readonly<Record<string, string>> = {
  text: 'text',
  image_url: 'image_url',
  input_audio: 'input_audio',
  file: 'file',
  refusal: 'refusal',
};

const IMAGE = ['url', 'detail'];
const AUDIO = ['data', 'format'];
const FILE = ['file_data', 'filename'];

/**
 * Parts of the given kinds; a string is one text.
 * @param read takes a part of another kind, or refuses it.
 */
export function readContent<P>(
  value: unknown,
  path: string,
  read: (part: JsonObject, path: string) => P,
): (P | TextPart)[] {
  if (typeof value === 'string') return [{ kind: 'text', text: value }];
  if (!Array.isArray(value)) throw malformed(path, 'has to be a string, or an array of parts');
  return arrayAt(value, path).map((item, index) => {
    const field = `${path}[${index}]`;
    return typeof item === 'string' ? { kind: 'text', text: item } : read(objectAt(item, field), field);
  });
}

/**
 * @param kinds that the message's role allows, of `FIELDS`.
 * @see https://platform.openai.com/docs/api-reference/chat/create#chat-create-messages
 */
export function readPart<K extends ContentPart['kind']>(
  part: JsonObject,
  path: string,
  kinds: readonly K[],
): Extract<ContentPart, { kind: K }> {
  const type = stringAt(part['type'], `${path}.type`);
  if (!Object.hasOwn(FIELDS, type)) throw untranslatable(`${path}.type`);
  // OpenAI's own mark, which is a hint too, has no counterpart of its length.
  refuseUnknown(part, ['type', type, 'cache_control', 'prompt_cache_breakpoint'], path);
  const read = readKind(part, type, path);
  if (!isOneOf(read, kinds))
    throw malformed(`${path}.type`, 'is no part that a message of this role can have');
  return read;
}

function isOneOf<K extends ContentPart['kind']>(
  part: ContentPart,
  kinds: readonly K[],
): part is Extract<ContentPart, { kind: K }> {
  return kinds.some((kind) => kind === part.kind);
}

function readKind(part: JsonObject, type: string, path: string): ContentPart {
  const cache = readCacheMark(part, path);
  const marked = cache && { cache };
  const field = `${path}.${type}`;
  switch (type) {
    case 'image_url':
      return { ...readImage(part[type], field), ...marked };
    case 'file':
      return { ...readFile(part[type], field), ...marked };
    case 'input_audio':
      return readAudio(part[type], field);
    case 'refusal':
      return { kind: 'refusal', text: stringAt(part[type], field) };
    default:
      return { kind: 'text', text: stringAt(part['text'], `${path}.text`), ...marked };
  }
}

/** Mistral's clients send the address alone. */
export function readImage(value: unknown, path: string): ImagePart {
  if (typeof value === 'string') return { kind: 'image', source: readSource(value, path) };
  const image = objectAt(value, path);
  refuseUnknown(image, IMAGE, path);
  const detail = optional(image['detail'], `${path}.detail`, (given, field) =>
    oneOfAt(given, field, ['auto', 'low', 'high', 'original']),
  );
  return {
    kind: 'image',
    source: readSource(wordAt(image['url'], `${path}.url`), `${path}.url`),
    ...(detail !== undefined && { detail: detail === 'original' ? 'high' : detail }),
  };
}

function readFile(value: unknown, path: string): FilePart {
  const file = objectAt(value, path);
  if (file['file_id'] !== undefined && file['file_id'] !== null) {
    throw untranslatable(`${path}.file_id`, 'this', 'Send the file itself, in file_data.');
  }
  refuseUnknown(file, FILE, path);
  const name = optional(file['filename'], `${path}.filename`, stringAt);
  return {
    kind: 'file',
    source: readSource(wordAt(file['file_data'], `${path}.file_data`), `${path}.file_data`),
    ...(name && { name }),
  };
}

function readAudio(value: unknown, path: string): AudioPart {
  const audio = objectAt(value, path);
  refuseUnknown(audio, AUDIO, path);
  return {
    kind: 'audio',
    data: wordAt(audio['data'], `${path}.data`),
    format: wordAt(audio['format'], `${path}.format`),
  };
}

function readSource(url: string, path: string): Source {
  if (/^https?:\/\//i.test(url)) return { kind: 'url', url };
  const inline = readDataUrl(url);
  if (!inline) throw malformed(path, 'has to be an http(s) address, or a data: URL in base64');
  return { kind: 'data', ...inline };
}

const CACHE_CONTROL = ['type', 'ttl'];

/**
 * Anthropic's mark, as OpenRouter has it in this dialect.
 * @see https://openrouter.ai/docs/features/prompt-caching
 */
export function readCacheMark(part: JsonObject, path: string): CacheMark | undefined {
  const field = `${path}.cache_control`;
  const mark = optional(part['cache_control'], field, objectAt);
  if (!mark) return undefined;
  refuseUnknown(mark, CACHE_CONTROL, field);
  oneOfAt(mark['type'], `${field}.type`, ['ephemeral']);
  return optional(mark['ttl'], `${field}.ttl`, (ttl, at) => oneOfAt(ttl, at, ['5m', '1h'])) ?? '5m';
}
