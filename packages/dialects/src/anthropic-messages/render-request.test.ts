import { describe, expect, it } from 'vitest';
import type { Call, Message, Part, Reasoning } from '../call.ts';
import { DEFAULT_QUIRKS } from '../quirks.ts';
import { anthropicMessages as dialect } from './index.ts';

const user = (...parts: Part[]): Message => ({ role: 'user', parts });
const text = (text: string): Part => ({ kind: 'text', text });
const tool = (callId: string, ...content: { kind: 'text'; text: string }[]): Message => ({
  role: 'tool',
  parts: [{ kind: 'tool_result', callId, content }],
});
const call = (id: string, args = '{}'): Part => ({ kind: 'tool_call', id, name: 'f', arguments: args });
const TOOLS = [{ name: 'f' }];

const CALL: Call = { stream: false, messages: [user(text('hi'))], tools: [], choices: 1, hints: {} };

const rendered = (more: Partial<Call>, upstreamModel = 'claude-opus-4-8', outputTokensMax = 10_000) =>
  JSON.parse(
    dialect.renderRequest(
      { ...CALL, ...more },
      {
        upstreamModel,
        outputTokensMax,
        quirks: DEFAULT_QUIRKS,
      },
    ),
  ) as Record<string, unknown>;
const turns = (...messages: Message[]) => rendered({ messages })['messages'];

