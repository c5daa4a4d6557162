import { describe, expect, it } from 'vitest';
import { collectReply } from '../collect-reply.ts';
import { DialectError } from '../dialect-error.ts';
import type { ReplyContext } from '../dialect.ts';
import type { ReplyEvent } from '../reply-event.ts';
import { anthropicMessages as dialect } from './index.ts';

const block = (index: number, content_block: object) => ({
  type: 'content_block_start',
  index,
  content_block,
});
const delta = (index: number, delta: object) => ({ type: 'content_block_delta', index, delta });

const CONTEXT: ReplyContext = {
  requestId: 'req_1',
  model: 'm',
  createdAtMs: 0,
  usageWanted: true,
  creditLimitTokens: undefined,
};

function encoded(events: readonly ReplyEvent[], context: Partial<ReplyContext> = {}) {
  const encoder = dialect.encoder({ ...CONTEXT, ...context });
  return events.map((event) =>
    encoder.write(event).map(({ event, data }) => {
      const body = JSON.parse(data) as { type: string; [field: string]: unknown };
      expect(event).toBe(body.type);
      return body;
    }),
  );
}

describe('the encoder', () => {
  const text = (text: string, part?: number): ReplyEvent => ({
    kind: 'text',
    choice: 0,
    text,
    ...(part !== undefined && { part }),
  });
  const call = (call: number, id = `c${call}`): ReplyEvent => ({
    kind: 'tool_call',
    choice: 0,
    call,
    id,
    name: 'f',
  });
  const args = (call: number, text: string): ReplyEvent => ({
    kind: 'tool_arguments',
    choice: 0,
    call,
    text,
  });
  const finish = (reason: 'stop' | 'length' | 'refusal' | 'tool_calls'): ReplyEvent => ({
    kind: 'finish',
    choice: 0,
    finish: { reason },
  });
  const usage = (outputTokens: number): ReplyEvent => ({
    kind: 'usage',
    usage: { inputTokens: 3, outputTokens },
  });
  const types = (messages: { type: string }[][]) => messages.map((list) => list.map(({ type }) => type));

  it('begins at once, and writes blocks one after the other', () => {
    const messages = encoded([
      { kind: 'start', id: 'x', model: 'y' },
      text('a', 0),
      text('b', 0),
      text('c', 1),
      { kind: 'citation', choice: 0, citation: { url: 'u' } },
      finish('stop'),
      usage(5),
      { kind: 'end' },
    ]);
    expect(messages[0]).toEqual([
      {
        type: 'message_start',
        message: {
          id: 'msg_1',
          type: 'message',
          role: 'assistant',
          model: 'm',
          content: [],
          stop_reason: null,
          stop_sequence: null,
          stop_details: null,
          usage: {
            input_tokens: 0,
            cache_creation_input_tokens: null,
            cache_read_input_tokens: null,
            cache_creation: null,
            output_tokens: 0,
          },
        },
      },
    ]);
    expect(messages.slice(1)).toMatchObject([
      [block(0, { type: 'text', text: '' }), delta(0, { type: 'text_delta', text: 'a' })],
      [delta(0, { type: 'text_delta', text: 'b' })],
      [
        { type: 'content_block_stop', index: 0 },
        block(1, { type: 'text', text: '' }),
        delta(1, { type: 'text_delta', text: 'c' }),
      ],
      [delta(1, { type: 'citations_delta', citation: { type: 'web_search_result_location', url: 'u' } })],
      [{ type: 'content_block_stop', index: 1 }],
      [
        {
          type: 'message_delta',
          delta: { stop_reason: 'end_turn', stop_sequence: null },
          usage: { input_tokens: 3, output_tokens: 5 },
        },
      ],
      [{ type: 'message_stop' }],
    ]);
  });

  it('says why it ended when the usage is known, or at the end', () => {
    expect(types(encoded([{ kind: 'start' }, usage(1), finish('stop'), { kind: 'end' }]))).toEqual([
      ['message_start'],
      [],
      [],
      ['message_delta', 'message_stop'],
    ]);
    expect(types(encoded([finish('stop'), { kind: 'end' }, text('late')]))).toEqual([
      ['message_start'],
      ['message_delta', 'message_stop'],
      [],
    ]);
    expect(types(encoded([text('x'), { kind: 'end' }]))[1]).toEqual([
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
  });

  it('marks a message that the caller’s credit cut', () => {
    const last = (reason: 'stop' | 'length') =>
      encoded([finish(reason), { kind: 'end' }], { creditLimitTokens: 7 })[1]?.[0];
    expect(last('length')).toMatchObject({ weir: { output_limit: { reason: 'credit', max_tokens: 7 } } });
    expect(last('stop')).not.toHaveProperty('weir');
  });

  it('lets a call wait while the arguments of another are incomplete', () => {
    const messages = encoded([
      call(0),
      args(0, '{"a"'),
      call(1),
      args(1, '{"b":'),
      args(0, ':1}'),
      call(2),
      args(1, '2}'),
      text('so'),
    ]).flat();
    expect(messages.slice(1)).toMatchObject([
      block(0, { type: 'tool_use', id: 'c0' }),
      delta(0, { type: 'input_json_delta', partial_json: '{"a"' }),
      delta(0, { type: 'input_json_delta', partial_json: ':1}' }),
      { type: 'content_block_stop', index: 0 },
      block(1, { type: 'tool_use', id: 'c1', name: 'f', input: {} }),
      delta(1, { type: 'input_json_delta', partial_json: '{"b":2}' }),
      { type: 'content_block_stop', index: 1 },
      block(2, { type: 'tool_use', id: 'c2' }),
      { type: 'content_block_stop', index: 2 },
      block(3, { type: 'text' }),
      delta(3, { type: 'text_delta', text: 'so' }),
    ]);
  });

  it('begins no block for nothing', () => {
    const nothing: ReplyEvent[] = [text(''), { kind: 'reasoning', choice: 0, text: '' }, call(0)];
    expect(encoded(nothing).flat().slice(1)).toMatchObject([block(0, { type: 'tool_use' })]);
  });

  it('streams a call at once when the one before is complete', () => {
    expect(types(encoded([call(0), args(0, '{}'), call(1)]))[2]).toEqual([
      'content_block_stop',
      'content_block_start',
    ]);
    expect(() => encoded([args(0, '{}')])).toThrow(DialectError);
  });

  it('writes a refusal where the end of the reply says that it belongs', () => {
    const refusal: ReplyEvent = { kind: 'refusal', choice: 0, text: 'No.' };
    const refused = encoded([refusal, finish('refusal'), { kind: 'end' }]).flat();
    expect(refused.slice(1)).toMatchObject([
      { delta: { stop_reason: 'refusal', stop_details: { explanation: 'No.' } } },
      { type: 'message_stop' },
    ]);
    const said = encoded([refusal, finish('stop'), { kind: 'end' }]).flat();
    expect(said.slice(1, 3)).toMatchObject([
      block(0, { type: 'text', text: '' }),
      delta(0, { type: 'text_delta', text: 'No.' }),
    ]);
  });

  it('ends with an error, and nothing after it', () => {
    const messages = encoded([
      text('x'),
      { kind: 'error', error: { message: 'Broken', param: undefined } },
      { kind: 'end' },
    ]);
    expect(messages.slice(1)).toEqual([
      [{ type: 'error', error: { type: 'api_error', message: 'Broken' }, request_id: 'req_1' }],
      [],
    ]);
  });

  it('can’t write a picture, nor a second reply', () => {
    expect(() => encoded([{ kind: 'produced_image', choice: 0, mediaType: 'image/png', data: '' }])).toThrow(
      DialectError,
    );
    expect(() => encoded([{ kind: 'text', choice: 1, text: 'x' }])).toThrow(DialectError);
  });

  it('is read again as the reply that was written', () => {
    const foreign = { dialect: 'openai-responses', value: 'enc' } as const;
    const events: ReplyEvent[] = [
      { kind: 'start' },
      { kind: 'reasoning', choice: 0, text: 'one', part: 0 },
      { kind: 'reasoning', choice: 0, text: '', part: 1 },
      { kind: 'reasoning_signature', choice: 0, signature: { dialect: 'google-gemini', value: 'g' } },
      { kind: 'reasoning', choice: 0, text: 'three', part: 2 },
      { kind: 'reasoning_signature', choice: 0, signature: foreign, id: 'rs_1', encrypted: true },
      { kind: 'reasoning_signature', choice: 0, signature: foreign, id: 'rs_2', encrypted: true },
      text('hi'),
      {
        kind: 'tool_call',
        choice: 0,
        call: 0,
        id: 'a',
        name: 'f',
        signature: { dialect: 'google-gemini', value: 'h' },
      },
      call(1),
      args(1, '{}'),
      args(0, '{"x":1}'),
      finish('tool_calls'),
      usage(5),
      { kind: 'end' },
    ];
    const encoder = dialect.encoder(CONTEXT);
    const decoder = dialect.decoder();
    const again = events.flatMap((event) => encoder.write(event)).flatMap((message) => decoder.read(message));
    const { choices } = collectReply(events);
    expect(collectReply(again).choices).toEqual(
      choices.map((choice) => ({ ...choice, finish: { reason: 'tool_calls', native: 'tool_use' } })),
    );
    expect(collectReply(again).usage).toEqual({ inputTokens: 3, outputTokens: 5 });
  });
});
