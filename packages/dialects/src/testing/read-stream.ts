import type { ReplyDecoder } from '../dialect.ts';
import type { ReplyEvent } from '../reply-event.ts';
import { sseReader } from '../sse.ts';

/**
 * What a stream says, as it comes in these chunks.
 * @param sieved whether messages that are like the one before may be read without being parsed, as the relay reads them.
 * @returns its events, and how many messages were not parsed.
 */
export function readStream(
  decoder: ReplyDecoder,
  chunks: readonly Buffer[],
  sieved: boolean,
): { readonly events: readonly ReplyEvent[]; readonly passed: number } {
  const events: ReplyEvent[] = [];
  let passed = 0;
  const reader = sseReader({
    begin: (bytes) => decoder.begin?.(bytes),
    passes(start, end) {
      const event = sieved ? decoder.readLike?.(start, end) : undefined;
      if (!event) return false;
      passed++;
      events.push(event);
      return true;
    },
    read: (data) => void events.push(...decoder.read({ data })),
  });
  for (const chunk of chunks) reader.push(chunk);
  reader.end();
  events.push(...decoder.end());
  return { events, passed };
}
