import { describe, expect, it } from 'vitest';
import { DialectError } from './dialect-error.ts';
import type { Dialect, ReplyDecoder, WireFormat } from './dialect.ts';
import { DIALECTS } from './dialects.ts';
import { openaiCompletions } from './openai-completions/index.ts';
import type { ReplyEvent } from './reply-event.ts';
import { sseReader, type SseReading } from './sse.ts';
import { chunksOf, everyPosition, randomCuts } from './testing/cuts.ts';
import { framingOf, isSameFraming, type Framing } from './testing/framing.ts';
import { RECORDED_DIR, recordings, type Recording } from './testing/recorded.ts';

const streams = recordings().flatMap((recording) =>
  'sse' in recording.body ? [[nameOf(recording), recording.vendor, recording.body.sse] as const] : [],
);

function nameOf({ vendor, file, path = '' }: Recording): string {
  return `${vendor}/${file} ${path}`;
}

/** One of the recordings is of a kind that passes through only. */
function formatOf(vendor: string, sse: Buffer): Dialect | WireFormat {
  if (sse.includes('"text_completion"')) return openaiCompletions;
  if (sse.includes('"response.created"')) return DIALECTS['openai-responses'];
  if (vendor === 'anthropic') return DIALECTS['anthropic-messages'];
  return vendor === 'google' ? DIALECTS['google-gemini'] : DIALECTS['openai-chat'];
}

const isDialect = (format: Dialect | WireFormat): format is Dialect => 'decoder' in format;

/** The bytes that are passed on. */
function pass(chunks: readonly Buffer[], reading: SseReading<void>): Buffer {
  const reader = sseReader(reading);
  return Buffer.concat([...chunks.map((chunk) => reader.push(chunk).bytes), reader.end().bytes]);
}

/** What a decoder says, as the relay lets it read; and its error, where it meets what no other dialect has. */
function decode(dialect: Dialect, chunks: readonly Buffer[]): unknown {
  const events: ReplyEvent[] = [];
  let decoder: ReplyDecoder = dialect.decoder();
  let batch: Buffer = Buffer.alloc(0);
  try {
    pass(chunks, {
      begin(bytes) {
        batch = bytes;
        decoder.begin?.(bytes);
      },
      passes(start, end) {
        const event = decoder.readLike?.(start, end);
        if (event) events.push(event);
        return event !== undefined;
      },
      read(data) {
        // Some recordings hold several replies, one after the other.
        if (data.includes('"type":"response.created"')) {
          decoder = dialect.decoder();
          decoder.begin?.(batch);
        }
        events.push(...decoder.read({ data }));
      },
    });
    events.push(...decoder.end());
    return events;
  } catch (thrown) {
    if (!(thrown instanceof DialectError)) throw thrown;
    return [...events, thrown.message];
  }
}

function meter(format: WireFormat, chunks: readonly Buffer[]): { passed: Buffer; said: unknown } {
  const reading = format.meter();
  const kinds: string[] = [];
  const passed = pass(chunks, {
    begin: (bytes) => reading.begin?.(bytes),
    passes: (start, end) => reading.passes?.(start, end) ?? false,
    read: (data) => void kinds.push(reading.read(data).kind),
  });
  const { usage, finishReason } = reading;
  // How much of the content passes unread depends on what comes in one batch.
  return {
    passed,
    said: [kinds.filter((kind) => kind !== 'content'), reading.text(), usage, finishReason],
  };
}

/** Of each recording. */
const RANDOM_WAYS = 60;

/**
 * Ways to cut a stream: in two at each of its bytes, into single bytes, and at random. To translate a large one anew for
 * each of its bytes takes many minutes, and is not needed: of the cut, a decoder and a meter see no more than what the
 * reader gives them. So the reader gets the whole stream with each cut there is, and what it gives is translated
 * wherever it is another than for the cut right before, which has been. That is once per event: a cut within one gives
 * the same as a cut before it.
 */
function* waysToCut(sse: Buffer): Generator<readonly number[]> {
  let translated: Framing | undefined;
  const positions = everyPosition(sse);
  for (const at of positions) {
    const framing = framingOf([sse.subarray(0, at), sse.subarray(at)]);
    if (translated && isSameFraming(framing, translated)) continue;
    translated = framing;
    yield [at];
  }
  yield positions;
  yield* randomCuts(sse, RANDOM_WAYS);
}

describe.skipIf(RECORDED_DIR === undefined)('recorded streams, cut at every byte and at random', () => {
  it('are there', () => {
    expect(streams.length).toBeGreaterThan(58);
    expect(Math.max(...streams.map(([, , sse]) => sse.length))).toBeGreaterThan(90_000);
  });

  it.each(streams)('%s', { timeout: 60_000 }, (_, vendor, sse) => {
    const format = formatOf(vendor, sse);
    // Compared as text: thousands of deep comparisons take minutes.
    const decoded = (chunks: readonly Buffer[]) =>
      JSON.stringify(isDialect(format) ? decode(format, chunks) : []);
    const metered = (chunks: readonly Buffer[]) => meter(format, chunks);
    const whole = metered([sse]);
    const expected = [decoded([sse]), JSON.stringify(whole.said)];
    expect(whole.passed.subarray(0, sse.length)).toEqual(sse);
    for (const cuts of waysToCut(sse)) {
      const chunks = chunksOf(sse, cuts);
      const { passed, said } = metered(chunks);
      const same = [decoded(chunks), JSON.stringify(said)];
      if (same[0] !== expected[0] || same[1] !== expected[1] || !passed.equals(whole.passed)) {
        expect({ cuts, same }).toEqual({ cuts, same: expected });
      }
    }
  });
});
