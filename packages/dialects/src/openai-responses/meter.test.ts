import { describe, expect, it } from 'vitest';
import { sseReader } from '../sse.ts';
import { openaiResponses as dialect } from './index.ts';
import { added, completed, CREATED, delta, done, message, outputText } from './testing/fixtures.ts';

describe('a meter', () => {
  const text = (...events: object[]) => {
    const meter = dialect.meter();
    const kinds = events.map((event) => meter.read(JSON.stringify(event)).kind);
    return { kinds, text: meter.text(), usage: meter.usage, end: meter.finishReason };
  };

  it('reads along', () => {
    expect(
      text(
        CREATED,
        added(0, { type: 'function_call', name: 'f', call_id: 'c' }),
        delta('function_call_arguments', '{}'),
        done(0, { type: 'function_call', name: 'f', arguments: '{}' }),
        delta('custom_tool_call_input', 'x', { output_index: 1 }),
        done(2, message('msg_1', outputText('whole'))),
        { ...completed([], { usage: { input_tokens: 1, output_tokens: 2 } }) },
      ),
    ).toEqual({
      kinds: ['content', 'content', 'content', 'content', 'content', 'content', 'terminator'],
      text: 'f{}xwhole',
      usage: { inputTokens: 1, outputTokens: 2 },
      end: 'completed',
    });
  });

  it('takes the text of the whole response where no pieces came', () => {
    expect(text(CREATED, completed([message('msg_1', outputText('whole'))])).text).toBe('whole');
  });

  it('has the usage and the reason of a stream that failed or was cut', () => {
    expect(
      text({
        type: 'response.failed',
        response: { status: 'failed', output: [], error: { message: 'm' }, usage: { input_tokens: 1 } },
      }),
    ).toMatchObject({ kinds: ['error'], usage: { inputTokens: 1 }, end: 'failed' });
    expect(text(CREATED)).toMatchObject({ end: undefined, usage: undefined });
    const incomplete_details = { reason: 'max_output_tokens' };
    expect(
      text({
        type: 'response.incomplete',
        response: { status: 'incomplete', incomplete_details, output: [] },
      }),
    ).toMatchObject({ kinds: ['terminator'], end: 'max_output_tokens' });
  });

  it('knows what is no event', () => {
    const meter = dialect.meter();
    for (const data of ['nonsense', '[]', 'null', '{"type":"response.cre', '{"no":"type"}']) {
      expect(meter.read(data)).toEqual({ kind: 'garbage' });
    }
    for (const data of ['', '[DONE]', '{"type":"keepalive"}']) {
      expect(meter.read(data)).toEqual({ kind: 'content' });
    }
    expect(meter.read('{"type":"error","message":"m"}')).toEqual({
      kind: 'error',
      error: { message: 'm', param: undefined },
    });
  });

  it('reads a byte stream with names of events', () => {
    const bytes = Buffer.from(
      [CREATED, delta('output_text', 'x'), completed()]
        .map((event) => `event: ${event.type}\r\ndata: ${JSON.stringify(event)}\r\n\r\n`)
        .join(''),
    );
    const kinds = sseReader(dialect.meter())
      .push(bytes)
      .events.map(({ reading }) => reading.kind);
    expect(kinds).toEqual(['content', 'content', 'terminator']);
  });
});
