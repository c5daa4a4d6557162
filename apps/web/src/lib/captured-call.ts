import { openCapture } from '@weir/core/capture-seal';
import type { SealedRecord } from './api-types.ts';
import { findCaptureKey } from './capture-keys.ts';

/** A captured call in clear: what was sent, and what came back, as text. */
export interface CapturedCall {
  request: string;
  reply: string;
}

/**
 * Opens a captured call with the key that is in this browser.
 * @returns undefined when the key is not here.
 * @throws when it can’t be opened with the key.
 */
export async function openCapturedCall(
  publicKey: string,
  { captureId, requestId, ...sealed }: SealedRecord,
): Promise<CapturedCall | undefined> {
  const keyPair = await findCaptureKey(publicKey);
  if (!keyPair) return undefined;
  const { request, reply } = await openCapture(
    keyPair,
    { captureId, requestId },
    {
      encapsulated: fromBase64(sealed.encapsulated),
      request: fromBase64(sealed.sealedRequest),
      reply: fromBase64(sealed.sealedReply),
    },
  );
  return { request: textOf(request), reply: textOf(reply) };
}

/**
 * JSON with its lines indented; anything else as it is. No value is read and written anew: a number beyond 2^53, the order
 * of the names and how a character was escaped stay as they were.
 */
export function readable(text: string): string {
  return isJson(text) && /^\s*[{[]/.test(text) ? indented(text) : text;
}

/** The call as a file: JSON where it was JSON, else text. */
export function asFile(record: SealedRecord, { request, reply }: CapturedCall): string {
  const { requestId, modelId, status, startedAt, durationMs, isRequestCut, isReplyCut } = record;
  const known = { requestId, modelId, status, startedAt, durationMs, isRequestCut, isReplyCut };
  const opened = JSON.stringify(known).slice(0, -1);
  return `${indented(`${opened},"request":${asJson(request)},"reply":${asJson(reply)}}`)}\n`;
}

const asJson = (text: string): string => (isJson(text) ? text : JSON.stringify(text));

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** A string, something empty, a sign, or a number or word. */
const JSON_TOKEN = /"(?:[^"\\]+|\\.)*"|\{\s*\}|\[\s*\]|[{}[\],:]|[^\s{}[\],:"]+/g;

/** As `JSON.stringify` indents by two, token by token. */
function indented(json: string): string {
  let depth = 0;
  const line = (): string => `\n${'  '.repeat(depth)}`;
  const written = (token: string): string => {
    switch (token) {
      case '{':
      case '[':
        depth += 1;
        return token + line();
      case '}':
      case ']':
        depth -= 1;
        return line() + token;
      case ',':
        return token + line();
      case ':':
        return ': ';
      default:
        return token.startsWith('{') ? '{}' : token.startsWith('[') ? '[]' : token;
    }
  };
  return Array.from(json.matchAll(JSON_TOKEN), ([token]) => written(token)).join('');
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
