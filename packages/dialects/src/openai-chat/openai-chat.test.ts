import { WeirError } from '@weir/core/errors';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_QUIRKS, type Quirks } from '../quirks.ts';
import { sseReader } from '../sse.ts';
import { mergeUsage } from '../usage.ts';
import { readVendorError, renderError } from './errors.ts';
import { readReply } from './reply.ts';
import { parseRequest, passRequest, promptOf } from './request.ts';
import { ChatStreamMeter } from './stream-meter.ts';

const CALL = { model: 'm', messages: [{ role: 'user', content: 'hi' }] };
const TARGET = { upstreamModel: 'up', outputTokensMax: 9, quirks: DEFAULT_QUIRKS };

const rendered = (body: object, quirks: Partial<Quirks> = {}) =>
  JSON.parse(
    passRequest(parseRequest(body), { ...TARGET, quirks: { ...DEFAULT_QUIRKS, ...quirks } }),
  ) as Record<string, unknown>;

describe('a request', () => {
  it('keeps every field that the gateway has no business with', () => {
    const extra = {
      temperature: 0.5,
      tools: [{ type: 'function' }],
      some_vendor_field: { deep: [null, 1] },
      messages: [{ role: 'user', content: 'x', name: 'n' }],
    };
    expect(rendered({ ...CALL, ...extra, max_tokens: 3 })).toEqual({
      ...CALL,
      ...extra,
      model: 'up',
      max_tokens: 9,
    });
  });

  it('asks for usage where the vendor understands it, and only of a stream', () => {
    expect(rendered({ ...CALL, stream: true, stream_options: { other: 1 } })['stream_options']).toEqual({
      other: 1,
      include_usage: true,
    });
    expect(
      rendered(
        { ...CALL, stream: true, stream_options: { include_usage: true } },
        { takesStreamOptions: false },
      ),
    ).not.toHaveProperty('stream_options');
    expect(rendered(CALL)).not.toHaveProperty('stream_options');
  });

  it('carries one limit, the one that was held for, in the field that the vendor knows', () => {
    for (const limits of [{}, { max_tokens: 4 }, { max_completion_tokens: 1, max_tokens: 100_000 }]) {
      const sent = rendered({ ...CALL, ...limits });
      expect(sent['max_tokens']).toBe(9);
      expect(sent).not.toHaveProperty('max_completion_tokens');
      const sentToNewer = rendered({ ...CALL, ...limits }, { outputLimitField: 'max_completion_tokens' });
      expect(sentToNewer['max_completion_tokens']).toBe(9);
      expect(sentToNewer).not.toHaveProperty('max_tokens');
    }
  });

  it.each([
    [[], null],
    ['text', null],
    [{ messages: CALL.messages }, 'model'],
    [{ ...CALL, messages: [] }, 'messages'],
    [{ ...CALL, messages: [{ content: 'x' }] }, 'messages[0].role'],
    [{ ...CALL, stream: 'yes' }, 'stream'],
    [{ ...CALL, n: 0 }, 'n'],
    [{ ...CALL, max_tokens: 1.5 }, 'max_tokens'],
    [{ ...CALL, max_tokens: 1e15 }, 'max_tokens'],
  ])('that is wrong (%j) is an error that names the field', (body, param) => {
    expect(() => parseRequest(body)).toThrow(
      expect.objectContaining({ code: 'invalid_request', param: param ?? undefined }),
    );
  });

  it('of any shape is parsed or refused, with nothing else thrown', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (messages, content) => {
        for (const body of [
          messages,
          { ...CALL, messages },
          { ...CALL, messages: [{ role: 'user', content }], tools: messages },
        ]) {
          try {
            const call = parseRequest(body);
            promptOf(call);
            passRequest(call, TARGET);
          } catch (error) {
            expect(error).toBeInstanceOf(WeirError);
          }
        }
      }),
    );
  });

  it('counts an attachment by what it is, not by the length of its base64', () => {
    const image = { type: 'image_url', image_url: { url: `data:image/png;base64,${'A'.repeat(1_000_000)}` } };
    const { text, extraTokens } = promptOf(
      parseRequest({
        ...CALL,
        messages: [{ role: 'user', content: [{ type: 'text', text: 'look' }, image] }],
      }),
    );
    expect(text).toBe('user\nlook');
    expect(extraTokens).toBeLessThan(10_000);
  });
});

