import { WeirError } from '@weir/core/errors';
import type { WireFormat } from '@weir/dialects/dialect';
import type { VendorError } from '@weir/dialects/vendor-error';
import type { Cancellation } from '../cancellation.ts';
import { withoutPrivateWords } from '../routing/private-words.ts';
import type { UpstreamReply } from '../upstream/upstream-exchange.ts';
import type { Candidate } from './choose-route.ts';
import { retryAfterSeconds } from './retry-after.ts';
import { keyRefused, limited } from './stream-failure.ts';

/** A vendor's error body is read up to here; what matters of it stands at its beginning. */
const ERROR_BYTES_MAX = 64 * 1024;

/** What the caller has to mend, unless the vendor says that it is about the key. */
const CALLERS_STATUSES: ReadonlySet<number> = new Set([400, 413, 415, 422]);
/** About the key, or the account that it belongs to. */
const KEYS_STATUSES: ReadonlySet<number> = new Set([401, 402, 403]);

/** What may pass, at a time that the vendor can say. 529 is Anthropic's. */
const OVERLOADED_STATUSES: ReadonlySet<number> = new Set([503, 529]);

/** What the vendor refused. Only an error of the caller's own making is told in the vendor's words. */
export async function readRefusal(
  format: WireFormat,
  reply: UpstreamReply,
  { candidate, cancellation }: { candidate: Candidate; cancellation: Cancellation },
): Promise<WeirError> {
  const { status } = reply;
  const said = format.readVendorError(await readErrorBody(reply));
  if (cancellation.reason) return cancellation.reason;
  if (said?.fault === 'content' || (CALLERS_STATUSES.has(status) && said?.fault !== 'key')) {
    return callersMistake(status, said, candidate);
  }
  if (said?.fault === 'key' || KEYS_STATUSES.has(status)) return keyRefused();
  const waitSeconds = retryAfterSeconds(reply.headers, said?.retryAfterSeconds, Date.now());
  if (status === 429) return limited(waitSeconds);
  return new WeirError(
    'upstream_error',
    `The model’s vendor failed with status ${status}. Try again, or another model.`,
    { retryAfterSeconds: OVERLOADED_STATUSES.has(status) ? waitSeconds : undefined },
  );
}

function callersMistake(status: number, said: VendorError | undefined, candidate: Candidate): WeirError {
  const message = said
    ? withoutPrivateWords(said.message, candidate)
    : 'The model’s vendor refused the request without giving a reason.';
  return new WeirError(status === 413 ? 'request_too_large' : 'invalid_request', message, {
    param: said?.param === undefined ? undefined : withoutPrivateWords(said.param, candidate),
  });
}

async function readErrorBody({ body }: UpstreamReply): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    await body.forEach((chunk) => {
      chunks.push(chunk);
      bytes += chunk.length;
      return bytes > ERROR_BYTES_MAX;
    });
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    return undefined;
  } finally {
    body.discard();
  }
}
