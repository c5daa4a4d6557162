import { WeirError } from '@weir/core/errors';
import { describe, expect, it } from 'vitest';
import { collectReply } from '../collect-reply.ts';
import type { ReplyContext } from '../dialect.ts';
import { DialectError } from '../dialect-error.ts';
import type { ReplyEvent } from '../reply-event.ts';
import { googleGemini } from './index.ts';

const CONTEXT: ReplyContext = {
  requestId: 'req_1',
  model: 'm',
  createdAtMs: 0,
  usageWanted: true,
  creditLimitTokens: undefined,
};

const message = (parts: object[], more: object = {}) => ({ candidates: [{ content: { parts }, ...more }] });
const LAST = message([{ text: '' }], { finishReason: 'STOP' });
const calls = (...parts: object[]) => message(parts.map((functionCall) => ({ functionCall })));

function decode(...messages: object[]): ReplyEvent[] {
  const decoder = googleGemini.decoder();
  const read = messages.flatMap((item) => decoder.read({ data: JSON.stringify(item) }));
  return [...read, ...decoder.end()];
}

const kinds = (...messages: object[]) => decode(...messages).map(({ kind }) => kind);
const collected = (...messages: object[]) => collectReply(decode(...messages)).choices[0]?.parts;

describe('a stream', () => {
  it('is complete when it is over and each candidate has finished', () => {
    const second = { index: 1, content: { parts: [{ text: 'b' }] } };
    const both = { candidates: [...message([{ text: 'a' }]).candidates, second] };
    expect(kinds(both, LAST)).not.toContain('end');
    const finished = { candidates: [{ ...second, finishReason: 'MAX_TOKENS' }] };
    expect(decode(both, LAST, finished).slice(-3)).toEqual([
      { kind: 'finish', choice: 0, finish: { reason: 'stop', native: 'STOP' } },
      { kind: 'finish', choice: 1, finish: { reason: 'length', native: 'MAX_TOKENS' } },
      { kind: 'end' },
    ]);
  });

  it('is complete when the prompt was blocked', () => {
    expect(decode({ promptFeedback: { blockReason: 'SAFETY' } }).slice(1)).toEqual([
      { kind: 'finish', choice: 0, finish: { reason: 'content_filter', native: 'SAFETY' } },
      { kind: 'end' },
    ]);
    expect(kinds({ promptFeedback: {} })).not.toContain('end');
    expect(kinds()).toEqual([]);
  });

  it('may say in every message that it has finished', () => {
    const events = decode(
      message([{ text: 'a' }], { finishReason: 'STOP' }),
      message([{ text: 'b' }], { finishReason: 'MAX_TOKENS' }),
    );
    expect(events.map(({ kind }) => kind)).toEqual(['start', 'text', 'text', 'finish', 'end']);
    expect(events.at(-2)).toMatchObject({ finish: { reason: 'length' } });
  });

  it('ends by an error, and says no more', () => {
    const error = { error: { code: 503, message: 'overloaded', status: 'UNAVAILABLE' } };
    expect(decode(message([{ text: 'a' }]), error, LAST).slice(2)).toEqual([
      { kind: 'error', error: { message: 'overloaded', param: undefined } },
    ]);
  });

  it('that says what is no reply is an error', () => {
    for (const data of ['{', '[DONE]', '{}', '{"candidates":1}', '{"candidates":[1]}']) {
      expect(() => googleGemini.decoder().read({ data })).toThrow(DialectError);
    }
    expect(googleGemini.decoder().read({ data: ' ' })).toEqual([]);
  });

  it('adds up figures that come apart', () => {
    const usage = (usageMetadata: object) => ({ usageMetadata });
    const messages = [usage({ thoughtsTokenCount: 50 }), usage({ candidatesTokenCount: 10 })];
    expect(decode(...messages, LAST).findLast(({ kind }) => kind === 'usage')).toEqual({
      kind: 'usage',
      usage: { outputTokens: 60, reasoningTokens: 50 },
    });
    const meter = googleGemini.meter();
    for (const item of messages) meter.read(JSON.stringify(item));
    expect(meter.usage).toEqual({ outputTokens: 60, reasoningTokens: 50 });
  });

  it('keeps a text together that is signed after its citations', () => {
    const groundingMetadata = {
      groundingChunks: [{ web: { uri: 'https://a' } }],
      groundingSupports: [{ segment: { startIndex: 2, endIndex: 5 }, groundingChunkIndices: [0] }],
    };
    const signed = message([{ text: 'world', thoughtSignature: 'QQ==' }], { groundingMetadata });
    expect(
      collected(message([{ text: 'hi ' }]), signed, message([], { groundingMetadata, finishReason: 'STOP' })),
    ).toEqual([
      { kind: 'text', text: 'hi world', citations: [{ url: 'https://a', startIndex: 2, endIndex: 5 }] },
      {
        kind: 'reasoning',
        text: '',
        encrypted: true,
        signature: { dialect: 'google-gemini', value: 'QQ==' },
      },
    ]);
  });

  it('may have calls whose arguments come piece by piece', () => {
    const partial = (jsonPath: string, value: object) => ({ jsonPath, ...value });
    const parts = collected(
      calls({ name: 'f', willContinue: true }),
      calls({ partialArgs: [partial('$.a', { stringValue: 'x', willContinue: true })], willContinue: true }),
      calls({
        partialArgs: [
          partial('$.a', { stringValue: 'y' }),
          partial('$.b.c[0]', { numberValue: 1 }),
          partial("$['b']['c'][1].d", { boolValue: true }),
          partial('$["__proto__"].e', { nullValue: 'NULL_VALUE' }),
        ],
        willContinue: true,
      }),
      calls({}),
      calls({ name: 'g', willContinue: true }, { name: 'h' }),
      LAST,
    );
    expect(parts?.map((part) => part.kind === 'tool_call' && [part.id, part.name, part.arguments])).toEqual([
      ['call_0_0', 'f', '{"a":"xy","b":{"c":[1,{"d":true}]},"__proto__":{"e":null}}'],
      ['call_0_1', 'g', '{}'],
      ['call_0_2', 'h', '{}'],
    ]);
    expect({}).not.toHaveProperty('e');
    const whole = { name: 'f', args: { b: {} }, willContinue: true };
    const into = { partialArgs: [partial('$.b.__proto__.e', { numberValue: 1 })], willContinue: true };
    expect(collected(calls(whole), calls(into), LAST)).toMatchObject([{ kind: 'tool_call', name: 'f' }]);
    expect({}).not.toHaveProperty('e');
  });

  it('may end with a call under way', () => {
    const piece = { jsonPath: '$.a', stringValue: 'x' };
    const begun = calls({ name: 'f', partialArgs: [piece], willContinue: true });
    expect(collected(begun, LAST)).toMatchObject([{ kind: 'tool_call', arguments: '{"a":"x"}' }]);
  });

  it.each(['', 'a', '$', '$.a[9]', '$..', '$.s.t'])('with the path %j in a call is an error', (jsonPath) => {
    const first = { jsonPath: '$.s', stringValue: 'x' };
    expect(() => decode(calls({ name: 'f', partialArgs: [first, { jsonPath, numberValue: 1 }] }))).toThrow(
      DialectError,
    );
  });
});