describe('a reply', () => {
  it('is read with its usage, an absent figure staying absent', () => {
    const reading = readReply({
      choices: [
        {
          message: {
            content: 'a',
            reasoning_content: 'b',
            tool_calls: [{ function: { name: 'f', arguments: '{}' } }],
          },
          finish_reason: 'tool_calls',
        },
      ],
      usage: {
        prompt_tokens: 5,
        completion_tokens: 0,
        prompt_tokens_details: { cached_tokens: 0 },
        completion_tokens_details: null,
      },
    });
    expect(reading).toEqual({
      usage: { inputTokens: 5, outputTokens: 0, cachedInputTokens: 0 },
      text: 'baf{}',
      finishReason: 'tool_calls',
      onlyUsage: false,
    });
  });

  it.each([-1, 0.5, '7', 2 ** 31, 1e300, true, [], null])(
    'does not take %j for a count of tokens',
    (figure) => {
      const reading = readReply({ choices: [], usage: { prompt_tokens: 3, completion_tokens: figure } });
      expect(reading?.usage).toEqual({ inputTokens: 3 });
    },
  );

  it('keeps no text of the vendor as a finish reason', () => {
    for (const finish_reason of ['a piece of the reply', 'stop\0', 'x'.repeat(41), 5]) {
      expect(readReply({ choices: [{ finish_reason }] })?.finishReason).toBeUndefined();
    }
  });

  it('of another shape is none', () => {
    expect(readReply({ object: 'list' })).toBeUndefined();
    expect(readReply('text')).toBeUndefined();
  });
});

describe('usage', () => {
  it('merges by the greater figure, absent ones giving way', () => {
    expect(
      mergeUsage({ inputTokens: 5, outputTokens: 1 }, { outputTokens: 3, cachedInputTokens: 0 }),
    ).toEqual({ inputTokens: 5, outputTokens: 3, cachedInputTokens: 0 });
    expect(mergeUsage(undefined, undefined)).toBeUndefined();
  });
});

