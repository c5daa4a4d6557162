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

/** JSON with its lines indented; anything else as it is. */
export function readable(text: string): string {
  const json = parsed(text);
  return typeof json === 'object' && json !== null ? JSON.stringify(json, undefined, 2) : text;
}

/** The call as a file: JSON where it was JSON, else text. */
export function asFile(record: SealedRecord, { request, reply }: CapturedCall): string {
  const { requestId, modelId, status, startedAt, durationMs, isRequestCut, isReplyCut } = record;
  const known = { requestId, modelId, status, startedAt, durationMs, isRequestCut, isReplyCut };
  return `${JSON.stringify({ ...known, request: parsed(request), reply: parsed(reply) }, undefined, 2)}\n`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
