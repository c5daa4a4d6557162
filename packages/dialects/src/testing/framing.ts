import { sseReader } from '../sse.ts';

/**
 * All that a reading is given of a stream that comes in chunks: the bytes of each batch, where its events end in it, and
 * the data of the first of them, which alone may have come in more than one chunk.
 */
export interface Framing {
  readonly batches: readonly Buffer[];
  readonly events: readonly (string | number)[];
}

export function framingOf(chunks: readonly Buffer[]): Framing {
  const batches: Buffer[] = [];
  const events: (string | number)[] = [];
  const reader = sseReader({
    begin: (bytes) => void batches.push(bytes),
    passes(start, end) {
      events.push(start, end);
      return start > 0;
    },
    read: (data) => void events.push(data),
  });
  for (const chunk of chunks) reader.push(chunk);
  reader.end();
  return { batches, events };
}

export function isSameFraming(one: Framing, other: Framing): boolean {
  return (
    one.batches.length === other.batches.length &&
    one.events.length === other.events.length &&
    one.batches.every((batch, index) => other.batches[index]?.equals(batch)) &&
    one.events.every((event, index) => other.events[index] === event)
  );
}
