import type { Dialect, ReplyContext, SseMessage } from '../dialect.ts';
import { DEFAULT_QUIRKS } from '../quirks.ts';
import type { ReplyEvent } from '../reply-event.ts';

/* What tests convert calls and replies with. */

export const TARGET = { upstreamModel: 'm', outputTokensMax: 8_192, quirks: DEFAULT_QUIRKS };
export const ADDRESS = { model: 'm', stream: false };
export const CONTEXT: ReplyContext = {
  requestId: 'req_1',
  model: 'm',
  createdAtMs: 1_700_000_000_000,
  usageWanted: true,
  creditLimitTokens: undefined,
};

export function encode(dialect: Dialect, events: readonly ReplyEvent[]): SseMessage[] {
  const encoder = dialect.encoder(CONTEXT);
  return events.flatMap((event) => encoder.write(event));
}

export function decode(dialect: Dialect, messages: readonly SseMessage[]): ReplyEvent[] {
  const decoder = dialect.decoder();
  return [...messages.flatMap((message) => decoder.read(message)), ...decoder.end()];
}
