import { describe, expect, it } from 'vitest';
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
});
