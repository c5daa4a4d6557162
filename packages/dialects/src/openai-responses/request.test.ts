import { WeirError } from '@weir/core/errors';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Call, Message, Part } from '../call.ts';
import type { RequestTarget } from '../dialect.ts';
import type { JsonObject } from '../json.ts';
import { openaiResponses as dialect } from './index.ts';

const TARGET: RequestTarget = {
  upstreamModel: 'up',
  outputTokensMax: 900,
  quirks: { outputLimitField: 'max_tokens', takesStreamOptions: true },
};

const parse = (body: object) => dialect.parseRequest({ model: 'm', input: 'hi', ...body }, {});
const toCall = (body: object) => dialect.toCall(parse(body));
const messages = (input: unknown) => toCall({ input }).messages;
const rendered = (call: Call, target: Partial<RequestTarget> = {}) =>
  JSON.parse(dialect.renderRequest(call, { ...TARGET, ...target })) as JsonObject;
const again = (call: Call) => dialect.toCall(dialect.parseRequest(rendered(call), {}));

function refusal(act: () => unknown): { param: string | undefined; message: string } {
  try {
    act();
  } catch (error) {
    if (!(error instanceof WeirError)) throw error;
    expect(error.code).toBe('invalid_request');
    expect(error.message).toMatch(new RegExp(`^${(error.param ?? '').replaceAll(/[.[\]()]/g, '\\$&')}`));
    return { param: error.param, message: error.message };
  }
  throw new Error('Nothing was refused.');
}

const CALL: Call = {
  stream: false,
  messages: [{ role: 'user', parts: [{ kind: 'text', text: 'hi' }] }],
  tools: [],
  choices: 1,
  hints: {},
};
const withParts = (role: Message['role'], ...parts: Part[]): Call => ({
  ...CALL,
  messages: [...CALL.messages, { role, parts }],
});

describe('the light layer', () => {
  it('reads what the gateway acts on', () => {
    expect(parse({ stream: true, max_output_tokens: 7, some_new_field: 1 })).toMatchObject({
      model: 'm',
      stream: true,
      usageWanted: true,
      outputTokensMax: 7,
      choices: 1,
      body: { some_new_field: 1 },
    });
    expect(parse({})).toMatchObject({ stream: false, usageWanted: true, outputTokensMax: undefined });
  });

  it.each([
    ['previous_response_id', { previous_response_id: 'resp_1' }],
    ['conversation', { conversation: { id: 'conv_1' } }],
    ['conversation', { conversation: 'conv_1' }],
    ['prompt', { prompt: { id: 'pmpt_1' }, input: undefined }],
    ['background', { background: true }],
    ['store', { store: true }],
    [
      'input[1]',
      {
        input: [
          { role: 'user', content: 'a' },
          { type: 'item_reference', id: 'msg_1' },
        ],
      },
    ],
    ['input[0]', { input: [{ id: 'msg_1' }] }],
    ['input[0]', { input: [{ id: 'msg_1', type: null }] }],
  ])('refuses what would have to be kept: %s %j', (param, body) => {
    const refused = refusal(() => parse(body));
    expect(refused.param).toBe(param);
    expect(refused.message).toContain('keeps nothing');
  });

  it('takes what is null or false for not asked for', () => {
    const body = {
      previous_response_id: null,
      conversation: null,
      prompt: null,
      background: false,
      store: null,
    };
    expect(() => parse(body)).not.toThrow();
    expect(() => parse({ store: false })).not.toThrow();
  });

  it.each([
    ['model', { model: '' }],
    ['model', { model: 5 }],
    ['input', { input: undefined }],
    ['input', { input: 5 }],
    ['stream', { stream: 'yes' }],
    ['max_output_tokens', { max_output_tokens: 0 }],
    ['store', { store: 'no' }],
  ])('refuses a malformed %s: %j', (param, body) => {
    expect(refusal(() => parse(body)).param).toBe(param);
  });

  it.each([null, 'text', [], 5])('refuses a body that is no object: %j', (body) => {
    expect(refusal(() => dialect.parseRequest(body, {})).param).toBeUndefined();
  });

  it('passes everything on but the model, the limit and what would be stored', () => {
    const body = {
      input: [
        { role: 'user', content: 'x' },
        { type: 'web_search_call', id: 'ws_1' },
      ],
      include: ['reasoning.encrypted_content'],
      tools: [{ type: 'web_search' }],
      stream: true,
      stream_options: { include_obfuscation: false },
      some_new_field: { deep: [null] },
    };
    expect(JSON.parse(dialect.passRequest(parse({ ...body, max_output_tokens: 10_000 }), TARGET))).toEqual({
      ...body,
      model: 'up',
      max_output_tokens: 900,
      store: false,
    });
  });

  it('goes where the vendor takes it, with its key', () => {
    expect(dialect.endpoint({ upstreamModel: 'm', stream: true })).toBe('/responses');
    expect(dialect.authHeaders('k')).toEqual({ authorization: 'Bearer k' });
  });
});

