export interface InlineData {
  readonly mediaType: string;
  /** In base64. */
  readonly data: string;
}

const BASE64 = ';base64';

/** @returns undefined for what is no `data:` URL of a media type, in base64. */
export function parseDataUrl(url: string): InlineData | undefined {
  if (!/^data:/i.test(url)) return undefined;
  const comma = url.indexOf(',');
  const head = url.slice('data:'.length, Math.max(comma, 0)).toLowerCase();
  if (!head.endsWith(BASE64)) return undefined;
  const [mediaType = ''] = head.split(';');
  return mediaType.includes('/') ? { mediaType, data: url.slice(comma + 1) } : undefined;
}

export function dataUrl({ mediaType, data }: InlineData): string {
  return `data:${mediaType}${BASE64},${data}`;
}