describe('a call', () => {
  it('is written with all that it says', () => {
    const parameters = { type: 'object', properties: {} };
    expect(
      rendered({
        stream: true,
        messages: [
          { role: 'developer', parts: [{ kind: 'text', text: 'brief', cache: '1h' }] },
          user(text('hi')),
        ],
        tools: [{ name: 'f', description: 'd', parameters, strict: true, cache: '5m' }, { name: 'g' }],
        toolChoice: { kind: 'tool', name: 'f' },
        parallelToolCalls: false,
        temperature: 1,
        topP: 0.5,
        topK: 3,
        stopSequences: ['x'],
        frequencyPenalty: 0,
        format: { kind: 'json_schema', schema: { type: 'object' }, name: 'n', description: 'about' },
        hints: { user: 'u', serviceTier: 'default', metadata: { a: 'b' }, promptCacheKey: 'k' },
        verbosity: 'low',
      }),
    ).toEqual({
      model: 'claude-opus-4-8',
      max_tokens: 10_000,
      stream: true,
      system: [{ type: 'text', text: 'brief', cache_control: { type: 'ephemeral', ttl: '1h' } }],
      messages: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }],
      tools: [
        {
          name: 'f',
          description: 'd',
          input_schema: parameters,
          strict: true,
          cache_control: { type: 'ephemeral' },
        },
        { name: 'g', input_schema: parameters },
      ],
      tool_choice: { type: 'tool', name: 'f', disable_parallel_tool_use: true },
      temperature: 1,
      top_p: 0.5,
      top_k: 3,
      stop_sequences: ['x'],
      output_config: { format: { type: 'json_schema', schema: { type: 'object', description: 'about' } } },
      metadata: { user_id: 'u' },
      service_tier: 'standard_only',
    });
  });

  it.each<[Partial<Call>, unknown]>([
    [{ toolChoice: { kind: 'auto' } }, { type: 'auto' }],
    [{ toolChoice: { kind: 'required' } }, { type: 'any' }],
    [{ toolChoice: { kind: 'none' }, parallelToolCalls: false }, { type: 'none' }],
    [{ parallelToolCalls: false }, { type: 'auto', disable_parallel_tool_use: true }],
    [{ parallelToolCalls: true }, undefined],
    [{ tools: [], toolChoice: { kind: 'auto' } }, undefined],
    [{ tools: [], parallelToolCalls: false }, undefined],
  ])('that chooses its tools so (%j) is written as %j', (more, expected) => {
    expect(rendered({ tools: TOOLS, ...more })['tool_choice']).toEqual(expected);
  });

  const user2 = user(text('and'));
  const system: Message = { role: 'system', parts: [text('s')] };
  const assistant: Message = { role: 'assistant', parts: [text('a')] };
  const file = (mediaType: string): Part => ({ kind: 'file', source: { kind: 'data', mediaType, data: '' } });

  it.each<[Partial<Call>, string]>([
    [{ choices: 2 }, 'n'],
    [{ temperature: 1.5 }, 'temperature'],
    [{ frequencyPenalty: 0.5 }, 'frequency_penalty'],
    [{ presencePenalty: -1 }, 'presence_penalty'],
    [{ seed: 0 }, 'seed'],
    [{ logitBias: { 5: 1 } }, 'logit_bias'],
    [{ logprobs: { alternatives: 0 } }, 'logprobs'],
    [{ format: { kind: 'json' } }, 'response_format'],
    [{ messages: [user({ kind: 'audio', data: '', format: 'wav' })] }, 'messages[0] (audio)'],
    [{ messages: [user(file('application/zip'))] }, 'messages[0] (file)'],
    [
      { messages: [user({ kind: 'image', source: { kind: 'data', mediaType: 'image/heic', data: '' } })] },
      'messages[0] (image)',
    ],
    [
      { messages: [user(text('x')), { role: 'assistant', parts: [file('text/plain')] }] },
      'messages[1] (file)',
    ],
    [{ messages: [{ role: 'system', parts: [file('text/plain')] }, user2] }, 'messages[0] (file)'],
    [{ messages: [{ role: 'user', parts: [text('x')], name: 'Ann' }] }, 'messages[0].name'],
    [{ messages: [user2, assistant, system, user2] }, 'messages[2]'],
    [{ messages: [user2, system, user2] }, 'messages[1]'],
    [{ messages: [user2, assistant, system] }, 'messages[2]'],
    [{ messages: [system] }, 'messages'],
    [{ messages: [user(text(''))] }, 'messages'],
  ])('that can’t be written (%j) is refused, naming %s', (more, param) => {
    expect(() => rendered(more)).toThrow(expect.objectContaining({ code: 'invalid_request', param }));
  });

  it('has its system prompt at the head, and later ones where Anthropic takes them', () => {
    const developer: Message = { role: 'developer', parts: [text('d')] };
    const body = rendered({
      messages: [system, assistant, developer, user2, system, developer, assistant, user2, system],
    });
    expect(body['system']).toEqual([
      { type: 'text', text: 's' },
      { type: 'text', text: 'd' },
    ]);
    expect(
      (body['messages'] as { role: string; content: object[] }[]).map(({ role, content }) => [
        role,
        content.length,
      ]),
    ).toEqual([
      ['assistant', 1],
      ['user', 1],
      ['system', 2],
      ['assistant', 1],
      ['user', 1],
      ['system', 1],
    ]);
  });

  it('has one turn for what one side says, the results of tools first', () => {
    expect(
      turns(
        user(text('a')),
        user(text('b'), text('')),
        { role: 'assistant', parts: [text(''), call('functions.f:0', '{"x":1}')] },
        { role: 'assistant', parts: [call('c2', 'no json'), { kind: 'refusal', text: 'no' }] },
        tool('functions.f:0', { kind: 'text', text: 'one' }),
        user(text('go on')),
        tool('c2'),
      ),
    ).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b' },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'tool_use', id: 'functions-2e-f-3a-0', name: 'f', input: { x: 1 } },
          { type: 'tool_use', id: 'c2', name: 'f', input: { INVALID_JSON: 'no json' } },
          { type: 'text', text: 'no' },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'functions-2e-f-3a-0', content: 'one' },
          { type: 'tool_result', tool_use_id: 'c2' },
          { type: 'text', text: 'go on' },
        ],
      },
    ]);
  });

  it('has images and documents, text being no base64', () => {
    const data = Buffer.from('a;b').toString('base64');
    expect(
      turns(
        user(
          { kind: 'image', source: { kind: 'url', url: 'u' }, detail: 'low', cache: '5m' },
          { kind: 'file', source: { kind: 'data', mediaType: 'text/csv', data }, name: 'a.csv' },
          { kind: 'file', source: { kind: 'data', mediaType: 'application/pdf', data: 'JVBE' } },
          { kind: 'file', source: { kind: 'url', url: 'v' } },
        ),
      ),
    ).toEqual([
      {
        role: 'user',
        content: [
          { type: 'image', source: { type: 'url', url: 'u' }, cache_control: { type: 'ephemeral' } },
          {
            type: 'document',
            source: { type: 'text', media_type: 'text/plain', data: 'a;b' },
            title: 'a.csv',
          },
          { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBE' } },
          { type: 'document', source: { type: 'url', url: 'v' } },
        ],
      },
    ]);
  });

  it('brings back only reasoning that Anthropic signed, and no turn that is empty without', () => {
    const own = { dialect: 'anthropic-messages', value: 's' } as const;
    const foreign = { dialect: 'google-gemini', value: 'g' } as const;
    const parts: Part[] = [
      { kind: 'reasoning', text: 'x', signature: own },
      { kind: 'reasoning', text: '', signature: own, encrypted: true },
      { kind: 'reasoning', text: 'y', signature: foreign },
      { kind: 'reasoning', text: 'z' },
    ];
    expect(turns(user(text('q')), { role: 'assistant', parts }, user(text('r')))).toMatchObject([
      { role: 'user' },
      {
        content: [
          { type: 'thinking', thinking: 'x', signature: 's' },
          { type: 'redacted_thinking', data: 's' },
        ],
      },
      { role: 'user' },
    ]);
    expect(
      turns(user(text('q')), { role: 'assistant', parts: parts.slice(2) }, user(text('r'))),
    ).toHaveLength(1);
  });
});