describe('the prompt', () => {
  it('is all that the model reads, without names and states', () => {
    const { text, images, extraTokens } = dialect.promptOf(
      parse({
        instructions: 'Be kind.',
        input: [
          { role: 'user', content: [{ type: 'input_text', text: 'look' }] },
          { type: 'function_call', id: 'fc_1', call_id: 'c1', name: 'f', arguments: '{"a":1}' },
          { type: 'function_call_output', call_id: 'c1', output: 'sunny' },
        ],
        tools: [{ type: 'function', name: 'f', parameters: { properties: { city: { type: 'string' } } } }],
        text: { format: { type: 'json_schema', name: 'n', schema: { title: 'T' } } },
      }),
    );
    expect(text.split('\n')).toEqual([
      'Be kind.',
      ...['user', 'look', 'f', '{"a":1}', 'sunny'],
      ...['f', 'properties', 'city', 'type', 'string'],
      ...['n', 'title', 'T'],
    ]);
    expect(images).toBe(0);
    expect(extraTokens).toBe(12);
  });

  it('counts what is no text by what it is', () => {
    const data = 'A'.repeat(320_000);
    const { text, images, extraTokens } = dialect.promptOf(
      parse({
        input: [
          {
            role: 'user',
            content: [
              { type: 'input_image', image_url: `data:image/png;base64,${data}` },
              { type: 'input_file', file_data: data },
            ],
          },
          { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'A'.repeat(1_200) },
        ],
      }),
    );
    expect(text).toBe('user');
    expect(images).toBe(1);
    expect(extraTokens).toBe(1_700 + 10_000 + 100 + 8);
  });

  it('is read as deep as it goes', () => {
    let deep: unknown = 'end';
    for (let i = 0; i < 100_000; i++) deep = [deep];
    expect(dialect.promptOf(parse({ input: [{ role: 'user', content: deep }] })).text).toBe('user\nend');
  });
});