describe('a meter', () => {
  it('says from when on the stream may end', () => {
    const meter = googleGemini.meter();
    const read = (json: object) => meter.read(JSON.stringify(json)).kind;
    expect(read(message([{ text: 'a' }]))).toBe('content');
    expect(read(LAST)).toBe('last');
    expect(read({ usageMetadata: { promptTokenCount: 3 } })).toBe('last');
    expect(meter).toMatchObject({ usage: { inputTokens: 3 }, finishReason: 'STOP' });
    expect(meter.text()).toBe('a');
    expect(meter.read('')).toEqual({ kind: 'last' });
  });

  it('tells blocked prompts, errors and garbage', () => {
    const read = (data: string) => googleGemini.meter().read(data);
    expect(read('{"promptFeedback":{"blockReason":"OTHER"}}')).toEqual({ kind: 'last' });
    expect(read('[{"error":{"message":"no"}}]')).toEqual({
      kind: 'error',
      error: { message: 'no', param: undefined },
    });
    expect(read('{')).toEqual({ kind: 'garbage' });
    expect(read('[DONE]')).toEqual({ kind: 'garbage' });
    expect(read('')).toEqual({ kind: 'content' });
  });
});

describe('a stream of another vendor', () => {
  const encode = (events: readonly ReplyEvent[], context: Partial<ReplyContext> = {}) => {
    const encoder = googleGemini.encoder({ ...CONTEXT, ...context });
    return events.flatMap((event) =>
      encoder.write(event).map(({ data }) => JSON.parse(data) as Record<string, unknown>),
    );
  };
  const toolCall = (call: number): ReplyEvent => ({
    kind: 'tool_call',
    choice: 0,
    call,
    id: `${call}`,
    name: 'f',
  });
  const args = (call: number, text: string): ReplyEvent => ({
    kind: 'tool_arguments',
    choice: 0,
    call,
    text,
  });
  const text = (value: string): ReplyEvent => ({ kind: 'text', choice: 0, text: value });
  const finish = (reason: 'stop' | 'length'): ReplyEvent => ({
    kind: 'finish',
    choice: 0,
    finish: { reason },
  });

  it('is complete with its last message, which has the usage', () => {
    const messages = encode([
      { kind: 'start', id: 'x' },
      text('a'),
      finish('length'),
      { kind: 'usage', usage: { inputTokens: 1, outputTokens: 2 } },
    ]);
    expect(messages).toEqual([
      {
        candidates: [{ content: { parts: [{ text: 'a' }], role: 'model' }, index: 0 }],
        modelVersion: 'm',
        responseId: 'req_1',
      },
    ]);
    const all = encode(
      [text('a'), finish('length'), { kind: 'usage', usage: { inputTokens: 1 } }, { kind: 'end' }],
      { creditLimitTokens: 7 },
    );
    expect(all).toHaveLength(2);
    expect(all[1]).toEqual({
      candidates: [
        { content: { parts: [{ text: '' }], role: 'model' }, index: 0, finishReason: 'MAX_TOKENS' },
      ],
      usageMetadata: { promptTokenCount: 1, totalTokenCount: 1 },
      modelVersion: 'm',
      responseId: 'req_1',
      weir: { output_limit: { reason: 'credit', max_tokens: 7 } },
    });
  });

  it('has its calls whole, however their pieces are mixed', () => {
    const messages = encode([
      toolCall(0),
      args(0, '{"a"'),
      toolCall(1),
      args(1, '{'),
      args(0, ':1}'),
      args(1, '}'),
      text('x'),
    ]);
    expect(messages.map(({ candidates }) => candidates)).toMatchObject([
      [
        {
          content: {
            parts: [
              { functionCall: { id: '0', name: 'f', args: { a: 1 } } },
              { functionCall: { id: '1', name: 'f', args: {} } },
              { text: 'x' },
            ],
          },
        },
      ],
    ]);
    expect(() => encode([toolCall(0), text('x'), args(0, '{}')])).toThrow(DialectError);
  });

  it('says what a call was that is no JSON', () => {
    expect(encode([toolCall(0), args(0, 'x'), finish('stop'), { kind: 'end' }])).toMatchObject([
      {
        candidates: [
          { finishReason: 'MALFORMED_FUNCTION_CALL', finishMessage: 'Malformed function call: f(x)' },
        ],
      },
    ]);
  });

  it('says the same when it is read again', () => {
    const signature = { dialect: 'anthropic-messages', value: 'sig' } as const;
    const events: ReplyEvent[] = [
      { kind: 'start', id: 'x', serviceTier: 'default' },
      { kind: 'reasoning', choice: 0, text: 'h', summary: true },
      { kind: 'reasoning', choice: 0, text: 'm', summary: true },
      { kind: 'reasoning_signature', choice: 0, signature },
      { kind: 'reasoning_signature', choice: 0, signature, encrypted: true },
      text('see '),
      { kind: 'text', choice: 1, text: 'other' },
      text('日本'),
      { kind: 'citation', choice: 0, citation: { url: 'https://a', title: 'A', startIndex: 4, endIndex: 6 } },
      { kind: 'logprobs', choice: 0, tokens: [{ token: 'see', logprob: -1, alternatives: [] }] },
      { kind: 'produced_image', choice: 0, mediaType: 'image/png', data: 'AAAA' },
      { ...toolCall(0), signature } as ReplyEvent,
      args(0, '{"a":1}'),
      { kind: 'finish', choice: 0, finish: { reason: 'tool_calls', native: 'STOP' } },
      { kind: 'finish', choice: 1, finish: { reason: 'stop', native: 'STOP' } },
      { kind: 'usage', usage: { inputTokens: 1, outputTokens: 9, reasoningTokens: 4 } },
      { kind: 'end' },
    ];
    const again = collectReply(decode(...encode(events)));
    const [first] = collectReply(events).choices;
    // Citations are written with the last message, when what they belong to is over.
    const parts = first?.parts.map((part) =>
      part.kind === 'text' ? { kind: 'text', text: part.text } : part,
    );
    expect(again.choices[0]).toEqual({ ...first, parts });
    expect(again.choices[1]?.parts).toEqual([{ kind: 'text', text: 'other' }]);
    expect(again).toMatchObject({ serviceTier: 'default', usage: { outputTokens: 9, reasoningTokens: 4 } });
  });

  it('passes an error on', () => {
    const [error] = encode([{ kind: 'error', error: { message: 'no', param: undefined } }]);
    expect(error).toMatchObject({ error: { code: 502, message: 'no', status: 'UNAVAILABLE' } });
  });
});

