import { describe, expect, it } from 'vitest';
import { DialectError } from '../dialect-error.ts';
import type { ReplyContext } from '../dialect.ts';
import { asObject, type JsonObject } from '../json.ts';
import type { FinishReason, Reply, ReplyPart } from '../reply.ts';
import { openaiResponses as dialect } from './index.ts';
import { CONTEXT, message, outputText, response } from './testing/fixtures.ts';

const say = (...content: object[]) => message('msg_1', ...content);
const partsOf = (...output: unknown[]) => dialect.parseReply(response(output)).choices[0]?.parts;
const reply = (parts: readonly ReplyPart[], more: Partial<Reply['choices'][number]> = {}): Reply => ({
  choices: [{ parts, finish: { reason: 'stop' }, ...more }],
});
const render = (one: Reply, more: Partial<ReplyContext> = {}) =>
  dialect.renderReply(one, { ...CONTEXT, ...more });

describe('a vendor’s reply', () => {
  it('is read item by item', () => {
    expect(
      dialect.parseReply(
        response(
          [
            {
              type: 'reasoning',
              id: 'rs_1',
              summary: [{ type: 'summary_text', text: 'a' }],
              content: [{ type: 'reasoning_text', text: 'b' }],
              encrypted_content: 'gAAA',
            },
            say(
              outputText('hello', {
                annotations: [
                  { type: 'url_citation', url: 'https://x.test', title: 't', start_index: 0, end_index: 5 },
                ],
                logprobs: [
                  {
                    token: 'hello',
                    logprob: -0.5,
                    bytes: [104],
                    top_logprobs: [{ token: 'hi', logprob: -1, bytes: [] }],
                  },
                ],
              }),
              outputText('', {}),
            ),
            { type: 'function_call', id: 'fc_1', call_id: 'c1', name: 'f', arguments: '' },
            { type: 'image_generation_call', id: 'ig_1', status: 'completed', result: 'AAAA' },
          ],
          {
            service_tier: 'flex',
            usage: {
              input_tokens: 5,
              input_tokens_details: { cached_tokens: 2 },
              output_tokens: 7,
              output_tokens_details: null,
            },
          },
        ),
      ),
    ).toEqual({
      id: 'resp_1',
      model: 'm',
      serviceTier: 'flex',
      usage: { inputTokens: 5, cachedInputTokens: 2, outputTokens: 7 },
      choices: [
        {
          parts: [
            { kind: 'reasoning', text: 'a', summary: true },
            {
              kind: 'reasoning',
              text: 'b',
              id: 'rs_1',
              encrypted: true,
              signature: { dialect: 'openai-responses', value: 'gAAA' },
            },
            {
              kind: 'text',
              text: 'hello',
              citations: [{ url: 'https://x.test', title: 't', startIndex: 0, endIndex: 5 }],
            },
            { kind: 'tool_call', id: 'c1', name: 'f', arguments: '{}' },
            { kind: 'produced_image', mediaType: 'image/png', data: 'AAAA' },
          ],
          finish: { reason: 'tool_calls', native: 'completed' },
          logprobs: [
            {
              token: 'hello',
              logprob: -0.5,
              bytes: [104],
              alternatives: [{ token: 'hi', logprob: -1 }],
            },
          ],
        },
      ],
    });
  });

  it('is read forgivingly', () => {
    expect(
      partsOf(
        { type: 'reasoning', summary: [] },
        { type: 'function_call', name: 'f', arguments: { a: 1 } },
        say({ type: 'output_text', text: null, annotations: null }),
      ),
    ).toEqual([{ kind: 'tool_call', id: 'call_1', name: 'f', arguments: '{"a":1}' }]);
    expect(dialect.parseReply({ output: [] })).toEqual({
      choices: [{ parts: [], finish: { reason: 'stop' } }],
    });
  });

  it.each([
    ['web_search_call', [{ type: 'web_search_call', id: 'ws_1' }]],
    ['custom_tool_call', [{ type: 'custom_tool_call', name: 'f', input: 'x' }]],
    ['audio', [say({ type: 'audio' })]],
    ['file_citation', [say(outputText('x', { annotations: [{ type: 'file_citation' }] }))]],
    ['no type', [null]],
    ['without a name', [{ type: 'function_call', call_id: 'c' }]],
  ])('with what can’t be translated is an error: %s', (what, output) => {
    expect(() => dialect.parseReply(response(output))).toThrow(DialectError);
    expect(() => dialect.parseReply(response(output))).toThrow(what);
  });

  it.each([
    [null],
    ['text'],
    [{ choices: [] }],
    [response([], { status: 'in_progress' })],
    [response([], { status: 'queued' })],
    [response([], { status: 'cancelled' })],
    [response([], { status: 'failed', error: { code: 'server_error', message: 'broke' } })],
    [response([], { status: 'failed', error: null })],
  ])('that is none, or not whole, is an error: %j', (json) => {
    expect(() => dialect.parseReply(json)).toThrow(DialectError);
  });

  it.each<[FinishReason, string | undefined, object[], object]>([
    ['stop', 'completed', [say(outputText('x'))], {}],
    ['refusal', 'completed', [say({ type: 'refusal', refusal: 'no' })], {}],
    ['tool_calls', 'completed', [{ type: 'function_call', call_id: 'c', name: 'f' }], {}],
    [
      'length',
      'max_output_tokens',
      [],
      { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } },
    ],
    [
      'content_filter',
      'content_filter',
      [],
      { status: 'incomplete', incomplete_details: { reason: 'content_filter' } },
    ],
    ['pause', 'pause', [], { status: 'incomplete', incomplete_details: { reason: 'pause' } }],
    ['error', 'incomplete', [], { status: 'incomplete', incomplete_details: null }],
  ])('ends with %s', (reason, native, output, more) => {
    const json = response(output, more);
    expect(dialect.parseReply(json).choices[0]?.finish).toEqual({ reason, native });
    expect(dialect.readReply(json)?.finishReason).toBe(native);
  });

  it('is metered, whatever it is made of', () => {
    expect(
      dialect.readReply(
        response([
          { type: 'reasoning', summary: [{ text: 'a' }], content: [{ text: 'b' }] },
          say(outputText('c'), { type: 'refusal', refusal: 'd' }),
          { type: 'function_call', name: 'e', arguments: '{}' },
          { type: 'custom_tool_call', name: 'f', input: 'g' },
          { type: 'code_interpreter_call', code: 'h' },
          { type: 'shell_call_output', output: [{ stdout: 'not the model’s' }] },
          5,
        ]),
      ),
    ).toEqual({ usage: undefined, text: 'abcde{}fgh', finishReason: 'completed' });
    expect(dialect.readReply({ object: 'list' })).toBeUndefined();
    expect(dialect.readReply('text')).toBeUndefined();
  });

  it.each(['a piece of the reply', 'x'.repeat(41), 5])(
    'keeps no text of the vendor as a reason: %j',
    (reason) => {
      const json = response([], { status: 'incomplete', incomplete_details: { reason } });
      expect(dialect.readReply(json)?.finishReason).toBeUndefined();
    },
  );
});

