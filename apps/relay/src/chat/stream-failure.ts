import { WeirError } from '@weir/core/errors';
import { DialectError, GarbageError } from '@weir/dialects/dialect-error';
import { SSE_EVENT_BYTES_MAX, SseError } from '@weir/dialects/sse';
import type { VendorError } from '@weir/dialects/vendor-error';
import type { ClientReply } from '../http/client-reply.ts';
import { withoutPrivateWords } from '../routing/private-words.ts';
import type { Candidate } from './choose-route.ts';
import type { Ending } from './ending.ts';
import { retryAfterSeconds } from './retry-after.ts';
import type { Watchdog } from './watchdog.ts';

export function failed(error: WeirError): Ending {
  return { outcome: 'failed', error };
}

export function vendorFailed(error: VendorError, vendor: Candidate): Ending {
  return failed(reportedError(error, vendor));
}

/** An error that came where a reply was due, or in the midst of one. Whose it is decides what becomes of the vendor. */
export function reportedError(error: VendorError, vendor: Candidate): WeirError {
  const { message, fault } = error;
  const waitSeconds = retryAfterSeconds({}, error.retryAfterSeconds, Date.now());
  if (fault === 'key') return keyRefused();
  if (fault === 'limit') return limited(waitSeconds);
  const said = withoutPrivateWords(message, vendor);
  return new WeirError(
    fault === undefined ? 'upstream_error' : 'invalid_request',
    `The model’s vendor reported an error: ${said}`,
    { retryAfterSeconds: fault === undefined ? waitSeconds : undefined },
  );
}

/** Of a vendor that is limiting requests and does not say for how long. */
const DEFAULT_RETRY_AFTER_SECONDS = 5;

/** @param waitSeconds after which the vendor says to come again. */
export function limited(waitSeconds: number | undefined): WeirError {
  return new WeirError(
    'rate_limited',
    'The model’s vendor is limiting requests. Try again in a moment, or another model.',
    { retryAfterSeconds: waitSeconds ?? DEFAULT_RETRY_AFTER_SECONDS },
  );
}

/** In which words, is between the vendor and the operator. */
export function keyRefused(): WeirError {
  return new WeirError(
    'upstream_key_refused',
    'The model’s vendor refused the gateway’s own key or account. The operator has to mend this; try another model.',
  );
}

export function tooLarge(bytesMax: number, cause?: unknown): WeirError {
  return new WeirError(
    'reply_too_large',
    `The reply, or a part of it, has more than ${bytesMax} bytes, which is the most that the gateway passes on. Ask for less at a time.`,
    { cause },
  );
}

/** @param what follows "The model’s vendor". */
export function invalidReply(what: string, cause?: unknown): Ending {
  return failed(new WeirError('upstream_invalid_reply', `The model’s vendor ${what}.`, { cause }));
}

export function cutOff(): Ending {
  return failed(new WeirError('upstream_truncated', 'The model’s vendor cut the stream off before its end.'));
}

/** No failure of the vendor's: its own clients could read it. */
function untranslatable(cause: DialectError): WeirError {
  return new WeirError(
    'reply_untranslatable',
    `The reply can’t be translated into the format of this endpoint: ${cause.message} Call the model through the endpoint of its vendor’s own format.`,
    { cause },
  );
}

/** What reading or passing on a vendor's reply came to when it threw. */
export function endingOfThrown(thrown: unknown, client: ClientReply, { reason }: Watchdog): Ending {
  if (client.gone) return { outcome: 'client_closed' };
  if (reason) return failed(reason);
  if (thrown instanceof WeirError) return failed(thrown);
  if (thrown instanceof SseError) return failed(tooLarge(SSE_EVENT_BYTES_MAX, thrown));
  if (thrown instanceof GarbageError) return invalidReply('sent something that can’t be read', thrown);
  if (thrown instanceof DialectError) return failed(untranslatable(thrown));
  return failed(
    new WeirError('upstream_truncated', 'The connection to the model’s vendor broke off.', { cause: thrown }),
  );
}
