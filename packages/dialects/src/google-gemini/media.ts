import type { AudioPart, FilePart, ImagePart, Source } from '../call.ts';
import type { JsonObject } from '../json.ts';
import { malformed } from '../unsupported.ts';
import { given } from '../given.ts';
import { untranslatable } from './only-here.ts';
import type { RequestObject } from './request-object.ts';

type Media = ImagePart | FilePart | AudioPart;

/** What Google takes, by what an address ends with; other media are named by their data. */
const MEDIA_TYPES: ReadonlyMap<string, string> = new Map([
  ['png', 'image/png'],
  ['jpg', 'image/jpeg'],
  ['jpeg', 'image/jpeg'],
  ['webp', 'image/webp'],
  ['heic', 'image/heic'],
  ['heif', 'image/heif'],
  ['gif', 'image/gif'],
  ['pdf', 'application/pdf'],
  ['json', 'application/json'],
  ['txt', 'text/plain'],
  ['md', 'text/markdown'],
  ['csv', 'text/csv'],
  ['html', 'text/html'],
]);

/** Google's own stores, and videos that it alone can look at. */
const GOOGLE_ADDRESS =
  /^gs:|^https?:\/\/(?:generativelanguage\.googleapis\.com|(?:www\.|m\.)?youtube\.com|youtu\.be)\//i;

const AUDIO_FORMATS: ReadonlyMap<string, string> = new Map([
  ['mpeg', 'mp3'],
  ['wave', 'wav'],
  ['x-wav', 'wav'],
]);

const DETAILS: ReadonlyMap<string, 'auto' | 'low' | 'high'> = new Map([
  ['MEDIA_RESOLUTION_LOW', 'low'],
  ['MEDIA_RESOLUTION_MEDIUM', 'auto'],
  ['MEDIA_RESOLUTION_HIGH', 'high'],
  ['MEDIA_RESOLUTION_ULTRA_HIGH', 'high'],
]);

/**
 * The `inlineData` of a part: bytes in base64.
 * @see https://ai.google.dev/api/caching#Blob
 */
export function readInlineData(blob: RequestObject): Media {
  const mediaType = blob.string('mimeType');
  const data = blob.string('data');
  const name = blob.string('displayName');
  blob.refuseOthers();
  if (mediaType === undefined || !mediaType.includes('/')) {
    throw malformed(blob.pathOf('mimeType'), 'has to be a media type such as image/png');
  }
  if (data === undefined) throw malformed(blob.pathOf('data'), 'has to be there, in base64');
  if (mediaType.startsWith('audio/')) {
    const format = mediaType.slice('audio/'.length);
    return { kind: 'audio', data, format: AUDIO_FORMATS.get(format) ?? format };
  }
  const source: Source = { kind: 'data', mediaType, data };
  if (mediaType.startsWith('image/')) return { kind: 'image', source };
  return { kind: 'file', source, ...given({ name }) };
}

/**
 * The `fileData` of a part: an address.
 * @see https://ai.google.dev/api/caching#FileData
 */
export function readFileData(file: RequestObject): ImagePart | FilePart {
  const url = file.string('fileUri');
  const name = file.string('displayName');
  const stated = file.string('mimeType');
  file.refuseOthers();
  if (url === undefined || url === '') throw malformed(file.pathOf('fileUri'), 'has to be there');
  if (GOOGLE_ADDRESS.test(url)) throw untranslatable(file.pathOf('fileUri'), 'files in Google’s own stores');
  const mediaType = stated ?? mediaTypeOf(url);
  if (mediaType !== undefined && /^(?:audio|video)\//.test(mediaType)) {
    throw untranslatable(file.path, 'sound and video by address');
  }
  const source: Source = { kind: 'url', url };
  if (mediaType?.startsWith('image/')) return { kind: 'image', source };
  return { kind: 'file', source, ...given({ name }) };
}

/** How closely an image is looked at. */
export function readDetail(part: RequestObject, media: Media): Media {
  const resolution = part.object('mediaResolution');
  if (!resolution) return media;
  const level = resolution.string('level');
  resolution.refuseOthers();
  const detail = level === undefined ? undefined : DETAILS.get(level);
  if (media.kind !== 'image' || detail === undefined) throw untranslatable(resolution.path);
  return { ...media, detail };
}

/** `inlineData` or `fileData`; how closely it is to be looked at, and its name, are left out. */
export function renderMedia(media: Media): JsonObject {
  if (media.kind === 'audio') {
    return { inlineData: { mimeType: `audio/${media.format}`, data: media.data } };
  }
  const { source } = media;
  if (source.kind === 'data') return { inlineData: { mimeType: source.mediaType, data: source.data } };
  return { fileData: given({ mimeType: mediaTypeOf(source.url), fileUri: source.url }) };
}

/** @returns undefined where the address does not say. */
function mediaTypeOf(url: string): string | undefined {
  const path = url.split(/[?#]/, 1)[0] ?? '';
  return MEDIA_TYPES.get(path.slice(path.lastIndexOf('.') + 1).toLowerCase());
}
