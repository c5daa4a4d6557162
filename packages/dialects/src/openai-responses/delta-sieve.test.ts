import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sseReader } from '../sse.ts';
import { openaiResponses as dialect } from './index.ts';

type Style = (json: string) => string;

/** As OpenAI and others write it. */
const ORDERS: readonly ((delta: string, number: number) => object)[] = [
  (delta, sequence_number) => ({
    type: 'response.output_text.delta',
    content_index: 0,
    delta,
    item_id: 'msg_1',
    logprobs: [],
    obfuscation: 'x'.repeat(sequence_number % 5),
    output_index: 0,
    sequence_number,
  }),
  (delta, sequence_number) => ({
    type: 'response.output_text.delta',
    sequence_number,
    item_id: 'msg_1',
    output_index: 0,
    delta,
  }),
  (delta) => ({ type: 'response.reasoning_text.delta', item_id: 'rs_1', output_index: 0, delta }),
];

const frame = (event: object, style: Style): string => {
  const type = 'type' in event ? String(event.type) : '';
  return `event: ${type}\ndata: ${style(JSON.stringify(event))}\n\n`;
};

const STYLES: [string, Style][] = [
  ['dense', (json) => json],
  ['spaced', (json) => json.replaceAll(/([:,])(?=["[{\d])/g, '$1 ')],
];

describe.each(STYLES)('events that only carry text (%s)', (_, style) => {
  it.each(ORDERS.map((order, index) => [index, order] as const))(
    'mostly pass unread (order %i)',
    (_, order) => {
      const meter = dialect.meter();
      const reader = sseReader(meter);
      const words = Array.from({ length: 1_000 }, (_, at) => `wörd ${at} \n`);
      const read = words.flatMap(
        (word, at) => reader.push(Buffer.from(frame(order(word, at), style))).events,
      );
      expect(read).toHaveLength(1);
      expect(meter.text()).toBe(words.join(''));
    },
  );

  it.each([
    ['an error', { type: 'error', message: 'm' }],
    ['an error beside text', { ...ORDERS[0]?.('c', 3), error: { message: 'm' } }],
    ['the end', { type: 'response.completed', response: { output: [] } }],
    ['log probabilities', { ...ORDERS[0]?.('c', 3), logprobs: [{ token: 'c', logprob: -1 }] }],
    ['another item', { ...ORDERS[0]?.('c', 3), item_id: 'msg_2' }],
    ['a number that is none', { ...ORDERS[0]?.('c', 3), sequence_number: 'x' }],
  ])('do not hide %s', (_, saying) => {
    const reader = sseReader(dialect.meter());
    const text = (at: number) => frame(ORDERS[0]?.('x', at) ?? {}, style);
    reader.push(Buffer.from(text(0) + text(1)));
    const { events } = reader.push(Buffer.from(text(2) + frame(saying, style) + text(3)));
    expect(events.map(({ data }) => data)).toContain(style(JSON.stringify(saying)));
  });
});

it('reads the same text whatever passes', () => {
  const event = fc.record({
    order: fc.constantFrom(...ORDERS),
    text: fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('"delta":"', '\\', '"', 'plain', '')),
  });
  fc.assert(
    fc.property(fc.array(event), fc.array(fc.nat(300)), (events, cuts) => {
      const bytes = Buffer.from(
        events.map(({ order, text }, at) => frame(order(text, at), (x) => x)).join(''),
      );
      const meter = dialect.meter();
      const reader = sseReader(meter);
      let from = 0;
      for (const cut of [...cuts, bytes.length]) {
        reader.push(bytes.subarray(from, from + cut));
        from += cut;
      }
      expect(meter.text()).toBe(events.map(({ text }) => text).join(''));
    }),
  );
});
