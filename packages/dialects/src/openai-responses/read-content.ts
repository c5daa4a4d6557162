import type {
  AudioPart,
  CacheMark,
  Citation,
  FilePart,
  ImagePart,
  RefusalPart,
  Source,
  TextPart,
} from '../call.ts';
import { readDataUrl } from '../data-url.ts';
import { malformed } from '../unsupported.ts';
import { untranslatable } from './only-here.ts';
import { RequestFields } from './request-fields.ts';

type ContentPart = TextPart | ImagePart | FilePart | AudioPart | RefusalPart;

/**
 * The content of a message: a string, or parts.
 * @see https://platform.openai.com/docs/api-reference/responses/create#responses-create-input
 * @throws {WeirError} `invalid_request`, naming the field.
 */
export function readContent(fields: RequestFields, name: string): ContentPart[] {
  const value = fields.value(name);
  if (typeof value === 'string') return [{ kind: 'text', text: value }];
  if (!Array.isArray(value)) {
    throw malformed(fields.at(name), 'has to be a string or an array of content parts');
  }
  return value.map((part: unknown, index) =>
    readPart(new RequestFields(part, `${fields.at(name)}[${index}]`)),
  );
}

/** What a tool gave: text, images and files. */
export function readToolOutput(fields: RequestFields, name: string): (TextPart | ImagePart | FilePart)[] {
  return readContent(fields, name).map((part, index) => {
    if (part.kind === 'audio' || part.kind === 'refusal') {
      throw malformed(`${fields.at(name)}[${index}].type`, `can’t be ${part.kind} in the output of a tool`);
    }
    return part;
  });
}

function readPart(fields: RequestFields): ContentPart {
  const type = fields.requiredString('type');
  const part = partOf(type, fields);
  fields.done();
  return part;
}

function partOf(type: string, fields: RequestFields): ContentPart {
  switch (type) {
    case 'input_text':
      return { kind: 'text', text: fields.requiredString('text'), ...readCache(fields) };
    case 'output_text':
      return readOutputText(fields);
    case 'refusal':
      return { kind: 'refusal', text: fields.requiredString('refusal') };
    case 'input_image':
      return readImage(fields);
    case 'input_file':
      return readFile(fields);
    case 'input_audio':
      return readAudio(fields);
    default:
      throw untranslatable(fields.at('type'), `content of the type ${type.slice(0, 40)}`);
  }
}

/** A cache of half an hour; of the two that a mark can ask for, the one that never costs more is taken. */
function readCache(fields: RequestFields): { cache?: CacheMark } {
  return fields.object('prompt_cache_breakpoint') ? { cache: '5m' } : {};
}

function readOutputText(fields: RequestFields): TextPart {
  fields.ignore('logprobs');
  const citations = (fields.list('annotations') ?? []).map((annotation, index) =>
    readAnnotation(new RequestFields(annotation, `${fields.at('annotations')}[${index}]`)),
  );
  return {
    kind: 'text',
    text: fields.requiredString('text'),
    ...(citations.length > 0 && { citations }),
  };
}

function readAnnotation(fields: RequestFields): Citation {
  const type = fields.requiredString('type');
  if (type !== 'url_citation') {
    throw untranslatable(fields.at('type'), `an annotation of the type ${type.slice(0, 40)}`);
  }
  const url = fields.string('url');
  const title = fields.string('title');
  const citedText = fields.string('cited_text');
  const startIndex = fields.number('start_index', 0, Number.MAX_SAFE_INTEGER);
  const endIndex = fields.number('end_index', 0, Number.MAX_SAFE_INTEGER);
  fields.done();
  return {
    ...(url && { url }),
    ...(title && { title }),
    ...(citedText && { citedText }),
    ...(startIndex !== undefined && { startIndex }),
    ...(endIndex !== undefined && { endIndex }),
  };
}

function readImage(fields: RequestFields): ImagePart {
  refuseFileId(fields);
  const detail = fields.oneOf('detail', ['auto', 'low', 'high', 'original']);
  return {
    kind: 'image',
    source: readUrl(fields, 'image_url', fields.requiredString('image_url')),
    ...(detail !== undefined && { detail: detail === 'original' ? 'high' : detail }),
    ...readCache(fields),
  };
}

function readFile(fields: RequestFields): FilePart {
  refuseFileId(fields);
  fields.ignore('detail');
  const name = fields.string('filename');
  const url = fields.string('file_url');
  const data = fields.string('file_data');
  if ((url === undefined) === (data === undefined)) {
    throw malformed(fields.at('file_data'), 'exactly one of file_data and file_url has to be given');
  }
  const source =
    data === undefined ? readUrl(fields, 'file_url', url ?? '') : readFileData(fields, data, name);
  return { kind: 'file', source, ...(name !== undefined && { name }), ...readCache(fields) };
}

/** A `data:` URL, or the bare base64, whose media type the file's name says. */
function readFileData(fields: RequestFields, data: string, name: string | undefined): Source {
  if (/^data:/i.test(data)) return readUrl(fields, 'file_data', data);
  const mediaType = name?.toLowerCase().endsWith('.txt') ? 'text/plain' : 'application/pdf';
  return { kind: 'data', mediaType, data };
}

function readUrl(fields: RequestFields, name: string, url: string): Source {
  if (/^https?:\/\//i.test(url)) return { kind: 'url', url };
  const inline = readDataUrl(url, '');
  if (!inline?.mediaType.includes('/')) {
    throw malformed(
      fields.at(name),
      'has to be an http(s) URL, or a data URL in base64 that names its media type',
    );
  }
  return { kind: 'data', ...inline };
}

function refuseFileId(fields: RequestFields): void {
  if (fields.value('file_id') === undefined) return;
  throw untranslatable(fields.at('file_id'), 'a file that was uploaded to the vendor');
}

function readAudio(fields: RequestFields): AudioPart {
  const audio = fields.fields('input_audio');
  if (!audio) throw malformed(fields.at('input_audio'), 'is missing');
  const part: AudioPart = {
    kind: 'audio',
    data: audio.requiredString('data'),
    format: audio.requiredString('format'),
  };
  audio.done();
  return part;
}
