/** What a `data:` URL holds. */
export interface DataUrl {
  readonly mediaType: string;
  /** In base64. */
  readonly data: string;
}

const SCHEME = 'data:';
const BASE64 = ';base64';

/**
 * Parameters of the media type, such as a charset, are left out.
 * @returns undefined for what is no `data:` URL in base64.
 * @see https://www.rfc-editor.org/rfc/rfc2397
 */
export function readDataUrl(url: string): DataUrl | undefined {
  if (url.slice(0, SCHEME.length).toLowerCase() !== SCHEME) return undefined;
  const comma = url.indexOf(',');
  const head = url.slice(SCHEME.length, comma < 0 ? 0 : comma);
  if (!head.toLowerCase().endsWith(BASE64)) return undefined;
  const mediaType = head.slice(0, -BASE64.length).split(';', 1)[0];
  return { mediaType: mediaType || 'application/octet-stream', data: url.slice(comma + 1) };
}

export function writeDataUrl({ mediaType, data }: DataUrl): string {
  return `${SCHEME}${mediaType}${BASE64},${data}`;
}
