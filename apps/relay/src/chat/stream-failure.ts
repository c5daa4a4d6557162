import { WeirError } from '@weir/core/errors';
import { DialectError } from '@weir/dialects/dialect-error';
import { SseError } from '@weir/dialects/sse';
import type { VendorError } from '@weir/dialects/vendor-error';
import type { ClientReply } from '../http/client-reply.ts';
import { withoutPrivateWords } from '../routing/private-words.ts';
import type { Candidate } from './choose-route.ts';
import type { Ending } from './ending.ts';
import type { Watchdog } from './watchdog.ts';

export function failed(error: WeirError): Ending {
  return { outcome: 'failed', error };
}

export function vendorFailed({ message }: VendorError, vendor: Candidate): Ending {
  const said = withoutPrivateWords(message, vendor);
  return failed(new WeirError('upstream_error', `The model’s vendor reported an error: ${said}`));
}

/** @param what follows "The model’s vendor". */
export function invalidReply(what: string, cause?: unknown): Ending {
  return failed(new WeirError('upstream_invalid_reply', `The model’s vendor ${what}.`, { cause }));
}

export function cutOff(): Ending {
  return failed(new WeirError('upstream_truncated', 'The model’s vendor cut the stream off before its end.'));
}

/** What reading or passing on a vendor's reply came to when it threw. */
export function endingOfThrown(thrown: unknown, client: ClientReply, { cancellation }: Watchdog): Ending {
  if (client.gone) return { outcome: 'client_closed' };
  if (cancellation.reason) return failed(cancellation.reason);
  if (thrown instanceof WeirError) return failed(thrown);
  if (thrown instanceof SseError) return invalidReply('sent an event without end', thrown);
  if (thrown instanceof DialectError) return invalidReply('sent something that can’t be read', thrown);
  return failed(
    new WeirError('upstream_truncated', 'The connection to the model’s vendor broke off.', { cause: thrown }),
  );
}
