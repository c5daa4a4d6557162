import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DialectError } from './dialect-error.ts';
import type { DialectName } from './dialect-name.ts';
import { DIALECTS } from './dialects.ts';
import { chunksOf } from './testing/cuts.ts';
import { readStream } from './testing/read-stream.ts';
import { RECORDED_DIR, recordings } from './testing/recorded.ts';

/** How a vendor writes one piece of text; the JSON of the piece as it stands between its quotes. */
const PIECES: Readonly<Partial<Record<DialectName, { before: string; piece: (json: string) => string }>>> = {
  'openai-chat': {
    before:
      'data: {"id":"c","model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}\n\n',
    piece: (json) =>
      `data: {"id":"c","model":"m","choices":[{"index":0,"delta":{"content":"${json}"},"finish_reason":null}],"obfuscation":"xyz"}\n\n`,
  },
  'openai-responses': {
    before:
      'event: response.created\ndata: {"type":"response.created","response":{"id":"r"}}\n\n' +
      'data: {"type":"response.output_item.added","output_index":0,"item":{"id":"i","type":"message"}}\n\n',
    piece: (json) =>
      `event: response.output_text.delta\ndata: {"type":"response.output_text.delta","item_id":"i","output_index":0,"content_index":0,"delta":"${json}","logprobs":[],"sequence_number":7}\n\n`,
  },
  'anthropic-messages': {
    before:
      'data: {"type":"message_start","message":{"id":"m","model":"m","usage":{"input_tokens":1}}}\n\n' +
      'data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}\n\n',
    piece: (json) =>
      `event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"${json}"}   }\n\n`,
  },
};

/** JSON of a text, and what is nearly that: its own escapes, raw control characters, quotes, and bytes that are no UTF-8. */
const pieceBytes = fc.oneof(
  fc
    .string({ unit: 'grapheme', maxLength: 12 })
    .map((text) => Buffer.from(JSON.stringify(text).slice(1, -1))),
  fc
    .constantFrom(
      '\\u00e9',
      '\\ud83d',
      '\\/',
      '\\"',
      '\\n',
      '\\x',
      '"',
      '\n',
      '\r',
      '","x":"',
      '\n\ndata: {}',
    )
    .map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 4 }).map((bytes) => Buffer.from(bytes)),
);

const outcomeOf = (name: DialectName, chunks: readonly Buffer[], sieved: boolean): unknown => {
  try {
    return readStream(DIALECTS[name].decoder(), chunks, sieved).events;
  } catch (thrown) {
    if (thrown instanceof DialectError) return thrown.message;
    throw thrown;
  }
};

describe.each(Object.entries(PIECES))('a stream of %s', (key, { before, piece }) => {
  const name = key as DialectName;
  const streamOf = (pieces: readonly Buffer[]): Buffer =>
    Buffer.concat([
      Buffer.from(before),
      ...pieces.map((bytes) => Buffer.from(piece(bytes.toString('latin1')), 'latin1')),
    ]);

  it('says the same whether its pieces of text are parsed or not', () => {
    fc.assert(
      fc.property(
        fc.array(pieceBytes, { maxLength: 12 }),
        fc.array(fc.nat(4_000), { maxLength: 5 }),
        (pieces, cuts) => {
          const bytes = streamOf(pieces);
          const chunks = chunksOf(
            bytes,
            cuts.map((cut) => cut % bytes.length),
          );
          expect(outcomeOf(name, chunks, true)).toEqual(outcomeOf(name, chunks, false));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('has nearly all of them unparsed', () => {
    const bytes = streamOf(Array.from({ length: 100 }, (_, at) => Buffer.from(`wört ${at} \\n`)));
    const { passed, events } = readStream(DIALECTS[name].decoder(), [bytes], true);
    expect(passed).toBe(99);
    expect(events).toHaveLength(events.filter(({ kind }) => kind !== 'text').length + 100);
  });

  it('has those after an empty one unparsed again', () => {
    const pieces = ['one', '', 'two', 'three', 'four'].map((text) => Buffer.from(text));
    const { passed, events } = readStream(DIALECTS[name].decoder(), [streamOf(pieces)], true);
    expect(events.flatMap((event) => (event.kind === 'text' ? event.text : []))).toEqual([
      'one',
      'two',
      'three',
      'four',
    ]);
    // What an empty one is like is not known, so the next is read; it is like the first.
    expect(passed).toBe(2);
  });
});

const SPOKEN: Readonly<Record<string, DialectName>> = { anthropic: 'anthropic-messages' };
const dialectOf = (vendor: string, sse: Buffer): DialectName =>
  sse.includes('"response.created"') ? 'openai-responses' : (SPOKEN[vendor] ?? 'openai-chat');

describe.skipIf(RECORDED_DIR === undefined)('recorded streams', () => {
  it('say the same whether their pieces of text are parsed or not', () => {
    let unparsed = 0;
    for (const { vendor, body } of recordings()) {
      if (!('sse' in body) || vendor === 'google') continue;
      const name = dialectOf(vendor, body.sse);
      const chunks = chunksOf(
        body.sse,
        Array.from({ length: 9 }, (_, at) => at * 1_448),
      );
      expect(JSON.stringify(outcomeOf(name, chunks, true))).toBe(
        JSON.stringify(outcomeOf(name, chunks, false)),
      );
      try {
        unparsed += readStream(DIALECTS[name].decoder(), chunks, true).passed;
      } catch {
        // Of another kind than conversations.
      }
    }
    expect(unparsed).toBeGreaterThan(500);
  });
});
