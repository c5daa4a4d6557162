import { describe, expect, it } from 'vitest';
import { collectReply } from '../collect-reply.ts';
import { DialectError } from '../dialect-error.ts';
import { openaiResponses as dialect } from './index.ts';
import { added, completed, CREATED, decode, delta, done, message, outputText } from './testing/fixtures.ts';

const START = { kind: 'start', id: 'resp_1', model: 'm' } as const;
const FINISH = { kind: 'finish', choice: 0, finish: { reason: 'stop', native: 'completed' } } as const;
const END = { kind: 'end' } as const;

describe('a decoder', () => {
  it('says each piece of a text once', () => {
    expect(
      decode(
        CREATED,
        { type: 'response.in_progress', response: CREATED.response },
        added(0, message('msg_1')),
        { type: 'response.content_part.added', output_index: 0, content_index: 0, part: outputText('') },
        delta('output_text', 'Hel', { content_index: 0 }),
        delta('output_text', 'lo', { content_index: 0 }),
        { type: 'response.output_text.done', output_index: 0, content_index: 0, text: 'Hello' },
        { type: 'response.content_part.done', output_index: 0, content_index: 0, part: outputText('Hello') },
        done(0, message('msg_1', outputText('Hello'))),
        completed([message('msg_1', outputText('Hello'))], { usage: { input_tokens: 1, output_tokens: 2 } }),
      ),
    ).toEqual([
      START,
      { kind: 'text', choice: 0, text: 'Hel', part: 0 },
      { kind: 'text', choice: 0, text: 'lo', part: 0 },
      FINISH,
      { kind: 'usage', usage: { inputTokens: 1, outputTokens: 2 } },
      END,
    ]);
  });

  it.each([
    [
      'output_text.done',
      { type: 'response.output_text.done', output_index: 0, content_index: 0, text: 'Hello' },
    ],
    [
      'content_part.done',
      { type: 'response.content_part.done', output_index: 0, content_index: 0, part: outputText('Hello') },
    ],
    ['output_item.done', done(0, message('msg_1', outputText('Hello')))],
    ['completed', completed([message('msg_1', outputText('Hello'))])],
  ])('loses no text that only %s carries, and no rest of one', (_, event) => {
    const text = (...before: object[]) => {
      const parts = collectReply(
        decode(CREATED, ...before, event, completed([message('msg_1', outputText('Hello'))])),
      ).choices[0]?.parts;
      return parts;
    };
    expect(text()).toEqual([{ kind: 'text', text: 'Hello' }]);
    expect(text(added(0, message('msg_1')), delta('output_text', 'He'))).toEqual([
      { kind: 'text', text: 'Hello' },
    ]);
  });

  it('knows an item again by its id or else by its order, though its place in the whole is another', () => {
    const stream = (ids: string[]) => [
      CREATED,
      ...[0, 2].flatMap((at) => [
        added(at, message(`msg_${at}`)),
        delta('output_text', `text ${at}`, { output_index: at }),
        done(at, message(`msg_${at}`, outputText(`text ${at}`))),
      ]),
      completed(ids.map((id, index) => message(id, outputText(`text ${index * 2}`)))),
    ];
    const expected = [
      { kind: 'text', text: 'text 0' },
      { kind: 'text', text: 'text 2', apart: true },
    ];
    expect(collectReply(decode(...stream(['msg_0', 'msg_2']))).choices[0]?.parts).toEqual(expected);
    expect(collectReply(decode(...stream(['other', 'ids']))).choices[0]?.parts).toEqual(expected);
  });

  it('knows an item by its id where the order is another', () => {
    const events = decode(
      CREATED,
      added(0, message('msg_0')),
      delta('output_text', 'a long text'),
      added(1, message('msg_1')),
      delta('output_text', 'b', { output_index: 1 }),
      completed([message('msg_1', outputText('b')), message('msg_0', outputText('a long text'))]),
    );
    expect(collectReply(events).choices[0]?.parts).toEqual([
      { kind: 'text', text: 'a long text' },
      { kind: 'text', text: 'b', apart: true },
    ]);
  });

  it('reads calls whose arguments come interleaved, late or not at all', () => {
    const call = (id: string, json: string) => ({
      type: 'function_call',
      id: `fc_${id}`,
      call_id: id,
      name: `n${id}`,
      arguments: json,
    });
    const args = (output_index: number, text: string) =>
      delta('function_call_arguments', text, { output_index });
    const events = decode(
      CREATED,
      added(0, call('a', '')),
      added(1, call('b', '')),
      args(0, '{"x"'),
      args(1, '{"y"'),
      args(0, ':1}'),
      { type: 'response.function_call_arguments.done', output_index: 1, arguments: '{"y":2}' },
      done(0, call('a', '{"x":1}')),
      done(1, call('b', '{"y":2}')),
      done(2, call('c', '')),
      completed([call('a', '{"x":1}'), call('b', '{"y":2}'), call('c', ''), call('d', '{"z":3}')]),
    );
    expect(collectReply(events).choices[0]).toEqual({
      parts: [
        { kind: 'tool_call', id: 'a', name: 'na', arguments: '{"x":1}' },
        { kind: 'tool_call', id: 'b', name: 'nb', arguments: '{"y":2}' },
        { kind: 'tool_call', id: 'c', name: 'nc', arguments: '{}' },
        { kind: 'tool_call', id: 'd', name: 'nd', arguments: '{"z":3}' },
      ],
      finish: { reason: 'tool_calls', native: 'completed' },
    });
  });

  it('reads reasoning, its summary in paragraphs, and its signature', () => {
    const item = {
      type: 'reasoning',
      id: 'rs_1',
      summary: [
        { type: 'summary_text', text: 'ab' },
        { type: 'summary_text', text: 'c' },
      ],
      encrypted_content: 'FINAL',
    };
    const summary = (text: string, summary_index: number) =>
      delta('reasoning_summary_text', text, { summary_index });
    expect(
      decode(
        CREATED,
        added(0, { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'FIRST' }),
        { type: 'response.reasoning_summary_part.added', output_index: 0, summary_index: 0, part: {} },
        summary('a', 0),
        summary('b', 0),
        { type: 'response.reasoning_summary_text.done', output_index: 0, summary_index: 0, text: 'ab' },
        {
          type: 'response.reasoning_summary_part.done',
          output_index: 0,
          summary_index: 1,
          part: { type: 'summary_text', text: 'c' },
        },
        done(0, item),
        done(1, { type: 'reasoning', id: 'rs_2', summary: [], encrypted_content: 'SECOND' }),
        delta('reasoning_text', 'raw', { output_index: 2, content_index: 0 }),
        completed([item]),
      ),
    ).toEqual([
      START,
      { kind: 'reasoning', choice: 0, text: 'a', part: 0, summary: true },
      { kind: 'reasoning', choice: 0, text: 'b', part: 0, summary: true },
      { kind: 'reasoning', choice: 0, text: '\n\nc', part: 0, summary: true },
      {
        kind: 'reasoning_signature',
        choice: 0,
        id: 'rs_1',
        encrypted: true,
        signature: { dialect: 'openai-responses', value: 'FINAL' },
      },
      {
        kind: 'reasoning_signature',
        choice: 0,
        id: 'rs_2',
        encrypted: true,
        signature: { dialect: 'openai-responses', value: 'SECOND' },
      },
      { kind: 'reasoning', choice: 0, text: 'raw', part: 2 },
      FINISH,
      END,
    ]);
  });

  it('reads citations and log probabilities once', () => {
    const annotation = {
      type: 'url_citation',
      url: 'https://x.test',
      title: 't',
      start_index: 0,
      end_index: 2,
    };
    const cited = {
      type: 'response.output_text.annotation.added',
      output_index: 0,
      content_index: 0,
      annotation_index: 0,
      annotation,
    };
    const logprob = (token: string) => ({ token, logprob: -1, top_logprobs: [] });
    const whole = outputText('ab', { annotations: [annotation], logprobs: [logprob('a'), logprob('b')] });
    const { choices } = collectReply(
      decode(
        CREATED,
        added(0, message('msg_1')),
        delta('output_text', 'a', { logprobs: [logprob('a')] }),
        delta('output_text', 'b'),
        cited,
        cited,
        {
          type: 'response.output_text.done',
          output_index: 0,
          text: 'ab',
          logprobs: whole['logprobs' as never],
        },
        done(0, message('msg_1', whole)),
        completed([message('msg_1', whole)]),
      ),
    );
    expect(choices[0]?.parts).toEqual([
      {
        kind: 'text',
        text: 'ab',
        citations: [{ url: 'https://x.test', title: 't', startIndex: 0, endIndex: 2 }],
      },
    ]);
    expect(choices[0]?.logprobs?.map(({ token }) => token)).toEqual(['a', 'b']);
  });

  it('reads refusals, and what ended the reply', () => {
    const incomplete = (reason: string) => ({
      type: 'response.incomplete',
      response: { status: 'incomplete', incomplete_details: { reason }, output: [] },
    });
    const reasonOf = (...events: object[]) => collectReply(decode(CREATED, ...events)).choices[0]?.finish;
    expect(reasonOf(delta('refusal', 'No.'), completed())).toEqual({
      reason: 'refusal',
      native: 'completed',
    });
    expect(reasonOf(incomplete('max_output_tokens'))).toEqual({
      reason: 'length',
      native: 'max_output_tokens',
    });
    expect(reasonOf(incomplete('content_filter'))).toEqual({
      reason: 'content_filter',
      native: 'content_filter',
    });
  });

  it('says nothing of a tier that was only asked for', () => {
    const created = (service_tier: string) =>
      decode({ type: 'response.created', response: { service_tier } })[0];
    expect(created('auto')).toEqual({ kind: 'start' });
    expect(created('flex')).toEqual({ kind: 'start', serviceTier: 'flex' });
  });

  it.each([
    [{ type: 'error', code: 'c', message: 'broke', param: null }],
    [{ type: 'error', error: { code: 'c', message: 'broke' } }],
    [{ type: 'response.failed', response: { error: { code: 'c', message: 'broke' } } }],
    [{ error: { message: 'broke' } }],
  ])('ends with an error, and nothing after it: %j', (event) => {
    expect(decode(CREATED, event, event, delta('output_text', 'x'), completed())).toEqual([
      START,
      { kind: 'error', error: { message: 'broke', param: undefined } },
    ]);
  });

  it('is not at its end without the terminator, and reads nothing after it', () => {
    expect(decode(CREATED, delta('output_text', 'x'))).not.toContainEqual(END);
    expect(decode(CREATED, completed(), CREATED, delta('output_text', 'x'))).toEqual([START, FINISH, END]);
  });

  it('passes over what says nothing', () => {
    const decoder = dialect.decoder();
    expect(['', ' ', '[DONE]'].flatMap((data) => decoder.read({ data }))).toEqual([]);
    expect(
      decode(
        CREATED,
        { type: 'keepalive', sequence_number: 3 },
        { type: 'response.web_search_call.searching', output_index: 0 },
        CREATED,
        completed(),
      ),
    ).toEqual([START, FINISH, END]);
  });

  it.each([
    ['nonsense'],
    ['[]'],
    ['{"type":"response.created","resp'],
    ['{"no":"type"}'],
    [JSON.stringify(added(0, { type: 'web_search_call' }))],
    [JSON.stringify(done(0, { type: 'mcp_call' }))],
    [JSON.stringify(delta('audio', 'AAAA'))],
    [JSON.stringify(delta('custom_tool_call_input', 'x'))],
    [JSON.stringify(completed([{ type: 'code_interpreter_call' }]))],
  ])('throws at what is no event, or can’t be translated: %s', (data) => {
    expect(() => dialect.decoder().read({ data })).toThrow(DialectError);
  });

  it('takes time in proportion to a long list of items', () => {
    const items = Array.from({ length: 200_000 }, (_, at) => message(`msg_${at}`, outputText('x')));
    expect(decode(completed(items))).toHaveLength(200_003);
  });
});
