import type { IncomingMessage } from 'node:http';
import { WeirError } from '@weir/core/errors';

export interface BodyLimits {
  readonly bytesMax: number;
  /** Aborted with a `WeirError` when the body is not waited for any longer. */
  readonly signal: AbortSignal;
}

/**
 * Receives a body and parses it. Whatever content type it claims, it is taken for JSON: `curl -d` calls it a form.
 * @throws {WeirError} `request_too_large`, `invalid_request`, or the signal's reason.
 */
export async function readJsonBody(request: IncomingMessage, limits: BodyLimits): Promise<unknown> {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw new WeirError('invalid_request', `The body is encoded as ${encoding}; send it as it is.`);
  }
  const bytes = await receive(request, limits);
  try {
    return JSON.parse(bytes.toString());
  } catch {
    throw new WeirError('invalid_request', 'The body is not valid JSON.');
  }
}

function receive(request: IncomingMessage, { bytesMax, signal }: BodyLimits): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let bytes = 0;
  const onData = (chunk: Buffer): void => {
    bytes += chunk.length;
    if (bytes > bytesMax) reject(tooLarge(bytesMax));
    else chunks.push(chunk);
  };
  const onEnd = (): void => resolve(Buffer.concat(chunks));
  const onClose = (): void => reject(new WeirError('client_closed', 'The body did not arrive whole.'));
  const onAbort = (): void => reject(signal.reason as WeirError);
  if (signal.aborted) onAbort();
  if (Number(request.headers['content-length']) > bytesMax) reject(tooLarge(bytesMax));
  request.on('data', onData).once('end', onEnd).once('close', onClose);
  signal.addEventListener('abort', onAbort, { once: true });
  return promise.finally(() => {
    request.off('data', onData).off('end', onEnd).off('close', onClose);
    signal.removeEventListener('abort', onAbort);
  });
}

function tooLarge(bytesMax: number): WeirError {
  return new WeirError(
    'request_too_large',
    `The body is larger than ${bytesMax} bytes. Send a shorter prompt or smaller files.`,
  );
}
