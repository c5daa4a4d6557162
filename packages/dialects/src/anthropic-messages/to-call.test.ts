import { DEFAULT_QUIRKS } from '../quirks.ts';
import { describe, expect, it } from 'vitest';
import { withoutPlaces } from '../testing/without-places.ts';
import { anthropicMessages as dialect } from './index.ts';

const BODY = { model: 'm', max_tokens: 9, messages: [{ role: 'user', content: 'hi' }] };
const TARGET = {
  upstreamModel: 'up',
  outputTokensMax: 9,
  quirks: DEFAULT_QUIRKS,
} as const;

const called = (more: object) =>
  withoutPlaces(dialect.toCall(dialect.parseRequest({ ...BODY, ...more }, {})));
const said = (...content: object[]) => called({ messages: [{ role: 'user', content }] }).messages;
const answered = (...content: object[]) =>
  called({ messages: [...BODY.messages, { role: 'assistant', content }] }).messages.at(-1)?.parts;

describe('a request that passes through', () => {
  const passed = (body: object, outputTokensMax = 9) =>
    JSON.parse(dialect.passRequest(dialect.parseRequest(body, {}), { ...TARGET, outputTokensMax })) as Record<
      string,
      unknown
    >;

  it('keeps every field that the gateway has no business with, and has the target’s model and limit', () => {
    const extra = { system: [{ type: 'text', text: 'x' }], metadata: {}, some_field: { deep: [null, 1] } };
    expect(passed({ ...BODY, ...extra, stream: true })).toEqual({
      ...BODY,
      ...extra,
      stream: true,
      model: 'up',
      max_tokens: 9,
    });
  });

  it('says what the gateway acts on', () => {
    expect(dialect.parseRequest({ ...BODY, stream: true }, {})).toMatchObject({
      model: 'm',
      stream: true,
      usageWanted: true,
      outputTokensMax: 9,
      choices: 1,
    });
    expect(dialect.parseRequest({ ...BODY, max_tokens: null }, {}).outputTokensMax).toBeUndefined();
  });

  it.each([
    [[], undefined],
    [{ messages: BODY.messages }, 'model'],
    [{ ...BODY, messages: [] }, 'messages'],
    [{ ...BODY, messages: [{ content: 'x' }] }, 'messages[0].role'],
    [{ ...BODY, stream: 'yes' }, 'stream'],
    [{ ...BODY, max_tokens: 0 }, 'max_tokens'],
    [{ ...BODY, max_tokens: 1e15 }, 'max_tokens'],
  ])('that is wrong (%j) is an error that names the field', (body, param) => {
    expect(() => dialect.parseRequest(body, {})).toThrow(
      expect.objectContaining({ code: 'invalid_request', param }),
    );
  });

  it('has a thinking budget below the limit, where the gateway lowered it', () => {
    const budget = (asked: number, max_tokens: number, limit: number) =>
      passed({ ...BODY, max_tokens, thinking: { type: 'enabled', budget_tokens: asked } }, limit)['thinking'];
    expect(budget(8_000, 10_000, 4_000)).toEqual({ type: 'enabled', budget_tokens: 2_976 });
    expect(budget(8_000, 10_000, 1_500)).toEqual({ type: 'enabled', budget_tokens: 1_024 });
    expect(budget(2_000, 10_000, 4_000)).toEqual({ type: 'enabled', budget_tokens: 2_000 });
    // With interleaved thinking it may be above what the client set as the limit.
    expect(budget(8_000, 4_000, 4_000)).toEqual({ type: 'enabled', budget_tokens: 8_000 });
    expect(budget(8_000, 10_000, 500)).toEqual({ type: 'enabled', budget_tokens: 8_000 });
  });

  it('is counted by what it says, an attachment by its kind', () => {
    const data = 'A'.repeat(64_000);
    const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data } };
    const pdf = {
      type: 'document',
      title: 't',
      source: { type: 'base64', media_type: 'application/pdf', data },
    };
    const result = { type: 'tool_result', tool_use_id: 'a', content: [{ type: 'text', text: 'r' }, image] };
    const messages = [
      { role: 'user', content: [{ type: 'text', text: 'look' }, image, pdf] },
      { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'f', input: { x: 1 } }] },
      { role: 'user', content: [result] },
    ];
    const tools = [{ name: 'f', input_schema: { type: 'object' } }];
    const body = { ...BODY, system: [{ type: 'text', text: 's' }], messages, tools };
    const { text, extraTokens, images } = dialect.promptOf(dialect.parseRequest(body, {}));
    expect(text).toBe(
      ['s', 'user', 'look', 't', 'assistant', 'f', '{"x":1}', 'user', 'r', JSON.stringify(tools)].join('\n'),
    );
    expect(images).toBe(2);
    expect(extraTokens).toBeGreaterThan(2 * 1_700 + 2_000);
    expect(extraTokens).toBeLessThan(2 * 1_700 + 2_100);
  });

  it('goes to the place for messages, with the key and the version', () => {
    expect(dialect.endpoint({ upstreamModel: 'm', stream: true })).toBe('/messages');
    expect(dialect.authHeaders('k')).toEqual({ 'x-api-key': 'k', 'anthropic-version': '2023-06-01' });
  });
});