describe('a call', () => {
  it('has the instructions first, and items as messages', () => {
    expect(
      toCall({
        instructions: 'Be kind.',
        input: [
          { role: 'developer', content: 'd' },
          { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'u' }] },
        ],
      }).messages,
    ).toEqual([
      { role: 'system', parts: [{ kind: 'text', text: 'Be kind.' }] },
      { role: 'developer', parts: [{ kind: 'text', text: 'd' }] },
      { role: 'user', parts: [{ kind: 'text', text: 'u' }] },
    ]);
    expect(messages('x')).toEqual([{ role: 'user', parts: [{ kind: 'text', text: 'x' }] }]);
  });

  it('has what the model produced in a row as one message, and results in a row as another', () => {
    const call = (id: string) => ({ type: 'function_call', call_id: id, name: `n${id}`, arguments: '' });
    const result = (id: string, output: unknown) => ({ type: 'function_call_output', call_id: id, output });
    const conversation = messages([
      { role: 'user', content: 'u' },
      {
        type: 'reasoning',
        id: 'rs_1',
        summary: [
          { type: 'summary_text', text: 'a' },
          { type: 'summary_text', text: 'b' },
        ],
        encrypted_content: 'gAAA',
      },
      {
        type: 'message',
        id: 'msg_1',
        status: 'completed',
        role: 'assistant',
        phase: 'commentary',
        content: [
          { type: 'output_text', text: 't', annotations: [], logprobs: [] },
          { type: 'refusal', refusal: 'r' },
        ],
      },
      call('1'),
      call('2'),
      result('1', 'one'),
      result('2', [{ type: 'input_text', text: 'two' }]),
    ]);
    expect(conversation).toEqual([
      { role: 'user', parts: [{ kind: 'text', text: 'u' }] },
      {
        role: 'assistant',
        parts: [
          {
            kind: 'reasoning',
            text: 'a\n\nb',
            summary: true,
            id: 'rs_1',
            encrypted: true,
            signature: { dialect: 'openai-responses', value: 'gAAA' },
          },
          { kind: 'text', text: 't' },
          { kind: 'refusal', text: 'r' },
          { kind: 'tool_call', id: '1', name: 'n1', arguments: '{}' },
          { kind: 'tool_call', id: '2', name: 'n2', arguments: '{}' },
        ],
      },
      {
        role: 'tool',
        parts: [
          { kind: 'tool_result', callId: '1', name: 'n1', content: [{ kind: 'text', text: 'one' }] },
          { kind: 'tool_result', callId: '2', name: 'n2', content: [{ kind: 'text', text: 'two' }] },
        ],
      },
    ]);
  });

  it('has images, files and sound with their bytes or address', () => {
    const content = [
      { type: 'input_image', image_url: 'data:image/png;base64,AAAA', detail: 'original' },
      { type: 'input_image', image_url: 'https://x.test/a.png' },
      { type: 'input_file', file_data: 'data:text/plain;charset=utf-8;base64,BBBB', filename: 'a.txt' },
      { type: 'input_file', file_data: 'CCCC', filename: 'c.pdf' },
      {
        type: 'input_file',
        file_url: 'https://x.test/d.pdf',
        prompt_cache_breakpoint: { mode: 'explicit' },
      },
      { type: 'input_audio', input_audio: { data: 'DDDD', format: 'wav' } },
    ];
    expect(messages([{ role: 'user', content }])[0]?.parts).toEqual([
      { kind: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'AAAA' }, detail: 'high' },
      { kind: 'image', source: { kind: 'url', url: 'https://x.test/a.png' } },
      { kind: 'file', source: { kind: 'data', mediaType: 'text/plain', data: 'BBBB' }, name: 'a.txt' },
      { kind: 'file', source: { kind: 'data', mediaType: 'application/pdf', data: 'CCCC' }, name: 'c.pdf' },
      { kind: 'file', source: { kind: 'url', url: 'https://x.test/d.pdf' }, cache: '5m' },
      { kind: 'audio', data: 'DDDD', format: 'wav' },
    ]);
  });

  it('has the settings', () => {
    expect(
      toCall({
        stream: true,
        tools: [
          { type: 'function', name: 'f', description: 'd', parameters: { type: 'object' }, strict: true },
          { type: 'function', name: 'g', parameters: null, strict: null },
        ],
        tool_choice: { type: 'function', name: 'f' },
        parallel_tool_calls: false,
        temperature: 1.5,
        top_p: 0.5,
        top_logprobs: 3,
        include: ['message.output_text.logprobs', 'reasoning.encrypted_content'],
        text: {
          format: { type: 'json_schema', name: 'n', schema: { a: 1 }, strict: true },
          verbosity: 'low',
        },
        reasoning: { effort: 'high', summary: 'detailed' },
        metadata: { a: 'b' },
        safety_identifier: 's',
        prompt_cache_key: 'k',
        service_tier: 'flex',
        truncation: 'auto',
        max_tool_calls: 3,
        stream_options: { include_obfuscation: true },
      }),
    ).toEqual({
      stream: true,
      messages: [{ role: 'user', parts: [{ kind: 'text', text: 'hi' }] }],
      tools: [{ name: 'f', description: 'd', parameters: { type: 'object' }, strict: true }, { name: 'g' }],
      toolChoice: { kind: 'tool', name: 'f' },
      parallelToolCalls: false,
      choices: 1,
      temperature: 1.5,
      topP: 0.5,
      logprobs: { alternatives: 3 },
      format: { kind: 'json_schema', name: 'n', schema: { a: 1 }, strict: true },
      verbosity: 'low',
      reasoning: { effort: 'high', shown: true },
      hints: { user: 's', metadata: { a: 'b' }, serviceTier: 'flex', promptCacheKey: 'k' },
    });
  });

  it('has only the tools that are allowed', () => {
    const tools = ['f', 'g', 'h'].map((name) => ({ type: 'function', name }));
    const tool_choice = { type: 'allowed_tools', mode: 'required', tools: [tools[2], tools[0]] };
    expect(toCall({ tools, tool_choice })).toMatchObject({
      tools: [{ name: 'f' }, { name: 'h' }],
      toolChoice: { kind: 'required' },
    });
  });

  it('ignores a field that is null', () => {
    expect(
      toCall({ some_new_field: null, text: { format: null }, reasoning: { effort: null }, tools: null }),
    ).toEqual(CALL);
  });

  const user = (part: object) => ({ input: [{ role: 'user', content: [part] }] });
  it.each<[string, object]>([
    ['some_new_field', { some_new_field: 1 }],
    ['stop', { stop: ['x'] }],
    ['context_management', { context_management: [] }],
    ['moderation', { moderation: { model: 'm' } }],
    ['temperature', { temperature: 3 }],
    ['top_p', { top_p: '1' }],
    ['top_logprobs', { top_logprobs: 1.5 }],
    ['include[1]', { include: ['reasoning.encrypted_content', 'other'] }],
    ['parallel_tool_calls', { parallel_tool_calls: 'yes' }],
    ['metadata.a', { metadata: { a: 1 } }],
    ['instructions', { instructions: 5 }],
    ['reasoning.effort', { reasoning: { effort: 'huge' } }],
    ['reasoning.mode', { reasoning: { mode: 'pro' } }],
    ['reasoning.context', { reasoning: { context: 'all_turns' } }],
    ['reasoning.other', { reasoning: { other: 1 } }],
    ['text.verbosity', { text: { verbosity: 'none' } }],
    ['text.format.type', { text: { format: { type: 'grammar' } } }],
    ['text.format.schema', { text: { format: { type: 'json_schema', name: 'n' } } }],
    ['text.format.other', { text: { format: { type: 'text', other: 1 } } }],
    ['tools[0].type', { tools: [{ type: 'web_search' }] }],
    ['tools[0].type', { tools: [{ type: 'custom', name: 'x' }] }],
    ['tools[1].name', { tools: [{ type: 'function', name: 'x' }, { type: 'function' }] }],
    ['tools[0].defer_loading', { tools: [{ type: 'function', name: 'x', defer_loading: true }] }],
    [
      'tools[0].allowed_callers',
      { tools: [{ type: 'function', name: 'x', allowed_callers: ['programmatic'] }] },
    ],
    ['tool_choice.type', { tool_choice: { type: 'file_search' } }],
    ['tool_choice.name', { tool_choice: { type: 'function' } }],
    ['tool_choice', { tool_choice: 'maybe' }],
    [
      'tool_choice.tools[0].name',
      { tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'function', name: 'x' }] } },
    ],
    [
      'tool_choice.tools[0].type',
      { tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'mcp' }] } },
    ],
    ['tool_choice.tools', { tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [] } }],
    ['input[0].type', { input: [{ type: 'web_search_call', id: 'ws_1' }] }],
    ['input[0].type', { input: [{ type: 'custom_tool_call', name: 'x', input: 'y', call_id: 'c' }] }],
    ['input[0].type', { input: [{ type: 'compaction', encrypted_content: 'x' }] }],
    ['input[0].role', { input: [{ type: 'message', content: 'x' }] }],
    ['input[0].role', { input: [{ role: 'tool', content: 'x' }] }],
    ['input[0].content', { input: [{ role: 'user', content: 5 }] }],
    ['input[0].other', { input: [{ role: 'user', content: 'x', other: 1 }] }],
    ['input[0].content[0]', user(['text'])],
    ['input[0].content[0].type', user({ type: 'text', text: 'x' })],
    ['input[0].content[0].type', user({ type: 'refusal', refusal: 'x' })],
    ['input[0].content[0].text', user({ type: 'input_text' })],
    ['input[0].content[0].image_url', user({ type: 'input_image', image_url: 'ftp://x' })],
    ['input[0].content[0].image_url', user({ type: 'input_image', image_url: 'data:image/png,AAAA' })],
    ['input[0].content[0].file_id', user({ type: 'input_image', file_id: 'file-1' })],
    ['input[0].content[0].file_id', user({ type: 'input_file', file_id: 'file-1' })],
    ['input[0].content[0].file_data', user({ type: 'input_file', filename: 'x' })],
    [
      'input[0].content[0].file_data',
      user({ type: 'input_file', file_data: 'x', file_url: 'https://x.test' }),
    ],
    ['input[0].content[0].input_audio', user({ type: 'input_audio' })],
    ['input[0].content[0].input_audio.format', user({ type: 'input_audio', input_audio: { data: 'x' } })],
    [
      'input[0].content[0].annotations[0].type',
      user({ type: 'output_text', text: 'x', annotations: [{ type: 'file_citation', file_id: 'f' }] }),
    ],
    ['input[0].call_id', { input: [{ type: 'function_call', name: 'x', arguments: '{}' }] }],
    [
      'input[0].namespace',
      { input: [{ type: 'function_call', call_id: 'c', name: 'x', arguments: '{}', namespace: 'n' }] },
    ],
    [
      'input[0].caller',
      {
        input: [
          {
            type: 'function_call',
            call_id: 'c',
            name: 'x',
            arguments: '{}',
            caller: { type: 'program', caller_id: 'p' },
          },
        ],
      },
    ],
    ['input[0].output', { input: [{ type: 'function_call_output', call_id: 'c' }] }],
    [
      'input[0].output[0].type',
      {
        input: [
          {
            type: 'function_call_output',
            call_id: 'c',
            output: [{ type: 'input_audio', input_audio: { data: 'x', format: 'wav' } }],
          },
        ],
      },
    ],
    ['input[0].summary[0]', { input: [{ type: 'reasoning', id: 'rs', summary: ['x'] }] }],
    ['input', { input: [{ type: 'reasoning', id: 'rs', summary: [] }] }],
  ])('of which no other dialect has %s, or which is malformed there, is refused', (param, body) => {
    expect(refusal(() => toCall(body)).param).toBe(param);
  });
});

