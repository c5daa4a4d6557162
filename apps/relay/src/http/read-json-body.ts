import type { IncomingMessage } from 'node:http';
import { WeirError } from '@weir/core/errors';
import type { Cancellation } from '../cancellation.ts';
import { gather } from '../steps.ts';

export interface BodyLimits {
  readonly bytesMax: number;
  /** The body is not waited for any longer. */
  readonly cancellation: Cancellation;
  /** Shown the body as it came, whether it can be parsed or not. */
  readonly onReceived?: ((bytes: Buffer) => void) | undefined;
}

/**
 * Receives a body and parses it. Whatever content type it claims, it is taken for JSON: `curl -d` calls it a form.
 * @throws {WeirError} `request_too_large`, `invalid_request`, or the reason of the cancellation.
 */
export async function readJsonBody(request: IncomingMessage, limits: BodyLimits): Promise<unknown> {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw new WeirError('invalid_request', `The body is encoded as ${encoding}; send it as it is.`);
  }
  const bytes = await receive(request, limits);
  limits.onReceived?.(bytes);
  return parseJsonBody(bytes);
}

/**
 * Objects and lists of a body. One of 32 MiB has room for ten million, which would keep every other call waiting for
 * many seconds while they are made, and take a gigabyte.
 */
const BRACKETS_MAX = 500_000;

/** @throws {WeirError} `invalid_request` */
export function parseJsonBody(bytes: Buffer): unknown {
  if (bytes.length > BRACKETS_MAX && countBrackets(bytes) > BRACKETS_MAX) {
    throw new WeirError('invalid_request', `The body has more than ${BRACKETS_MAX} objects and lists.`);
  }
  try {
    return JSON.parse(bytes.toString());
  } catch {
    throw new WeirError('invalid_request', 'The body is not valid JSON.');
  }
}

/** Those in texts are counted too: nobody writes so many. */
function countBrackets(bytes: Buffer): number {
  let count = 0;
  for (const byte of bytes) {
    if (byte === 0x5b || byte === 0x7b) count++;
  }
  return count;
}

function receive(request: IncomingMessage, limits: BodyLimits): Buffer | Promise<Buffer> {
  const { bytesMax, cancellation } = limits;
  if (cancellation.reason) throw cancellation.reason;
  // Its client may have gone before it was this call's turn, and then nothing more is heard of it.
  if (request.destroyed) throw notWhole();
  if (Number(request.headers['content-length']) > bytesMax) throw tooLarge(bytesMax);
  if (!request.complete) return receiveRest(request, limits);
  // Nearly always all of it came with the headers.
  const bytes = (request.read() as Buffer | null) ?? Buffer.alloc(0);
  if (bytes.length > bytesMax) throw tooLarge(bytesMax);
  return bytes;
}

function receiveRest(request: IncomingMessage, { bytesMax, cancellation }: BodyLimits): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const stopListening = (): void => {
      request.off('data', onData).off('end', onEnd).off('close', onClose);
      cancellation.unlisten(onCancelled);
    };
    const refuse = (error: WeirError): void => {
      stopListening();
      reject(error);
    };
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes > bytesMax) refuse(tooLarge(bytesMax));
      else chunks.push(chunk);
    };
    const onEnd = (): void => {
      stopListening();
      gather(() => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    };
    const onClose = (): void => refuse(notWhole());
    const onCancelled = (): void => {
      if (cancellation.reason) refuse(cancellation.reason);
    };
    request.on('data', onData).on('end', onEnd).on('close', onClose);
    cancellation.listen(onCancelled);
  });
}

function notWhole(): WeirError {
  return new WeirError('client_closed', 'The body did not arrive whole.');
}

function tooLarge(bytesMax: number): WeirError {
  return new WeirError(
    'request_too_large',
    `The body is larger than ${bytesMax} bytes. Send a shorter prompt or smaller files.`,
  );
}
