/** What a `data:` URL holds. */
export interface DataUrl {
  /** In small letters, without its parameters. */
  readonly mediaType: string;
  /** In base64. */
  readonly data: string;
}

const SCHEME = 'data:';
const BASE64 = ';base64';

/** What bytes are that nobody says anything of. */
const UNNAMED_TYPE = 'application/octet-stream';

/**
 * @param unnamedType what stands for the media type where the URL names none.
 * @returns undefined for what is no `data:` URL in base64.
 * @see https://www.rfc-editor.org/rfc/rfc2397
 */
export function readDataUrl(url: string, unnamedType = UNNAMED_TYPE): DataUrl | undefined {
  if (url.slice(0, SCHEME.length).toLowerCase() !== SCHEME) return undefined;
  const comma = url.indexOf(',');
  const head = url.slice(SCHEME.length, Math.max(comma, 0)).toLowerCase();
  if (!head.endsWith(BASE64)) return undefined;
  const [mediaType] = head.split(';', 1);
  return { mediaType: mediaType || unnamedType, data: url.slice(comma + 1) };
}

/** The other way round. */
export function writeDataUrl({ mediaType, data }: DataUrl): string {
  return `${SCHEME}${mediaType}${BASE64},${data}`;
}