describe('a rendered request', () => {
  it('asks for encrypted reasoning, stores nothing, and has the target’s model and limit', () => {
    expect(rendered({ ...CALL, stream: true })).toEqual({
      model: 'up',
      input: [{ role: 'user', content: 'hi' }],
      max_output_tokens: 900,
      include: ['reasoning.encrypted_content'],
      store: false,
      stream: true,
    });
  });

  it('asks models for no encrypted reasoning that refuse to be asked', () => {
    const includes = (call: Call, upstreamModel: string) => rendered(call, { upstreamModel })['include'];
    for (const model of ['gpt-4o-mini', 'gpt-4.1', 'ft:gpt-4o:x', 'chatgpt-4o-latest', 'gpt-5-chat-latest']) {
      expect(includes(CALL, model)).toBeUndefined();
      expect(includes({ ...CALL, reasoning: { effort: 'low' } }, model)).toEqual([
        'reasoning.encrypted_content',
      ]);
    }
    for (const model of ['gpt-5', 'o3', 'gpt-oss-120b', 'grok-4']) {
      expect(includes(CALL, model)).toEqual(['reasoning.encrypted_content']);
    }
  });

  it('reads back as the same call', () => {
    const call: Call = {
      stream: true,
      messages: [
        { role: 'system', parts: [{ kind: 'text', text: 's' }] },
        {
          role: 'developer',
          parts: [
            { kind: 'text', text: 'd' },
            { kind: 'text', text: 'd2' },
          ],
        },
        {
          role: 'user',
          parts: [
            { kind: 'text', text: 'u' },
            { kind: 'image', source: { kind: 'url', url: 'https://x.test/a.png' }, detail: 'low' },
            { kind: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'AAAA' }, detail: 'auto' },
            {
              kind: 'file',
              source: { kind: 'data', mediaType: 'application/pdf', data: 'BBBB' },
              name: 'b.pdf',
            },
            { kind: 'file', source: { kind: 'url', url: 'https://x.test/c.pdf' } },
            { kind: 'audio', data: 'CCCC', format: 'mp3' },
          ],
        },
        {
          role: 'assistant',
          parts: [
            {
              kind: 'reasoning',
              text: 'thought',
              summary: true,
              id: 'rs_1',
              encrypted: true,
              signature: { dialect: 'openai-responses', value: 'gAAA' },
            },
            {
              kind: 'text',
              text: 'a',
              citations: [{ url: 'https://x.test', title: 't', startIndex: 0, endIndex: 1 }],
            },
            { kind: 'refusal', text: 'no' },
            { kind: 'tool_call', id: 'c1', name: 'f', arguments: '{"a":1}' },
          ],
        },
        {
          role: 'tool',
          parts: [
            {
              kind: 'tool_result',
              callId: 'c1',
              name: 'f',
              content: [
                { kind: 'text', text: 'x' },
                { kind: 'image', source: { kind: 'url', url: 'https://x.test/d.png' }, detail: 'auto' },
              ],
            },
          ],
        },
      ],
      tools: [{ name: 'f', description: 'd', parameters: { type: 'object' }, strict: false }],
      toolChoice: { kind: 'tool', name: 'f' },
      parallelToolCalls: true,
      choices: 1,
      temperature: 0,
      topP: 1,
      logprobs: { alternatives: 2 },
      format: { kind: 'json_schema', name: 'n', schema: {}, description: 'd', strict: true },
      reasoning: { effort: 'xhigh', shown: true },
      verbosity: 'high',
      hints: { user: 'u', metadata: { a: 'b' }, serviceTier: 'priority', promptCacheKey: 'k' },
    };
    expect(again(call)).toEqual(call);
  });

  it.each<[string, Partial<Call>]>([
    ['n', { choices: 2 }],
    ['top_k', { topK: 5 }],
    ['frequency_penalty', { frequencyPenalty: 1 }],
    ['presence_penalty', { presencePenalty: -1 }],
    ['seed', { seed: 0 }],
    ['stop', { stopSequences: ['x'] }],
    ['logit_bias', { logitBias: { 5: 1 } }],
    ['messages[1].name', { messages: [...CALL.messages, { role: 'user', name: 'n', parts: [] }] }],
    [
      'messages[1] (audio)',
      withParts('assistant', { kind: 'text', text: '' }, { kind: 'audio', data: '', format: 'wav' }),
    ],
    ['messages[1] (image)', withParts('assistant', { kind: 'image', source: { kind: 'url', url: 'x' } })],
    ['messages[1] (refusal)', withParts('user', { kind: 'refusal', text: 'x' })],
  ])('refuses what the format has no words for: %s', (field, more) => {
    const refused = refusal(() => dialect.renderRequest({ ...CALL, ...more }, TARGET));
    expect(refused.param).toBe(field);
    expect(refused.message).toContain('openai-responses');
  });

  it('takes settings that say nothing for none', () => {
    expect(rendered({ ...CALL, frequencyPenalty: 0, presencePenalty: 0, logitBias: {} })).toEqual(
      rendered(CALL),
    );
  });

  it('leaves reasoning out that the vendor can’t take up again, and marks of caches', () => {
    const call = withParts(
      'assistant',
      { kind: 'reasoning', text: 'unsigned' },
      { kind: 'reasoning', text: 'x', signature: { dialect: 'anthropic-messages', value: 'S' } },
      { kind: 'text', text: 'a', cache: '1h', citations: [{ citedText: 'c' }] },
      {
        kind: 'tool_call',
        id: 'c',
        name: 'f',
        arguments: '{}',
        signature: { dialect: 'google-gemini', value: 'S' },
      },
    );
    expect(rendered(call)['input']).toEqual([
      { role: 'user', content: 'hi' },
      { role: 'assistant', content: 'a' },
      { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' },
    ]);
  });

  it.each([
    [{ budgetTokens: 0 }, { effort: 'none' }],
    [{ budgetTokens: 1_024 }, { effort: 'low' }],
    [{ budgetTokens: 10_000 }, { effort: 'medium' }],
    [
      { budgetTokens: 32_000, shown: true },
      { effort: 'high', summary: 'auto' },
    ],
    [{ budgetTokens: 32_000, effort: 'minimal' } as const, { effort: 'minimal' }],
    [{ adaptive: true }, undefined],
    [{ shown: false }, undefined],
  ])('makes an effort of %j', (reasoning, expected) => {
    expect(rendered({ ...CALL, reasoning })['reasoning']).toEqual(expected);
  });

  it('leaves hints out that the vendor would refuse', () => {
    const long = 'x'.repeat(65);
    const hints = {
      user: long,
      promptCacheKey: long,
      serviceTier: 'standard_only',
      metadata: { [long]: 'a' },
    };
    expect(rendered({ ...CALL, hints })).toEqual(rendered(CALL));
  });

  it('says of a tool that it is not strict, as this vendor takes it to be', () => {
    expect(rendered({ ...CALL, tools: [{ name: 'f' }] })['tools']).toEqual([
      { type: 'function', name: 'f', parameters: null, strict: false },
    ]);
  });

  it('has a name for a file and for a schema that have none', () => {
    const file = { kind: 'file', source: { kind: 'data', mediaType: 'text/plain', data: 'AA' } } as const;
    expect(rendered(withParts('user', file))['input']).toMatchObject([
      {},
      { content: [{ filename: 'document.txt', file_data: 'data:text/plain;base64,AA' }] },
    ]);
    expect(rendered({ ...CALL, format: { kind: 'json_schema', schema: {} } })['text']).toEqual({
      format: { type: 'json_schema', name: 'response', schema: {} },
    });
  });

  it('has a system message among the input where there is nothing else', () => {
    const only: Call = { ...CALL, messages: [{ role: 'system', parts: [{ kind: 'text', text: 's' }] }] };
    expect(rendered(only)).toMatchObject({ input: [{ role: 'system', content: 's' }] });
    expect(rendered(only)).not.toHaveProperty('instructions');
  });

  // Some engines write any depth.
  it('is written, or refused, however deep it is nested', () => {
    let deep: unknown = 'x';
    for (let i = 0; i < 100_000; i++) deep = [deep];
    const tools = [{ name: 'f', parameters: { deep } }];
    for (const write of [
      () => dialect.renderRequest({ ...CALL, tools }, TARGET),
      () => dialect.passRequest(parse({ deep }), TARGET),
    ]) {
      try {
        expect(write()).toContain('[[[');
      } catch (error) {
        expect(error).toMatchObject({ code: 'invalid_request' });
      }
    }
  });
});

