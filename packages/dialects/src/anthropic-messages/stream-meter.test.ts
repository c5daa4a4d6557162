import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sseReader } from '../sse.ts';
import { anthropicMessages as dialect } from './index.ts';

const START = { type: 'message_start', message: { usage: { input_tokens: 3 } } };
const block = (index: number, content_block: object) => ({
  type: 'content_block_start',
  index,
  content_block,
});
const delta = (index: number, delta: object) => ({ type: 'content_block_delta', index, delta });

describe('the meter', () => {
  it('reads text, usage and the reason to stop, of any kind of block', () => {
    const meter = dialect.meter();
    const kinds = [
      START,
      block(0, { type: 'server_tool_use', id: 's', name: 'search ', input: {} }),
      delta(0, { type: 'input_json_delta', partial_json: '{"q":1} ' }),
      block(1, { type: 'web_search_tool_result', content: [{ title: 'long' }] }),
      delta(2, { type: 'thinking_delta', thinking: 'hm ' }),
      delta(2, { type: 'signature_delta', signature: 's' }),
      delta(3, { type: 'text_delta', text: 'an "error" here' }),
      { type: 'ping' },
      { type: 'something_new' },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 5 } },
      { type: 'message_stop' },
    ].map((event) => meter.read(JSON.stringify(event)).kind);
    expect(kinds).toEqual([...Array.from({ length: 10 }, () => 'content'), 'terminator']);
    expect(meter.text()).toBe('search {"q":1} hm an "error" here');
    expect(meter.usage).toEqual({ inputTokens: 3, outputTokens: 5 });
    expect(meter.finishReason).toBe('end_turn');
  });

  it('knows an error, and what is no part of a message', () => {
    const meter = dialect.meter();
    const overloaded = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
    expect(meter.read(JSON.stringify(overloaded))).toEqual({
      kind: 'error',
      error: { message: 'Overloaded', param: undefined },
    });
    expect(meter.read('{"type":"error"}').kind).toBe('error');
    for (const garbage of ['<html>', '[]', '{}', '5', '{"choices":[]}']) {
      expect(meter.read(garbage)).toEqual({ kind: 'garbage' });
    }
    expect(meter.read('')).toEqual({ kind: 'content' });
  });

  describe('lets events pass that are like one before', () => {
    /** As Anthropic sends it, and as others do. */
    const sse = (event: object, spaces = '') =>
      Buffer.from(`event: x\ndata: ${JSON.stringify(event).replace(/\}$/, `${spaces}}`)}\n\n`);
    const say = (text: string, index = 0) => delta(index, { type: 'text_delta', text });

    function read(...events: Buffer[]) {
      const meter = dialect.meter();
      const reader = sseReader(meter);
      const kinds = events.flatMap((event) => reader.push(event).events.map(({ reading }) => reading.kind));
      return { meter, kinds };
    }

    it('and reads their text all the same', () => {
      const words = Array.from({ length: 1_000 }, (_, i) => `wörd ${i} \n😀`);
      const { meter, kinds } = read(...words.map((word, i) => sse(say(word), ' '.repeat(i % 15))));
      expect(kinds).toEqual(['content']);
      expect(meter.text()).toBe(words.join(''));
      expect(meter.text()).toBe(words.join(''));
    });

    it.each([
      ['of another block', sse(say('b', 1))],
      ['of another kind', sse(delta(0, { type: 'thinking_delta', thinking: 'b' }))],
      ['with a quote in it', sse(say('"b"'))],
      ['with a backslash at its end', sse(say('b\\'))],
      ['with more in the delta', sse(delta(0, { type: 'text_delta', text: 'b', more: 1 }))],
      ['with more in the event', sse({ ...say('b'), more: 1 })],
      [
        'with another event after it',
        Buffer.concat([sse(say('b')).subarray(0, -1), Buffer.from('data: {}\n\n')]),
      ],
      ['with an error', sse({ ...say('b'), error: { message: 'x' } })],
    ])('but not one %s', (_, event) => {
      expect(read(sse(say('a')), event).kinds).toHaveLength(2);
    });

    it('with what they say in their order', () => {
      const kind = fc.constantFrom('text_delta', 'thinking_delta', 'input_json_delta', 'signature_delta');
      const event = fc.record({ kind, text: fc.string(), spaces: fc.nat(3), index: fc.nat(1) });
      fc.assert(
        fc.property(fc.array(event), (events) => {
          const plain = dialect.meter();
          const bytes = events.map(({ kind, text, spaces, index }) => {
            const said = delta(index, { type: kind, text, thinking: text, partial_json: text });
            const only = kind === 'text_delta' ? say(text, index) : said;
            plain.read(JSON.stringify(only));
            return sse(only, ' '.repeat(spaces));
          });
          expect(read(...bytes).meter.text()).toBe(plain.text());
          expect(read(Buffer.concat(bytes)).meter.text()).toBe(plain.text());
        }),
      );
    });
  });
});