describe('the stream meter', () => {
  const chunk = (content: string, more: object = {}) =>
    JSON.stringify({
      id: 'chatcmpl-1',
      choices: [{ index: 0, delta: { content }, finish_reason: null }],
      ...more,
    });

  it('reads text, usage and finish reason off chunks that mostly are not parsed', () => {
    const meter = new ChatStreamMeter();
    const words = Array.from({ length: 5_000 }, (_, i) => `wörd ${i} \n`);
    const reader = sseReader(meter);
    const read = words.flatMap((word) =>
      reader
        .push(Buffer.from(`data: ${chunk(word, { usage: null })}\n\n`))
        .events.map(({ reading }) => reading),
    );
    expect(read).toEqual([{ kind: 'content' }]);
    expect(
      meter.read(
        JSON.stringify({ id: 'chatcmpl-1', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }),
      ),
    ).toEqual({ kind: 'content' });
    expect(
      meter.read(
        JSON.stringify({ id: 'chatcmpl-1', choices: [], usage: { prompt_tokens: 2, completion_tokens: 3 } }),
      ),
    ).toEqual({ kind: 'usage' });
    expect(meter.read('[DONE]')).toEqual({ kind: 'terminator' });
    expect(meter.usage).toEqual({ inputTokens: 2, outputTokens: 3 });
    expect(meter.finishReason).toBe('stop');
    expect(meter.text()).toBe(words.join(''));
  });

  describe.each([
    ['dense', (json: string) => json],
    ['spaced', (json: string) => json.replaceAll(/([:,])(?=["[{\dntf])/g, '$1 ')],
    ['in a style of its own', (json: string) => json.replaceAll('":', '" : ')],
    ['padded', (json: string) => json.replace(/\}$/, `,"obfuscation":"${'x'.repeat(json.length % 7)}"}`)],
  ])('lets nothing pass unread that says something (%s)', (_name, style) => {
    const events = (...pieces: string[]) =>
      Buffer.from(pieces.map((piece) => `data: ${style(piece)}\n\n`).join(''));

    it.each([
      [
        'the finish reason',
        JSON.stringify({ id: 'chatcmpl-1', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }),
      ],
      ['usage', chunk('', { usage: { prompt_tokens: 1 } })],
      ['an error', '{"id":"chatcmpl-1","error":{"message":"overloaded"}}'],
      ['an error beside text', chunk('', { error: { message: 'overloaded' } })],
      ['another beginning', '{"object":"list"}'],
      ['a chunk cut short', chunk('cut').slice(0, -2)],
      ['the terminator', '[DONE]'],
    ])('%s', (_what, saying) => {
      const meter = new ChatStreamMeter();
      const reader = sseReader(meter);
      const push = (bytes: Buffer) => reader.push(bytes).events.map(({ data }) => data);
      push(events(chunk('a'), chunk('b')));
      const read = push(events(chunk('c'), chunk('d'), saying, chunk('e')));
      expect(read).toContain(style(saying));
      expect(meter.text()).toBe('abcde');
    });
  });

  it('reads the same text, however the chunks are cut and whatever they carry', () => {
    const delta = fc.oneof(
      fc.record({ content: fc.string({ unit: 'grapheme' }) }),
      fc.record({ reasoning_content: fc.string({ unit: 'binary' }) }),
      fc.record({ content: fc.string(), refusal: fc.string() }),
      fc.record({ tool_calls: fc.tuple(fc.record({ function: fc.record({ arguments: fc.string() }) })) }),
    );
    fc.assert(
      fc.property(fc.array(delta), fc.array(fc.nat(400)), (deltas, cuts) => {
        const chunks = deltas.map((one) => JSON.stringify({ id: 'x', choices: [{ index: 0, delta: one }] }));
        const bytes = Buffer.from(chunks.map((one) => `data: ${one}\n\n`).join(''));
        const meter = new ChatStreamMeter();
        const reader = sseReader(meter);
        let at = 0;
        const passed: Buffer[] = [];
        for (const cut of [...cuts, bytes.length]) {
          const batch = reader.push(bytes.subarray(at, at + cut));
          passed.push(batch.bytes);
          at += cut;
        }
        expect(Buffer.concat(passed)).toEqual(bytes);
        expect(meter.text()).toBe(chunks.map((one) => readReply(JSON.parse(one))?.text).join(''));
      }),
    );
  });

  it('passes usage on that comes with text, as some vendors send it', () => {
    const meter = new ChatStreamMeter();
    expect(meter.read(chunk('end', { usage: { prompt_tokens: 2, completion_tokens: 3 } }))).toEqual({
      kind: 'content',
    });
    expect(meter.usage).toEqual({ inputTokens: 2, outputTokens: 3 });
  });

  it.each(['nonsense', '{"id":"chatcmpl-1","choi', '{"id":"other"}', '[]', 'null'])(
    'knows garbage, first or later: %s',
    (garbage) => {
      expect(new ChatStreamMeter().read(garbage)).toEqual({ kind: 'garbage' });
      const meter = new ChatStreamMeter();
      meter.read(chunk('a'));
      expect(meter.read(garbage)).toEqual({ kind: 'garbage' });
      expect(meter.text()).toBe('a');
    },
  );

  it.each(['', ' '])('passes over an empty event (%j), and a blank after the terminator', (data) => {
    expect(new ChatStreamMeter().read(data)).toEqual({ kind: 'content' });
    expect(new ChatStreamMeter().read(`[DONE]${data}`)).toEqual({ kind: 'terminator' });
  });

  it('takes a chunk with usage and no choices for one that carries only usage', () => {
    expect(new ChatStreamMeter().read('{"usage":{"prompt_tokens":1,"completion_tokens":2}}')).toEqual({
      kind: 'usage',
    });
    expect(new ChatStreamMeter().read('{"choices":[],"usage":[]}')).toEqual({ kind: 'usage' });
    expect(new ChatStreamMeter().read('{"choices":[],"prompt_filter_results":[]}')).toEqual({
      kind: 'content',
    });
  });

  it('knows an error, and text about errors', () => {
    const meter = new ChatStreamMeter();
    expect(meter.read(chunk('an "error" here'))).toEqual({ kind: 'content' });
    expect(meter.read('{"id":"chatcmpl-1","error":{"message":"overloaded"}}')).toEqual({
      kind: 'error',
      error: { message: 'overloaded', param: undefined },
    });
  });
});

describe('an error', () => {
  it('has the shape of OpenAI’s', () => {
    const error = new WeirError('insufficient_credit', 'Top up.', { details: { holdNanoUsd: '5' } });
    expect(renderError(error)).toEqual({
      error: {
        message: 'Top up.',
        type: 'insufficient_quota',
        code: 'insufficient_credit',
        param: null,
        details: { holdNanoUsd: '5' },
      },
    });
  });

  it('of a vendor is cleaned of hosts, keys and organisations', () => {
    const said =
      'Bearer abc123def at https://api.vendor.test/v1?x=1 (10.0.0.7:8080) with sk-proj-abc123DEF for org-abc123def: max_tokens is too large';
    expect(readVendorError({ error: { message: said, param: 'max_tokens' } })).toEqual({
      message: '[key] at [address] ([address]) with [key] for [id]: max_tokens is too large',
      param: 'max_tokens',
    });
    expect(readVendorError({ error: 'plain' })?.message).toBe('plain');
    expect(readVendorError({ choices: [] })).toBeUndefined();
  });
});