describe('signatures', () => {
  const item = (more: object) => ({ type: 'reasoning', id: 'rs_x', summary: [], ...more });

  it('of other dialects come back as they were', () => {
    expect(
      messages([
        item({ encrypted_content: 'anthropic-messages:RED', id: 'rs_req_1_0' }),
        item({
          encrypted_content: 'anthropic-messages:SIG',
          content: [{ type: 'reasoning_text', text: 't' }],
        }),
        item({
          encrypted_content: 'anthropic-messages:HID',
          content: [{ type: 'reasoning_text', text: '' }],
        }),
        item({ encrypted_content: 'nonsense:X' }),
      ])[0]?.parts,
    ).toEqual([
      {
        kind: 'reasoning',
        text: '',
        encrypted: true,
        signature: { dialect: 'anthropic-messages', value: 'RED' },
      },
      {
        kind: 'reasoning',
        text: 't',
        id: 'rs_x',
        signature: { dialect: 'anthropic-messages', value: 'SIG' },
      },
      { kind: 'reasoning', text: '', id: 'rs_x', signature: { dialect: 'anthropic-messages', value: 'HID' } },
      {
        kind: 'reasoning',
        text: '',
        id: 'rs_x',
        encrypted: true,
        signature: { dialect: 'openai-responses', value: 'nonsense:X' },
      },
    ]);
  });

  it('of calls come back with their calls', () => {
    expect(
      messages([
        item({ id: 'rs_for_c1', encrypted_content: 'google-gemini:SIG' }),
        { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{}' },
      ])[0]?.parts,
    ).toEqual([
      {
        kind: 'tool_call',
        id: 'c1',
        name: 'f',
        arguments: '{}',
        signature: { dialect: 'google-gemini', value: 'SIG' },
      },
    ]);
  });
});

describe('a request of any shape', () => {
  it('is read or refused, with nothing else thrown', () => {
    const types = fc.constantFrom(
      ...['message', 'function_call', 'function_call_output', 'reasoning', 'input_text', 'input_image'],
      ...['input_file', 'input_audio', 'output_text', 'refusal', 'function', 'json_schema', 'allowed_tools'],
    );
    const field = fc.constantFrom(
      ...['role', 'content', 'text', 'output', 'summary', 'encrypted_content', 'image_url', 'file_data'],
      ...['call_id', 'name', 'arguments', 'annotations', 'tools', 'mode', 'format', 'schema', '__proto__'],
    );
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom<unknown>(null, 'user', 'assistant', 'data:image/png;base64,AA', 5, true, ''),
        fc.array(tie('value'), { maxLength: 3 }),
        fc
          .tuple(fc.dictionary(field, tie('value'), { maxKeys: 4 }), fc.option(types))
          .map(([object, type]) => (type === null ? object : { ...object, type })),
      ),
    }));
    fc.assert(
      fc.property(value, value, value, fc.jsonValue(), (input, tools, other, junk) => {
        for (const body of [
          junk,
          { model: 'm', input, tools },
          { model: 'm', input: [input], text: other, tool_choice: tools },
          { model: 'm', input: [{ role: 'user', content: [input, other] }], metadata: junk, include: tools },
        ]) {
          try {
            const request = dialect.parseRequest(body, {});
            dialect.promptOf(request);
            dialect.passRequest(request, TARGET);
            dialect.renderRequest(dialect.toCall(request), TARGET);
          } catch (error) {
            expect(error).toBeInstanceOf(WeirError);
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