describe('an error', () => {
  it('is written as Google does', () => {
    const error = new WeirError('rate_limited', 'slow down', {
      param: 'contents[0]',
      details: { limit: 5 },
      retryAfterSeconds: 48,
    });
    const expected = {
      error: {
        code: 429,
        message: 'slow down',
        status: 'RESOURCE_EXHAUSTED',
        details: [
          {
            '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
            reason: 'rate_limited',
            domain: 'weir',
            metadata: { request_id: 'req_1', param: 'contents[0]', limit: '5' },
          },
          { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '48s' },
        ],
      },
    };
    expect(googleGemini.renderError(error, 'req_1')).toEqual(expected);
    expect(JSON.parse(googleGemini.renderStreamError(error, 'req_1').data)).toEqual(expected);
  });

  it.each([
    ['invalid_request', 'INVALID_ARGUMENT'],
    ['invalid_api_key', 'UNAUTHENTICATED'],
    ['insufficient_credit', 'FAILED_PRECONDITION'],
    ['forbidden', 'PERMISSION_DENIED'],
    ['model_not_found', 'NOT_FOUND'],
    ['internal_error', 'INTERNAL'],
    ['upstream_truncated', 'UNAVAILABLE'],
    ['upstream_timeout', 'DEADLINE_EXCEEDED'],
  ] as const)('%s has the status %s', (code, status) => {
    expect(googleGemini.renderError(new WeirError(code, 'x'), 'r')).toMatchObject({ error: { status } });
  });

  it('of the vendor is read alone or in a list, cleaned, with the field at fault', () => {
    const details = [
      { '@type': 'x' },
      { fieldViolations: [{ field: 'contents[0].role', description: 'd' }] },
    ];
    const error = { error: { code: 400, message: 'see https://ai.google.dev', status: 'X', details } };
    const read = { message: 'see [address]', param: 'contents[0].role' };
    expect(googleGemini.readVendorError(error)).toEqual(read);
    expect(googleGemini.readVendorError([error])).toEqual(read);
    expect(googleGemini.readVendorError({ error: 'no' })).toEqual({ message: 'no', param: undefined });
    for (const none of [{}, [], null, 1, [LAST], { error: null }]) {
      expect(googleGemini.readVendorError(none)).toBeUndefined();
    }
  });

  it.each([
    [[{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '37s' }], 37],
    [[{ retryDelay: '0.250s' }], 0.25],
    [[{ retryDelay: '-5s' }, { retryDelay: '37' }, { retryDelay: 'soon' }, { retryDelay: 37 }], undefined],
    [[{ retryDelay: `${'9'.repeat(13)}s` }], undefined],
    [[null, 1, {}], undefined],
  ])('of the vendor says when to try again: %j', (details, seconds) => {
    const error = { code: 429, message: 'Later.', status: 'RESOURCE_EXHAUSTED', details };
    expect(googleGemini.readVendorError({ error })?.retryAfterSeconds).toBe(seconds);
  });
});