describe('reasoning', () => {
  const written = (reasoning: Reasoning, model: string, limit = 10_000, more: Partial<Call> = {}) => {
    const { thinking, output_config: config } = rendered({ ...more, reasoning }, model, limit);
    return [thinking, (config as { effort?: string } | undefined)?.effort];
  };
  const enabled = (budget_tokens: number) => ({ type: 'enabled', budget_tokens });
  const OLD = 'claude-sonnet-4-5-20250929';
  const BOTH = 'claude-sonnet-4-6';
  const NEW = 'claude-opus-4-8';

  it.each<[Reasoning, string, number, unknown, string | undefined]>([
    [{ effort: 'high' }, OLD, 10_000, enabled(5_000), undefined],
    [{ effort: 'high' }, OLD, 100_000, enabled(24_576), undefined],
    [{ effort: 'minimal' }, OLD, 2_048, enabled(1_024), undefined],
    [{ effort: 'low' }, OLD, 2_000, enabled(1_024), undefined],
    [{ effort: 'high' }, OLD, 1_025, enabled(1_024), undefined],
    [{ effort: 'high' }, OLD, 1_024, undefined, undefined],
    [{ adaptive: true }, OLD, 1_500, enabled(1_024), undefined],
    [{ effort: 'low' }, 'claude-sonnet-4-20250514', 10_000, enabled(4_096), undefined],
    [{ effort: 'low' }, 'claude-3-7-sonnet-20250219', 10_000, enabled(4_096), undefined],
    [{ effort: 'low' }, 'deepseek-chat', 10_000, enabled(4_096), undefined],
    [{ adaptive: true }, OLD, 100_000, enabled(24_576), undefined],
    [{ budgetTokens: 3_000, effort: 'low' }, OLD, 10_000, enabled(3_000), undefined],
    [{ budgetTokens: 100 }, OLD, 10_000, enabled(1_024), undefined],
    [{ budgetTokens: 20_000 }, OLD, 10_000, enabled(8_976), undefined],
    [{ budgetTokens: 20_000 }, OLD, 1_100, enabled(1_024), undefined],
    [{ budgetTokens: 0, effort: 'high' }, OLD, 10_000, { type: 'disabled' }, undefined],
    [{ effort: 'none' }, OLD, 10_000, { type: 'disabled' }, undefined],
    [{ effort: 'none' }, NEW, 10_000, { type: 'disabled' }, undefined],
    [{ effort: 'none' }, 'claude-opus-5', 10_000, { type: 'disabled' }, undefined],
    [{ effort: 'none' }, 'anthropic/claude-sonnet-5.5', 10_000, { type: 'between_tools' }, undefined],
    [{ budgetTokens: 0, effort: 'high' }, NEW, 10_000, { type: 'disabled' }, 'high'],
    [{ effort: 'minimal' }, NEW, 10, { type: 'adaptive' }, 'low'],
    [{ budgetTokens: 3_000, shown: true }, OLD, 10_000, enabled(3_000), undefined],
    [
      { budgetTokens: 3_000, shown: false },
      OLD,
      10_000,
      { ...enabled(3_000), display: 'omitted' },
      undefined,
    ],
    [{ effort: 'max', shown: true }, NEW, 10_000, { type: 'adaptive', display: 'summarized' }, 'max'],
    [{ adaptive: true, shown: false }, NEW, 10_000, { type: 'adaptive', display: 'omitted' }, undefined],
    [{ budgetTokens: 9_000 }, NEW, 10_000, { type: 'adaptive' }, 'medium'],
    [{ budgetTokens: 90_000 }, 'claude-mythos-preview', 10_000, { type: 'adaptive' }, 'high'],
    [{ effort: 'low' }, 'claude-fable-5-2', 10_000, { type: 'adaptive' }, 'low'],
    [{ effort: 'low' }, BOTH, 10_000, { type: 'adaptive' }, 'low'],
    [{ effort: 'low', budgetTokens: 2_000 }, BOTH, 10_000, enabled(2_000), 'low'],
    [{ shown: true }, NEW, 10_000, undefined, undefined],
  ])(
    'of %j is for %s, with a limit of %i, %j and the effort %s',
    (reasoning, model, limit, thinking, effort) => {
      expect(written(reasoning, model, limit)).toEqual([thinking, effort]);
    },
  );

  it('with a budget that does not fit is refused', () => {
    expect(() => written({ budgetTokens: 2_000 }, OLD, 1_024)).toThrow(
      expect.objectContaining({ code: 'invalid_request', param: 'reasoning' }),
    );
  });

  it.each([
    'claude-mythos-preview',
    'claude-mythos-5',
    'claude-fable-5-1',
    'claude-opus-5-5',
    'anthropic/claude-opus-5.5',
  ])('can’t be nothing where it always thinks: %s', (model) => {
    for (const nothing of [{ effort: 'none' }, { budgetTokens: 0 }] as const) {
      expect(() => written(nothing, model)).toThrow(
        expect.objectContaining({
          code: 'invalid_request',
          param: 'reasoning',
          message: expect.stringContaining('always thinks') as string,
        }),
      );
    }
  });

  it('is left off where a call is forced', () => {
    const forced = { tools: TOOLS, toolChoice: { kind: 'required' } } as const;
    expect(written({ effort: 'high' }, OLD, 10_000, forced)).toEqual([undefined, undefined]);
    expect(written({ effort: 'high' }, NEW, 10_000, forced)).toEqual([undefined, 'high']);
  });

  it('with a budget is left off in a round of calls whose reasoning did not come back', () => {
    const signature = { dialect: 'anthropic-messages', value: 's' } as const;
    const round = (...before: Part[]) => ({
      messages: [user(text('q')), { role: 'assistant', parts: [...before, call('a')] } as const, tool('a')],
    });
    expect(written({ effort: 'high' }, OLD, 10_000, round(text('so')))).toEqual([undefined, undefined]);
    expect(written({ effort: 'high' }, NEW, 10_000, round())).toEqual([{ type: 'adaptive' }, 'high']);
    const back = round({ kind: 'reasoning', text: 'hm', signature });
    expect(written({ effort: 'high' }, OLD, 10_000, back)).toEqual([enabled(5_000), undefined]);
  });
});
