import fc from 'fast-check';
import { WeirError } from '@weir/core/errors';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../json.ts';
import { withoutPlaces } from '../testing/without-places.ts';
import { asked } from './testing/requests.ts';
import { toCall } from './to-call.ts';

const HI = [{ role: 'user', content: 'hi' }];
const call = (more: JsonObject) => withoutPlaces(toCall(asked({ model: 'm', messages: HI, ...more })));
const messages = (...given: JsonObject[]) => call({ messages: given }).messages;
const parts = (...content: unknown[]) => messages({ role: 'user', content })[0]?.parts;

describe('a request in the canonical model', () => {
  it('is bare where the client said nothing, or null', () => {
    const bare = {
      stream: false,
      choices: 1,
      messages: [{ role: 'user', parts: [{ kind: 'text', text: 'hi' }] }],
      tools: [],
      hints: {},
    };
    expect(call({})).toEqual(bare);
    expect(call({ stop: null, tools: null, seed: null, reasoning: null, some_field: null })).toEqual(bare);
    expect(
      call({
        store: false,
        modalities: ['text'],
        response_format: { type: 'text' },
        stop: [],
        logit_bias: {},
      }),
    ).toEqual(bare);
  });

  it('has every setting', () => {
    expect(
      call({
        stream: true,
        stream_options: { include_usage: true, include_obfuscation: false },
        n: 2,
        temperature: 1.5,
        top_p: 0.9,
        top_k: 40,
        frequency_penalty: -1,
        presence_penalty: 1,
        seed: 7,
        stop: 'END',
        logit_bias: { '50256': -100 },
        logprobs: true,
        top_logprobs: 3,
        verbosity: 'low',
        parallel_tool_calls: false,
        user: 'u1',
        metadata: { a: 'b' },
        service_tier: 'flex',
        prompt_cache_key: 'k',
        prediction: { type: 'content', content: 'x' },
      }),
    ).toMatchObject({
      stream: true,
      choices: 2,
      temperature: 1.5,
      topP: 0.9,
      topK: 40,
      frequencyPenalty: -1,
      presencePenalty: 1,
      seed: 7,
      stopSequences: ['END'],
      logitBias: { '50256': -100 },
      logprobs: { alternatives: 3 },
      verbosity: 'low',
      parallelToolCalls: false,
      hints: { user: 'u1', metadata: { a: 'b' }, serviceTier: 'flex', promptCacheKey: 'k' },
    });
    expect(call({ safety_identifier: 's' }).hints).toEqual({ user: 's' });
    expect(call({ top_k: 0 })).not.toHaveProperty('topK');
  });

  it.each([
    [{ reasoning_effort: 'high' }, { effort: 'high' }],
    [{ reasoning: { max_tokens: 2000 } }, { budgetTokens: 2000, shown: true }],
    [{ reasoning: { enabled: true } }, { effort: 'medium', shown: true }],
    [{ reasoning: { effort: 'none' } }, { effort: 'none' }],
    [
      { reasoning: { effort: 'low' }, include_reasoning: false },
      { effort: 'low', shown: false },
    ],
    [{ reasoning: { enabled: false, max_tokens: 5 } }, { effort: 'none' }],
    [{ reasoning: { effort: 'low', exclude: true } }, { effort: 'low', shown: false }],
    [{ include_reasoning: true }, { shown: true }],
    [{ reasoning: { summary: 'auto' } }, { shown: true }],
    [{ reasoning: {} }, undefined],
  ])('has reasoning: %j', (given, reasoning) => {
    expect(call(given).reasoning).toEqual(reasoning);
  });

  it('has the format of the output', () => {
    expect(call({ response_format: { type: 'json_object' } }).format).toEqual({ kind: 'json' });
    const json_schema = { name: 'n', description: 'd', strict: true, schema: { type: 'object' } };
    expect(call({ response_format: { type: 'json_schema', json_schema } }).format).toEqual({
      kind: 'json_schema',
      ...json_schema,
    });
  });

  it('has tools, and which of them to call', () => {
    const parameters = { type: 'object', properties: {} };
    const tools = [
      { type: 'function', function: { name: 'f', description: 'd', parameters, strict: true } },
      { type: 'function', function: { name: 'g' }, cache_control: { type: 'ephemeral', ttl: '1h' } },
    ];
    expect(call({ tools }).tools).toEqual([
      { name: 'f', description: 'd', parameters, strict: true },
      { name: 'g', cache: '1h' },
    ]);
    expect(call({ tools, tool_choice: 'required' }).toolChoice).toEqual({ kind: 'required' });
    expect(call({ tools, tool_choice: { type: 'function', function: { name: 'g' } } }).toolChoice).toEqual({
      kind: 'tool',
      name: 'g',
    });
  });

  it('has messages of every role', () => {
    const calls = [
      { id: 'c1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } },
      { id: 'c2', index: 1, function: { name: 'g', arguments: '' } },
    ];
    expect(
      messages(
        { role: 'system', content: 's' },
        { role: 'developer', content: [{ type: 'text', text: 'd' }], name: 'n' },
        { role: 'user', content: 'u' },
        { role: 'assistant', content: '', refusal: null, annotations: [], tool_calls: calls },
        { role: 'tool', tool_call_id: 'c1', content: 'r1' },
        { role: 'tool', tool_call_id: 'c3', name: 'h', content: [{ type: 'text', text: 'r2' }] },
        { role: 'assistant', content: null, refusal: 'no' },
      ),
    ).toEqual([
      { role: 'system', parts: [{ kind: 'text', text: 's' }] },
      { role: 'developer', parts: [{ kind: 'text', text: 'd' }], name: 'n' },
      { role: 'user', parts: [{ kind: 'text', text: 'u' }] },
      {
        role: 'assistant',
        parts: [
          { kind: 'tool_call', id: 'c1', name: 'f', arguments: '{"a":1}' },
          { kind: 'tool_call', id: 'c2', name: 'g', arguments: '{}' },
        ],
      },
      {
        role: 'tool',
        parts: [{ kind: 'tool_result', callId: 'c1', name: 'f', content: [{ kind: 'text', text: 'r1' }] }],
      },
      {
        role: 'tool',
        parts: [{ kind: 'tool_result', callId: 'c3', name: 'h', content: [{ kind: 'text', text: 'r2' }] }],
      },
      { role: 'assistant', parts: [{ kind: 'refusal', text: 'no' }] },
    ]);
  });

  it('has images, sounds and files, and marks for a cache', () => {
    expect(
      parts(
        { type: 'text', text: 't', cache_control: { type: 'ephemeral' } },
        { type: 'image_url', image_url: { url: 'https://x.test/i.png', detail: 'low' } },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } },
        { type: 'input_audio', input_audio: { data: 'AA==', format: 'wav' } },
        { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,BB==' } },
      ),
    ).toEqual([
      { kind: 'text', text: 't', cache: '5m' },
      { kind: 'image', source: { kind: 'url', url: 'https://x.test/i.png' }, detail: 'low' },
      { kind: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'AA==' } },
      { kind: 'audio', data: 'AA==', format: 'wav' },
      { kind: 'file', source: { kind: 'data', mediaType: 'application/pdf', data: 'BB==' }, name: 'a.pdf' },
    ]);
  });

  it('has the reasoning that comes back, with signatures of every dialect', () => {
    const reasoning_details = [
      {
        type: 'reasoning.text',
        text: 'a',
        signature: 'anthropic-messages:S1',
        format: 'anthropic-claude-v1',
        index: 0,
      },
      { type: 'reasoning.encrypted', data: 'anthropic-messages:S2', index: 1 },
      { type: 'reasoning.summary', summary: 'b', id: 'rs_1', format: 'openai-responses-v1', index: 2 },
      { type: 'reasoning.encrypted', data: 'openai-responses:S3', id: 'rs_1', index: 2 },
      { type: 'reasoning.text', text: 'c', signature: 'S4', format: 'anthropic-claude-v1', index: 3 },
    ];
    const extra_content = { google: { thought_signature: 'google-gemini:S5' } };
    const tool_calls = [
      { id: 'c', type: 'function', function: { name: 'f', arguments: '{}' }, extra_content },
    ];
    expect(
      messages({
        role: 'assistant',
        content: 'x',
        reasoning: 'abc',
        reasoning_content: 'abc',
        reasoning_details,
        tool_calls,
      })[0]?.parts,
    ).toEqual([
      { kind: 'reasoning', text: 'a', signature: { dialect: 'anthropic-messages', value: 'S1' } },
      {
        kind: 'reasoning',
        text: '',
        encrypted: true,
        signature: { dialect: 'anthropic-messages', value: 'S2' },
      },
      {
        kind: 'reasoning',
        text: 'b',
        summary: true,
        id: 'rs_1',
        encrypted: true,
        signature: { dialect: 'openai-responses', value: 'S3' },
      },
      {
        kind: 'reasoning',
        text: 'c',
        signature: { dialect: 'openai-chat', value: 'anthropic-claude-v1:S4' },
      },
      { kind: 'text', text: 'x' },
      {
        kind: 'tool_call',
        id: 'c',
        name: 'f',
        arguments: '{}',
        signature: { dialect: 'google-gemini', value: 'S5' },
      },
    ]);
    expect(messages({ role: 'assistant', content: 'x', reasoning_content: 'abc' })[0]?.parts[0]).toEqual({
      kind: 'reasoning',
      text: 'abc',
      signature: { dialect: 'openai-chat', value: 'reasoning_content:' },
    });
  });

  it.each([
    [{ functions: [] }, 'functions'],
    [{ function_call: 'auto' }, 'function_call'],
    [{ audio: { voice: 'ash' } }, 'audio'],
    [{ web_search_options: {} }, 'web_search_options'],
    [{ min_p: 0.1 }, 'min_p'],
    [{ models: ['a'] }, 'models'],
    [{ modalities: ['text', 'audio'] }, 'modalities[1]'],
    [{ stream_options: { other: 1 } }, 'stream_options.other'],
    [{ temperature: 3 }, 'temperature'],
    [{ temperature: '1' }, 'temperature'],
    [{ top_p: -1 }, 'top_p'],
    [{ top_k: 1.5 }, 'top_k'],
    [{ seed: 1.5 }, 'seed'],
    [{ stop: ['a', 1] }, 'stop[1]'],
    [{ stop: '' }, 'stop'],
    [{ logit_bias: { 5: 'x' } }, 'logit_bias.5'],
    [{ top_logprobs: 3 }, 'top_logprobs'],
    [{ logprobs: true, top_logprobs: 21 }, 'top_logprobs'],
    [{ metadata: { a: 1 } }, 'metadata.a'],
    [{ verbosity: 'loud' }, 'verbosity'],
    [{ reasoning_effort: 'huge' }, 'reasoning_effort'],
    [{ reasoning: { effort: 'low' }, reasoning_effort: 'high' }, 'reasoning.effort'],
    [{ reasoning: { other: 1 } }, 'reasoning.other'],
    [{ response_format: { type: 'grammar' } }, 'response_format.type'],
    [{ response_format: { type: 'json_schema' } }, 'response_format.json_schema'],
    [{ response_format: { type: 'json_schema', json_schema: {} } }, 'response_format.json_schema.schema'],
    [{ tools: [{ type: 'custom', custom: {} }] }, 'tools[0].type'],
    [{ tools: [{ type: 'function', function: {} }] }, 'tools[0].function.name'],
    [
      { tools: [{ type: 'function', function: { name: 'f', parameters: 'x' } }] },
      'tools[0].function.parameters',
    ],
    [{ tool_choice: 'some' }, 'tool_choice'],
    [{ tool_choice: { type: 'allowed_tools', allowed_tools: {} } }, 'tool_choice.type'],
    [{ tool_choice: { type: 'function', function: {} } }, 'tool_choice.function.name'],
  ])('refuses %j, and names the field', (more, param) => {
    expect(() => call(more)).toThrow(expect.objectContaining({ code: 'invalid_request', param }));
  });

  const image = (url: string, detail?: string) => ({ type: 'image_url', image_url: { url, detail } });
  const calling = (more: JsonObject) => ({ role: 'assistant', tool_calls: [{ id: 'c', ...more }] });
  it.each([
    [{ role: 'user' }, 'content'],
    [{ role: 'user', content: 5 }, 'content'],
    [{ role: 'user', content: [] }, 'content'],
    [{ role: 'robot', content: 'x' }, 'role'],
    [{ role: 'function', name: 'f', content: 'x' }, 'role'],
    [{ role: 'user', content: 'x', mood: 'good' }, 'mood'],
    [{ role: 'user', content: [null] }, 'content[0]'],
    [{ role: 'user', content: [{ type: 'video_url', video_url: {} }] }, 'content[0].type'],
    [{ role: 'user', content: [{ type: 'refusal', refusal: 'x' }] }, 'content[0].type'],
    [{ role: 'system', content: [image('https://x.test')] }, 'content[0].type'],
    [{ role: 'user', content: [{ type: 'text' }] }, 'content[0].text'],
    [{ role: 'user', content: [{ type: 'text', text: 'x', other: 1 }] }, 'content[0].other'],
    [{ role: 'user', content: [image('ftp://x')] }, 'content[0].image_url.url'],
    [{ role: 'user', content: [image('data:image/png,raw')] }, 'content[0].image_url.url'],
    [{ role: 'user', content: [image('https://x', 'fine')] }, 'content[0].image_url.detail'],
    [{ role: 'user', content: [{ type: 'file', file: { file_id: 'f' } }] }, 'content[0].file.file_id'],
    [{ role: 'user', content: [{ type: 'file', file: { file_data: 'raw' } }] }, 'content[0].file.file_data'],
    [
      { role: 'user', content: [{ type: 'input_audio', input_audio: { data: 'x' } }] },
      'content[0].input_audio.format',
    ],
    [
      {
        role: 'user',
        content: [{ type: 'text', text: 'x', cache_control: { type: 'ephemeral', ttl: '2h' } }],
      },
      'content[0].cache_control.ttl',
    ],
    [{ role: 'assistant', content: null }, 'content'],
    [{ role: 'assistant', audio: { id: 'a' } }, 'audio'],
    [{ role: 'assistant', function_call: { name: 'f' } }, 'function_call'],
    [{ role: 'assistant', content: [image('https://x.test')] }, 'content[0].type'],
    [{ role: 'assistant', reasoning_details: [{ type: 'reasoning.server_tool_call' }] }, 'reasoning_details'],
    [calling({ type: 'custom', custom: {} }), 'tool_calls[0].type'],
    [calling({}), 'tool_calls[0].function'],
    [calling({ function: { name: 'f', arguments: '[1]' } }), 'tool_calls[0].function.arguments'],
    [calling({ function: { name: 'f', arguments: '{"a":' } }), 'tool_calls[0].function.arguments'],
    [{ role: 'tool', content: 'x' }, 'tool_call_id'],
    [{ role: 'tool', tool_call_id: 'c', content: [{ type: 'input_audio' }] }, 'content[0].input_audio'],
  ])('refuses the message %j, and names the field', (message, field) => {
    expect(() => messages({ role: 'user', content: 'hi' }, message)).toThrow(
      expect.objectContaining({ code: 'invalid_request', param: `messages[1].${field}` }),
    );
  });

  it('of any shape is read or refused, with nothing else thrown', () => {
    const field = fc.constantFrom(
      'messages',
      'tools',
      'tool_choice',
      'stop',
      'logit_bias',
      'response_format',
      'reasoning',
      'metadata',
      'stream_options',
    );
    fc.assert(
      fc.property(field, fc.jsonValue(), fc.jsonValue(), (name, value, inner) => {
        const bodies = [
          { [name]: value },
          { messages: [value] },
          {
            messages: [{ role: 'assistant', content: value, tool_calls: inner, reasoning_details: [inner] }],
          },
          { messages: [{ role: 'user', content: [value, { type: 'image_url', image_url: inner }] }] },
          {
            tools: [{ type: 'function', function: value }],
            response_format: { type: 'json_schema', json_schema: inner },
          },
        ];
        for (const body of bodies) {
          try {
            call(body);
          } catch (error) {
            expect(error).toBeInstanceOf(WeirError);
          }
        }
      }),
      { seed: 11 },
    );
  });
});
