import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SSE_EVENT_BYTES_MAX, SseError, sseReader } from './sse.ts';

/** Reads a stream that arrives in these chunks; returns each event's data and the bytes passed along. */
function readAll(chunks: readonly Buffer[]) {
  const reader = sseReader({ read: () => undefined });
  const batches = [...chunks.map((chunk) => reader.push(chunk)), reader.end()];
  return {
    data: batches.flatMap(({ events }) => events.map((event) => event.data)),
    bytes: Buffer.concat(batches.map(({ bytes }) => bytes)),
    raw: batches.flatMap(({ bytes, events }) =>
      events.map(({ start, end }) => bytes.toString('utf8', start, end)),
    ),
  };
}

/** A comment that arrived before the event did is passed along before it. */
function withoutComments(raw: string): string {
  return raw.trim().replace(/^(:[^\r\n]*\s+)+/, '');
}

function split(bytes: Buffer, at: readonly number[]): Buffer[] {
  const cuts = [
    0,
    ...[...new Set(at.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b),
    bytes.length,
  ];
  return cuts.slice(1).map((cut, i) => bytes.subarray(cuts[i], cut));
}

const LINES = [
  ': comment',
  '',
  'data: {"text":"水 🌊"}',
  '',
  'event: named',
  'data: a',
  'data: b',
  '',
  ': ping',
  '',
  'data: [DONE]',
  '',
  '',
];
const DATA = ['{"text":"水 🌊"}', 'a\nb', '[DONE]'];

describe.each([
  ['LF', '\n'],
  ['CRLF', '\r\n'],
  ['CR', '\r'],
])('a stream with %s line ends', (_name, newline) => {
  const stream = Buffer.from(LINES.join(newline));

  const whole = readAll([stream]).raw.map(withoutComments);

  const expectTheSame = (chunks: readonly Buffer[]): void => {
    const { data, bytes, raw } = readAll(chunks);
    expect(data).toEqual(DATA);
    expect(raw.map(withoutComments)).toEqual(whole);
    expect(bytes.subarray(0, stream.length)).toEqual(stream);
  };

  it('gives the same events and the same bytes, split at every byte', () => {
    expect(whole).toHaveLength(DATA.length);
    for (let at = 0; at <= stream.length; at++) expectTheSame(split(stream, [at]));
    expectTheSame(Array.from(stream, (byte) => Buffer.of(byte)));
  });

  it('gives the same events and the same bytes, split anyhow', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length)), (cuts) => {
        expectTheSame(split(stream, cuts));
      }),
    );
  });
});

describe('an event', () => {
  it('is found with its own bytes, comments before it included', () => {
    const { raw } = readAll([Buffer.from(': one\n\ndata: a\n\ndata: b\n\n')]);
    expect(raw).toEqual([': one\n\ndata: a\n\n', 'data: b\n\n']);
  });

  it('without its blank line counts when the stream is over', () => {
    expect(readAll([Buffer.from('data: a\n\ndata: [DONE]')]).data).toEqual(['a', '[DONE]']);
  });

  it('without end is an error, not a buffer without end', () => {
    const reader = sseReader({ read: () => undefined });
    const chunk = Buffer.alloc(1024 * 1024, 'x');
    expect(() => {
      for (let bytes = 0; bytes <= SSE_EVENT_BYTES_MAX; bytes += chunk.length) reader.push(chunk);
    }).toThrow(SseError);
  });

  it('feeds each byte once, though events without data come before', () => {
    const reader = sseReader({ read: (data) => data });
    const began = process.cpuUsage();
    reader.push(Buffer.from('\n'.repeat(100_001)));
    const { user } = process.cpuUsage(began);
    // Five billion bytes are fed where each of them is fed again with the next: that takes many seconds.
    expect(user).toBeLessThan(2_000_000);
    expect(reader.push(Buffer.from(': c\n\ndata: a\n\n')).events).toMatchObject([
      { data: 'a', start: 0, end: 14 },
    ]);
  });
});
