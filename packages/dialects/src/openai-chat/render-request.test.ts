import { describe, expect, it } from 'vitest';
import type { Call, Message, Part } from '../call.ts';
import type { RequestTarget } from '../dialect.ts';
import { asObject, parseJson, type JsonObject } from '../json.ts';
import { renderRequest } from './render-request.ts';
import { asked, TARGET } from './testing/requests.ts';
import { toCall } from './to-call.ts';

const HI: Message = { role: 'user', parts: [{ kind: 'text', text: 'hi' }] };
const BARE: Call = { stream: false, messages: [HI], tools: [], choices: 1, hints: {} };

const rendered = (more: Partial<Call>, target: RequestTarget = TARGET): JsonObject =>
  asObject(parseJson(renderRequest({ ...BARE, ...more }, target))) ?? {};
const messages = (...given: Message[]) => rendered({ messages: given })['messages'];
const assistant = (...parts: Part[]): Message => ({ role: 'assistant', parts });

const MISTRAL: RequestTarget = { ...TARGET, quirks: { ...TARGET.quirks, takesStreamOptions: false } };

describe('a request to a vendor', () => {
  it('is bare where nothing was asked for', () => {
    expect(rendered({})).toEqual({
      model: 'up',
      messages: [{ role: 'user', content: 'hi' }],
      max_tokens: 9,
    });
  });

  it('limits the output in the field that the vendor knows', () => {
    const quirks = { outputLimitField: 'max_completion_tokens', takesStreamOptions: true } as const;
    const sent = rendered({}, { ...TARGET, quirks });
    expect(sent['max_completion_tokens']).toBe(9);
    expect(sent).not.toHaveProperty('max_tokens');
  });

  it('asks for the usage of a stream, where the vendor understands it', () => {
    expect(rendered({ stream: true })).toMatchObject({
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(rendered({ stream: true }, MISTRAL)).not.toHaveProperty('stream_options');
    expect(rendered({})).not.toHaveProperty('stream_options');
  });

  it('says all that a client of this dialect can say', () => {
    const body = {
      model: 'up',
      messages: [{ role: 'user', content: 'hi', name: 'n' }],
      max_tokens: 9,
      stream: true,
      stream_options: { include_usage: true },
      n: 2,
      temperature: 1.5,
      top_p: 0.9,
      frequency_penalty: -1,
      presence_penalty: 1,
      seed: 7,
      stop: ['END'],
      logit_bias: { '50256': -100 },
      logprobs: true,
      top_logprobs: 3,
      response_format: { type: 'json_schema', json_schema: { name: 's', schema: {}, strict: true } },
      reasoning_effort: 'high',
      tools: [{ type: 'function', function: { name: 'f', description: 'd', parameters: {}, strict: false } }],
      tool_choice: { type: 'function', function: { name: 'f' } },
      parallel_tool_calls: false,
      user: 'u',
      verbosity: 'low',
      service_tier: 'flex',
      prompt_cache_key: 'k',
    };
    expect(parseJson(renderRequest(toCall(asked(body)), TARGET))).toEqual(body);
  });

  it('leaves out hints that the vendor would refuse', () => {
    const hints = { user: 'u', metadata: { a: 'b' }, serviceTier: 'standard_only', promptCacheKey: 'k' };
    expect(rendered({ hints, verbosity: 'low' })).toMatchObject({
      user: 'u',
      verbosity: 'low',
      prompt_cache_key: 'k',
    });
    expect(rendered({ hints })).not.toHaveProperty('metadata');
    expect(rendered({ hints })).not.toHaveProperty('service_tier');
    const sent = rendered({ hints, verbosity: 'low' }, MISTRAL);
    expect(sent).not.toHaveProperty('user');
    expect(sent).not.toHaveProperty('verbosity');
  });

  it.each([
    [{ effort: 'low', budgetTokens: 30_000 }, 'low'],
    [{ budgetTokens: 0 }, 'none'],
    [{ budgetTokens: 4_096 }, 'low'],
    [{ budgetTokens: 12_288 }, 'medium'],
    [{ budgetTokens: 12_289 }, 'high'],
    [{ adaptive: true }, undefined],
  ] as const)('makes an effort of a budget: %j', (reasoning, effort) => {
    expect(rendered({ reasoning })['reasoning_effort']).toBe(effort);
  });

  it('has no choice of tools where there are none', () => {
    const sent = rendered({ toolChoice: { kind: 'auto' }, parallelToolCalls: false });
    expect(sent).not.toHaveProperty('tool_choice');
    expect(sent).not.toHaveProperty('parallel_tool_calls');
    expect(rendered({ toolChoice: { kind: 'required' } })['tool_choice']).toBe('required');
  });

  it('names a schema that has no name', () => {
    expect(
      rendered({ format: { kind: 'json_schema', schema: { type: 'object' } } })['response_format'],
    ).toEqual({
      type: 'json_schema',
      json_schema: { name: 'reply', schema: { type: 'object' } },
    });
  });

  it('joins texts, as not every vendor takes parts', () => {
    const two: Part[] = [
      { kind: 'text', text: 'a', cache: '5m' },
      { kind: 'text', text: 'b' },
    ];
    expect(messages({ role: 'system', parts: two }, assistant(...two))).toEqual([
      { role: 'system', content: 'a\n\nb' },
      { role: 'assistant', content: 'a\n\nb' },
    ]);
  });

  it('has images, sounds and files', () => {
    const parts: Part[] = [
      { kind: 'text', text: 't' },
      { kind: 'image', source: { kind: 'url', url: 'https://x.test/i.png' }, detail: 'low' },
      { kind: 'audio', data: 'AA==', format: 'wav' },
      { kind: 'file', source: { kind: 'data', mediaType: 'application/pdf', data: 'BB==' } },
    ];
    expect(messages({ role: 'user', parts })).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 't' },
          { type: 'image_url', image_url: { url: 'https://x.test/i.png', detail: 'low' } },
          { type: 'input_audio', input_audio: { data: 'AA==', format: 'wav' } },
          { type: 'file', file: { filename: 'file.pdf', file_data: 'data:application/pdf;base64,BB==' } },
        ],
      },
    ]);
  });

  it('sends each result of a tool in a message of its own, errors as such', () => {
    const result = (callId: string, text: string, isError?: boolean): Part => ({
      kind: 'tool_result',
      callId,
      content: [{ kind: 'text', text }],
      ...(isError !== undefined && { isError }),
    });
    expect(
      messages({
        role: 'tool',
        parts: [result('a', 'fine'), result('b', 'disk full', true), result('c', 'Error: no', true)],
      }),
    ).toEqual([
      { role: 'tool', tool_call_id: 'a', content: 'fine' },
      { role: 'tool', tool_call_id: 'b', content: 'Error: disk full' },
      { role: 'tool', tool_call_id: 'c', content: 'Error: no' },
    ]);
  });

  it('sends reasoning back to where such a vendor put it, and no other', () => {
    const own = (value: string) => ({ dialect: 'openai-chat', value }) as const;
    const call: Part = { kind: 'tool_call', id: 'c', name: 'f', arguments: '{}' };
    const tool_calls = [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }];
    const deepseek: Part = { kind: 'reasoning', text: 'r', signature: own('reasoning_content:') };
    const mistral: Part = { kind: 'reasoning', text: 'm', signature: own('thinking:') };
    const openrouter: Part = { kind: 'reasoning', text: 'o', signature: own('anthropic-claude-v1:S') };
    const unsigned: Part = { kind: 'reasoning', text: 'u' };
    const foreign: Part = {
      kind: 'reasoning',
      text: 'f',
      signature: { dialect: 'anthropic-messages', value: 'S' },
    };
    const details = [
      { type: 'reasoning.text', text: 'o', signature: 'S', format: 'anthropic-claude-v1', index: 0 },
    ];
    expect(messages(HI, assistant(deepseek, call))).toMatchObject([
      {},
      { content: null, reasoning_content: 'r', tool_calls },
    ]);
    expect(messages(HI, assistant(mistral, { kind: 'text', text: 't' }))).toMatchObject([
      {},
      {
        content: [
          { type: 'thinking', thinking: [{ type: 'text', text: 'm' }] },
          { type: 'text', text: 't' },
        ],
      },
    ]);
    expect(messages(HI, assistant(openrouter, call))).toMatchObject([{}, { reasoning_details: details }]);
    expect(messages(HI, assistant(unsigned, foreign, call))).toEqual([
      { role: 'user', content: 'hi' },
      { role: 'assistant', content: null, tool_calls },
    ]);
    // DeepSeek asks for it in earlier turns too.
    expect(messages(HI, assistant(deepseek, call), HI)).toMatchObject([{}, { reasoning_content: 'r' }, {}]);
  });

  it('sends back the signature of a tool call that such a vendor wrote', () => {
    const call = { kind: 'tool_call', id: 'c', name: 'f', arguments: '{}' } as const;
    const google = (value: string) => ({ extra_content: { google: { thought_signature: value } } });
    expect(messages(assistant({ ...call, signature: { dialect: 'openai-chat', value: 'S' } }))).toMatchObject(
      [{ tool_calls: [google('S')] }],
    );
    const [sent] = messages(
      assistant({ ...call, signature: { dialect: 'google-gemini', value: 'S' } }),
    ) as JsonObject[];
    expect(JSON.stringify(sent)).not.toContain('extra_content');
  });

  it.each([
    [{ topK: 5 }, 'top_k'],
    [
      { messages: [{ role: 'system', parts: [{ kind: 'audio', data: 'x', format: 'wav' }] }] },
      'messages[0] (audio)',
    ],
    [
      {
        messages: [
          HI,
          { role: 'user', parts: [{ kind: 'file', source: { kind: 'url', url: 'https://x.test/a.pdf' } }] },
        ],
      },
      'messages[1] (file by address)',
    ],
    [
      {
        messages: [
          HI,
          {
            role: 'tool',
            parts: [
              {
                kind: 'tool_result',
                callId: 'c',
                content: [{ kind: 'image', source: { kind: 'url', url: 'https://x.test' } }],
              },
            ],
          },
        ],
      },
      'messages[1] (image in a tool result)',
    ],
    [
      { messages: [assistant({ kind: 'image', source: { kind: 'url', url: 'https://x.test' } })] },
      'messages[0] (image)',
    ],
    [{ messages: [{ role: 'tool', parts: [{ kind: 'text', text: 'x' }] }] }, 'messages[0] (text)'],
    [{ messages: [{ role: 'user', parts: [{ kind: 'refusal', text: 'x' }] }] }, 'messages[0] (refusal)'],
  ] satisfies [Partial<Call>, string][])('refuses what it can’t express: %j', (more, param) => {
    expect(() => rendered(more)).toThrow(expect.objectContaining({ code: 'invalid_request', param }));
  });

  it('is refused where it is nested too deeply', () => {
    const schema = asObject(parseJson(`${'{"1":'.repeat(100_000)}1${'}'.repeat(100_000)}`)) ?? {};
    expect(() => rendered({ tools: [{ name: 'f', parameters: schema }] })).toThrow(
      expect.objectContaining({ code: 'invalid_request' }),
    );
  });
});