describe('a request of a client', () => {
  it('becomes a call, with all that it says', () => {
    const schema = { type: 'object', properties: { a: { type: 'string' } } };
    expect(
      called({
        stream: true,
        system: [{ type: 'text', text: 'be brief', cache_control: { type: 'ephemeral', ttl: '1h' } }],
        temperature: 0.5,
        top_p: 0.9,
        top_k: 40,
        stop_sequences: ['###'],
        tools: [
          {
            name: 'f',
            description: 'd',
            input_schema: schema,
            strict: true,
            cache_control: { type: 'ephemeral' },
            eager_input_streaming: true,
          },
        ],
        tool_choice: { type: 'any', disable_parallel_tool_use: true },
        thinking: { type: 'enabled', budget_tokens: 2_000, display: 'omitted' },
        output_config: { effort: 'xhigh', format: { type: 'json_schema', schema } },
        metadata: { user_id: 'u' },
        service_tier: 'standard_only',
        speed: 'standard',
        container: null,
      }),
    ).toEqual({
      stream: true,
      messages: [
        { role: 'system', parts: [{ kind: 'text', text: 'be brief', cache: '1h' }] },
        { role: 'user', parts: [{ kind: 'text', text: 'hi' }] },
      ],
      tools: [{ name: 'f', description: 'd', parameters: schema, strict: true, cache: '5m' }],
      toolChoice: { kind: 'required' },
      parallelToolCalls: false,
      choices: 1,
      temperature: 0.5,
      topP: 0.9,
      topK: 40,
      stopSequences: ['###'],
      format: { kind: 'json_schema', schema },
      reasoning: { effort: 'xhigh', budgetTokens: 2_000, shown: false },
      hints: { user: 'u', serviceTier: 'default' },
    });
  });

  it('says nothing that it does not say', () => {
    expect(called({})).toEqual({
      stream: false,
      messages: [{ role: 'user', parts: [{ kind: 'text', text: 'hi' }] }],
      tools: [],
      choices: 1,
      hints: {},
    });
  });

  it('may think not at all, or as it sees fit', () => {
    expect(called({ thinking: { type: 'disabled' } }).reasoning).toEqual({ budgetTokens: 0 });
    expect(called({ thinking: { type: 'adaptive', display: 'summarized' } }).reasoning).toEqual({
      adaptive: true,
      shown: true,
    });
    expect(called({ output_config: { effort: 'low' } }).reasoning).toEqual({ effort: 'low' });
  });

  it('has results of tools, with the names of the tools, before what else the user says', () => {
    const image = { type: 'image', source: { type: 'url', url: 'u' } };
    const { messages } = called({
      messages: [
        { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'f', input: { x: 1 } }] },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'well?' },
            {
              type: 'tool_result',
              tool_use_id: 'a',
              content: [{ type: 'text', text: '7' }, image],
              is_error: true,
            },
            { type: 'tool_result', tool_use_id: 'b', content: 'eight' },
            { type: 'tool_result', tool_use_id: 'c' },
          ],
        },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'd', content: '' }] },
      ],
    });
    expect(messages).toEqual([
      { role: 'assistant', parts: [{ kind: 'tool_call', id: 'a', name: 'f', arguments: '{"x":1}' }] },
      {
        role: 'tool',
        parts: [
          {
            kind: 'tool_result',
            callId: 'a',
            name: 'f',
            content: [
              { kind: 'text', text: '7' },
              { kind: 'image', source: { kind: 'url', url: 'u' } },
            ],
            isError: true,
          },
          { kind: 'tool_result', callId: 'b', content: [{ kind: 'text', text: 'eight' }] },
          { kind: 'tool_result', callId: 'c', content: [] },
        ],
      },
      { role: 'user', parts: [{ kind: 'text', text: 'well?' }] },
      { role: 'tool', parts: [{ kind: 'tool_result', callId: 'd', content: [] }] },
    ]);
  });

  it('has images and documents', () => {
    const data = { type: 'base64', media_type: 'application/pdf', data: 'JVBE' };
    expect(
      said(
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBO' } },
        { type: 'document', source: data, title: 'a.pdf', citations: { enabled: false } },
        { type: 'document', source: { type: 'url', url: 'https://x.test/a.pdf' } },
        { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'grüezi' } },
      )[0]?.parts,
    ).toEqual([
      { kind: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'iVBO' } },
      {
        kind: 'file',
        source: { kind: 'data', mediaType: 'application/pdf', data: 'JVBE' },
        name: 'a.pdf',
      },
      { kind: 'file', source: { kind: 'url', url: 'https://x.test/a.pdf' } },
      {
        kind: 'file',
        source: {
          kind: 'data',
          mediaType: 'text/plain',
          data: Buffer.from('grüezi').toString('base64'),
        },
      },
    ]);
  });

  it('brings back reasoning, its own and that of other vendors', () => {
    expect(
      answered(
        { type: 'thinking', thinking: 'hm', signature: 'sig' },
        { type: 'thinking', thinking: 'unsigned', signature: '' },
        { type: 'redacted_thinking', data: 'enc' },
        { type: 'thinking', thinking: 'g', signature: 'google-gemini:abc' },
        { type: 'redacted_thinking', data: 'tool_call:google-gemini:def' },
        { type: 'tool_use', id: 'a', name: 'f', input: {}, caller: { type: 'direct' } },
        { type: 'tool_use', id: 'b', name: 'f', input: {} },
      ),
    ).toEqual([
      { kind: 'reasoning', text: 'hm', signature: { dialect: 'anthropic-messages', value: 'sig' } },
      { kind: 'reasoning', text: 'unsigned' },
      {
        kind: 'reasoning',
        text: '',
        signature: { dialect: 'anthropic-messages', value: 'enc' },
        encrypted: true,
      },
      { kind: 'reasoning', text: 'g', signature: { dialect: 'google-gemini', value: 'abc' } },
      {
        kind: 'tool_call',
        id: 'a',
        name: 'f',
        arguments: '{}',
        signature: { dialect: 'google-gemini', value: 'def' },
      },
      { kind: 'tool_call', id: 'b', name: 'f', arguments: '{}' },
    ]);
  });

  it('brings back citations', () => {
    const citations = [
      { type: 'web_search_result_location', url: 'u', title: 't', cited_text: 'c', encrypted_index: 'x' },
      { type: 'char_location', document_index: 0, document_title: 'd', cited_text: 'e' },
    ];
    expect(answered({ type: 'text', text: 'so', citations })).toEqual([
      {
        kind: 'text',
        text: 'so',
        citations: [
          { url: 'u', title: 't', citedText: 'c' },
          { title: 'd', citedText: 'e' },
        ],
      },
    ]);
  });

  it('has a mark for caching on its last block, where the mark is its own', () => {
    const { messages } = called({ cache_control: { type: 'ephemeral' } });
    expect(messages[0]?.parts).toEqual([{ kind: 'text', text: 'hi', cache: '5m' }]);
  });

  const block = (content: object) => ({ messages: [{ role: 'user', content: [content] }] });
  const answer = (content: object) => ({ messages: [{ role: 'assistant', content: [content] }] });
  const at = 'messages[0].content[0]';
  const source = { type: 'text', media_type: 'text/plain', data: 'x' };

  it.each<[object, string]>([
    [{ container: 'c' }, 'container'],
    [{ mcp_servers: [] }, 'mcp_servers'],
    [{ context_management: {} }, 'context_management'],
    [{ inference_geo: 'us' }, 'inference_geo'],
    [{ speed: 'fast' }, 'speed'],
    [{ metadata: { other: 1 } }, 'metadata.other'],
    [{ temperature: 1.1 }, 'temperature'],
    [{ temperature: '1' }, 'temperature'],
    [{ top_p: -1 }, 'top_p'],
    [{ top_k: 0.5 }, 'top_k'],
    [{ stop_sequences: ['a', 1] }, 'stop_sequences[1]'],
    [{ thinking: { type: 'between_tools' } }, 'thinking.type'],
    [{ thinking: { type: 'enabled', budget_tokens: 3 } }, 'thinking.budget_tokens'],
    [{ thinking: { type: 'adaptive', budget_tokens: 3_000 } }, 'thinking.budget_tokens'],
    [{ thinking: { type: 'adaptive', display: 'loud' } }, 'thinking.display'],
    [{ output_config: { effort: 'huge' } }, 'output_config.effort'],
    [{ output_config: { task_budget: {} } }, 'output_config.task_budget'],
    [{ output_config: { format: { type: 'xml' } } }, 'output_config.format.type'],
    [{ system: [{ type: 'image' }] }, 'system[0].type'],
    [{ system: 5 }, 'system'],
    [{ tools: [{ type: 'web_search_20250305', name: 'web_search' }] }, 'tools[0].type'],
    [{ tools: [{ name: 'f' }] }, 'tools[0].input_schema'],
    [{ tools: [{ name: 'f', input_schema: {}, defer_loading: true }] }, 'tools[0].defer_loading'],
    [{ tools: [{ name: 'f', input_schema: {}, input_examples: [{}] }] }, 'tools[0].input_examples'],
    [{ tools: [{ name: 'f', input_schema: {}, allowed_callers: ['x'] }] }, 'tools[0].allowed_callers'],
    [{ tools: [{ name: 'f', input_schema: {}, new_thing: 1 }] }, 'tools[0].new_thing'],
    [{ tool_choice: { type: 'some' } }, 'tool_choice.type'],
    [{ tool_choice: { type: 'tool' } }, 'tool_choice.name'],
    [{ messages: [{ role: 'tool', content: 'x' }] }, 'messages[0].role'],
    [{ messages: [{ role: 'user', content: 5 }] }, 'messages[0].content'],
    [{ messages: [{ role: 'user', content: [5] }] }, 'messages[0].content[0]'],
    [{ messages: [{ role: 'user', content: 'x', name: 'n' }] }, 'messages[0].name'],
    [block({ type: 'text', text: 5 }), `${at}.text`],
    [block({ type: 'text', text: 'x', cache_control: { type: 'x' } }), `${at}.cache_control.type`],
    [
      block({ type: 'text', text: 'x', cache_control: { type: 'ephemeral', ttl: '1d' } }),
      `${at}.cache_control.ttl`,
    ],
    [block({ type: 'search_result', content: [] }), `${at}.type`],
    [block({ type: 'container_upload', file_id: 'f' }), `${at}.type`],
    [block({ type: 'image', source: { type: 'file', file_id: 'f' } }), `${at}.source.type`],
    [
      block({ type: 'image', source: { type: 'url', url: 'u' }, transformations: {} }),
      `${at}.transformations`,
    ],
    [block({ type: 'document', source: { type: 'content', content: 'x' } }), `${at}.source.type`],
    [block({ type: 'document', source, citations: { enabled: true } }), `${at}.citations.enabled`],
    [block({ type: 'document', source, context: 'c' }), `${at}.context`],
    [block({ type: 'tool_use', id: 'a', name: 'f', input: {} }), `${at}.type`],
    [block({ type: 'tool_result', content: 'x' }), `${at}.tool_use_id`],
    [
      block({ type: 'tool_result', tool_use_id: 'a', content: [{ type: 'tool_reference' }] }),
      `${at}.content[0].type`,
    ],
    [answer({ type: 'server_tool_use', id: 'a', name: 'web_search', input: {} }), `${at}.type`],
    [answer({ type: 'tool_use', id: '', name: 'f', input: {} }), `${at}.id`],
    [answer({ type: 'tool_use', id: 'a', name: 'f', input: 'x' }), `${at}.input`],
    [answer({ type: 'tool_use', id: 'a', name: 'f', input: {}, caller: { type: 'code' } }), `${at}.caller`],
    [answer({ type: 'thinking', signature: 's' }), `${at}.thinking`],
  ])('that says %j is refused, naming %s', (more, param) => {
    expect(() => called(more)).toThrow(expect.objectContaining({ code: 'invalid_request', param }));
  });
});