describe('a rendered reply', () => {
  it('has every field that the official client asks for', () => {
    const rendered = render({
      ...reply([{ kind: 'text', text: 'hello' }]),
      usage: { inputTokens: 5, outputTokens: 7, cacheWrite5mTokens: 1, cacheWrite1hTokens: 2 },
      serviceTier: 'default',
    });
    expect(rendered).toEqual({
      id: 'resp_req_06',
      object: 'response',
      created_at: 1_700_000_000,
      completed_at: null,
      status: 'completed',
      background: false,
      error: null,
      frequency_penalty: null,
      incomplete_details: null,
      instructions: null,
      max_output_tokens: null,
      model: 'gpt',
      output: [
        {
          id: 'msg_req_06_0',
          type: 'message',
          status: 'completed',
          role: 'assistant',
          content: [{ type: 'output_text', annotations: [], logprobs: [], text: 'hello' }],
        },
      ],
      parallel_tool_calls: true,
      presence_penalty: null,
      previous_response_id: null,
      reasoning: { effort: null, summary: null },
      service_tier: 'default',
      store: false,
      temperature: null,
      text: { format: { type: 'text' } },
      tool_choice: 'auto',
      tools: [],
      top_p: null,
      truncation: 'disabled',
      usage: {
        input_tokens: 5,
        input_tokens_details: { cached_tokens: 0, cache_write_tokens: 3 },
        output_tokens: 7,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: 12,
      },
      metadata: {},
    });
  });

  it('makes no zero of a figure that is not known', () => {
    expect(render({ ...reply([]), usage: { inputTokens: 5 } })['usage']).toBeNull();
    expect(render(reply([]))['usage']).toBeNull();
  });

  it.each<[FinishReason, ReplyPart[], string, string | null]>([
    ['stop', [], 'completed', null],
    ['tool_calls', [], 'completed', null],
    ['refusal', [{ kind: 'refusal', text: 'no' }], 'completed', null],
    ['refusal', [{ kind: 'text', text: 'half' }], 'incomplete', 'content_filter'],
    ['length', [{ kind: 'text', text: 'half' }], 'incomplete', 'max_output_tokens'],
    ['content_filter', [], 'incomplete', 'content_filter'],
    ['pause', [], 'incomplete', 'pause'],
    ['error', [], 'failed', null],
  ])('says that it ended with %s', (reason, parts, status, why) => {
    const rendered = render(reply(parts, { finish: { reason } }));
    expect(rendered['status']).toBe(status);
    expect(asObject(rendered['incomplete_details'])?.['reason'] ?? null).toBe(why);
    expect(rendered['error'] === null).toBe(status !== 'failed');
    const items = (rendered['output'] as JsonObject[]).map((item) => item['status']);
    expect(items.every((one) => one === (status === 'completed' ? 'completed' : 'incomplete'))).toBe(true);
  });

  it('is marked where the caller’s credit ended it', () => {
    const cut = reply([{ kind: 'text', text: 'half' }], { finish: { reason: 'length' } });
    const mark = { output_limit: { reason: 'credit', max_tokens: 3 } };
    expect(render(cut, { creditLimitTokens: 3 })['weir']).toEqual(mark);
    expect(render(cut)).not.toHaveProperty('weir');
    expect(render(reply([]), { creditLimitTokens: 3 })).not.toHaveProperty('weir');
  });

  it.each([[[]], [[reply([]).choices[0], reply([]).choices[0]]]])(
    'is none without exactly one choice',
    (choices) => {
      expect(() => render({ choices: choices as Reply['choices'] })).toThrow(DialectError);
    },
  );

  it('reads back as the same reply', () => {
    const parts: ReplyPart[] = [
      {
        kind: 'reasoning',
        text: 'shown',
        signature: { dialect: 'anthropic-messages', value: 'S' },
      },
      { kind: 'reasoning', text: '', signature: { dialect: 'anthropic-messages', value: 'HIDDEN' } },
      {
        kind: 'reasoning',
        text: '',
        encrypted: true,
        signature: { dialect: 'anthropic-messages', value: 'REDACTED' },
      },
      { kind: 'reasoning', text: 'unsigned', summary: true },
      {
        kind: 'reasoning',
        text: 'own',
        summary: true,
        id: 'rs_1',
        encrypted: true,
        signature: { dialect: 'openai-responses', value: 'gAAA' },
      },
      { kind: 'text', text: 'a' },
      {
        kind: 'text',
        text: 'b',
        citations: [
          { url: 'https://x.test', title: 't', startIndex: 0, endIndex: 1 },
          { title: 't', citedText: 'c', startIndex: 0, endIndex: 1 },
        ],
      },
      { kind: 'refusal', text: 'no' },
      {
        kind: 'tool_call',
        id: 'c1',
        name: 'f',
        arguments: '{"a":1}',
        signature: { dialect: 'google-gemini', value: 'S' },
      },
      { kind: 'tool_call', id: 'c2', name: 'g', arguments: '{}' },
      { kind: 'text', text: 'after' },
      { kind: 'produced_image', mediaType: 'image/webp', data: 'AAAA' },
    ];
    const one: Reply = {
      ...reply(parts, { finish: { reason: 'tool_calls', native: 'completed' } }),
      usage: { inputTokens: 1, cachedInputTokens: 0, outputTokens: 2, reasoningTokens: 1 },
    };
    const { choices, usage } = dialect.parseReply(render(one));
    expect({ choices, usage }).toEqual(one);
  });

  it('has signatures as their vendors gave them, those of others with the name of their dialect', () => {
    const signed = (dialect: 'openai-responses' | 'anthropic-messages'): ReplyPart => ({
      kind: 'reasoning',
      text: '',
      encrypted: true,
      signature: { dialect, value: 'gAAA' },
    });
    expect(render(reply([signed('openai-responses'), signed('anthropic-messages')]))['output']).toEqual([
      { id: 'rs_req_06_0', type: 'reasoning', summary: [], encrypted_content: 'gAAA' },
      { id: 'rs_req_06_1', type: 'reasoning', summary: [], encrypted_content: 'anthropic-messages:gAAA' },
    ]);
  });

  it('has the log probabilities with the texts that they are of', () => {
    const logprobs = ['ab', 'c', 'de', 'f'].map((token) => ({ token, logprob: -1, alternatives: [] }));
    const rendered = render(
      reply(
        [
          { kind: 'text', text: 'abc' },
          { kind: 'tool_call', id: 'c', name: 'f', arguments: '{}' },
          { kind: 'text', text: 'def' },
        ],
        { logprobs },
      ),
    );
    expect(JSON.stringify(rendered['output']).match(/"token":"\w+"|function_call/g)).toEqual([
      '"token":"ab"',
      '"token":"c"',
      'function_call',
      '"token":"de"',
      '"token":"f"',
    ]);
    expect(dialect.parseReply(rendered).choices[0]?.logprobs).toEqual(logprobs);
  });
});
