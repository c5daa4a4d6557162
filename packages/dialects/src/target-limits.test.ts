import { describe, expect, it } from 'vitest';
import { convertRequest } from './convert-request.ts';
import type { DialectName } from './dialect-name.ts';
import { DIALECTS } from './dialects.ts';
import { DEFAULT_QUIRKS, type Quirks } from './quirks.ts';
import { ADDRESS, TARGET } from './testing/conversion.ts';

const MESSAGES = [{ role: 'user', content: 'Hi' }];
const ANTHROPIC = { max_tokens: 64_000, messages: MESSAGES };

function converted(
  [client, vendor]: readonly [DialectName, DialectName],
  body: object,
  { model = 'm', quirks = {} }: { model?: string; quirks?: Partial<Quirks> } = {},
): Record<string, unknown> {
  const target = { ...TARGET, upstreamModel: model, quirks: { ...DEFAULT_QUIRKS, ...quirks } };
  const request = DIALECTS[client].parseRequest({ model: 'm', ...body }, ADDRESS);
  const sent = convertRequest(request, { client: DIALECTS[client], vendor: DIALECTS[vendor], target });
  return JSON.parse(sent) as Record<string, unknown>;
}

const refusing = (param: string, dialect: DialectName) =>
  expect.objectContaining({
    code: 'invalid_request',
    param,
    message: expect.stringContaining(dialect) as string,
  });

const stops = (count: number) => Array.from({ length: count }, (_, index) => `stop ${index}`);

describe('stop sequences', () => {
  const asked = (count: number) => ({ ...ANTHROPIC, stop_sequences: stops(count) });

  it('are five at most at Google', () => {
    const pair = ['anthropic-messages', 'google-gemini'] as const;
    expect(converted(pair, asked(5))).toMatchObject({ generationConfig: { stopSequences: stops(5) } });
    expect(() => converted(pair, asked(6))).toThrow(refusing('stop_sequences', 'google-gemini'));
  });

  it('are as many as a vendor of openai-chat takes', () => {
    const pair = ['anthropic-messages', 'openai-chat'] as const;
    const quirks = { stopSequencesMax: 4 };
    expect(converted(pair, asked(4), { quirks })['stop']).toEqual(stops(4));
    expect(() => converted(pair, asked(5), { quirks })).toThrow(refusing('stop_sequences', 'openai-chat'));
    expect(converted(pair, asked(7))['stop']).toEqual(stops(7));
  });
});

describe('top_k', () => {
  const pair = ['anthropic-messages', 'openai-chat'] as const;
  const body = { ...ANTHROPIC, top_k: 40 };

  it('is told to a vendor of openai-chat who takes it, and refused for others', () => {
    expect(converted(pair, body, { quirks: { takesTopK: true } })['top_k']).toBe(40);
    expect(() => converted(pair, body)).toThrow(refusing('top_k', 'openai-chat'));
  });
});

describe('how much a model of Google’s is to think', () => {
  const pair = ['openai-chat', 'google-gemini'] as const;
  const config = (body: object, model: string) =>
    converted(pair, { messages: MESSAGES, ...body }, { model })['generationConfig'];
  const budgeted = (tokens: number, model: string) => {
    const thinking = { type: 'enabled', budget_tokens: tokens };
    const sent = converted(['anthropic-messages', 'google-gemini'], { ...ANTHROPIC, thinking }, { model });
    return (sent['generationConfig'] as Record<string, unknown>)['thinkingConfig'];
  };

  it.each([
    'gemini-2.5-pro',
    'models/gemini-2.5-pro-preview-06-05',
    'gemini-3-pro-preview',
    'gemini-3.1-pro',
  ])('can’t be nothing where it always thinks: %s', (model) => {
    expect(() => config({ reasoning_effort: 'none' }, model)).toThrow(
      expect.objectContaining({
        code: 'invalid_request',
        param: 'reasoning_effort',
        message: expect.stringContaining('always thinks') as string,
      }),
    );
  });

  it.each(['gemini-2.5-flash', 'gemini-2.5-flash-lite'])('can be nothing elsewhere: %s', (model) => {
    expect(config({ reasoning_effort: 'none' }, model)).toMatchObject({
      thinkingConfig: { thinkingBudget: 0 },
    });
  });

  it('is the least there is, where that is what comes next to nothing', () => {
    expect(config({ reasoning_effort: 'none' }, 'gemini-3-flash-preview')).toMatchObject({
      thinkingConfig: { thinkingLevel: 'MINIMAL' },
    });
  });

  it.each([
    ['gemini-2.5-pro', 60_000, { thinkingBudget: 32_768 }],
    ['gemini-2.5-pro', 30_000, { thinkingBudget: 30_000 }],
    ['gemini-2.5-flash', 60_000, { thinkingBudget: 24_576 }],
    ['gemini-2.5-flash-lite', 60_000, { thinkingBudget: 24_576 }],
    ['gemini-3-pro-preview', 60_000, { thinkingLevel: 'HIGH' }],
    ['gemini-3-pro-preview', 2_000, { thinkingLevel: 'LOW' }],
    ['of-my-own', 60_000, { thinkingBudget: 60_000 }],
  ])('is brought within what it takes: %s, %i tokens', (model, tokens, expected) => {
    expect(budgeted(tokens, model)).toEqual({ ...expected, includeThoughts: true });
  });

  it('is at least what it takes', () => {
    const reasoning = { reasoning: { max_tokens: 100 } };
    expect(config(reasoning, 'gemini-2.5-pro')).toMatchObject({ thinkingConfig: { thinkingBudget: 128 } });
    expect(config(reasoning, 'gemini-2.5-flash-lite')).toMatchObject({
      thinkingConfig: { thinkingBudget: 512 },
    });
  });
});

describe('a tool choice that forces a call', () => {
  const parameters = { type: 'object', properties: {} };
  const tools = [{ type: 'function', function: { name: 'f', parameters } }];
  const chat = (more: object = {}) => ({ messages: MESSAGES, tools, tool_choice: 'required', ...more });
  const responses = {
    input: 'Hi',
    tools: [{ type: 'function', name: 'f', parameters }],
    tool_choice: { type: 'function', name: 'f' },
  };
  const google = {
    contents: [{ parts: [{ text: 'Hi' }] }],
    tools: [{ functionDeclarations: [{ name: 'f' }] }],
    toolConfig: { functionCallingConfig: { mode: 'ANY' } },
  };
  const named = (param: string) => expect.objectContaining({ code: 'invalid_request', param });
  const to = (client: DialectName) => [client, 'anthropic-messages'] as const;

  it.each(['claude-fable-5-1', 'claude-mythos-5.1', 'claude-opus-5-5', 'anthropic/claude-sonnet-5.5'])(
    'is refused for a model that takes none: %s',
    (model) => {
      expect(() => converted(to('openai-chat'), chat(), { model })).toThrow(named('tool_choice'));
      expect(() => converted(to('openai-responses'), responses, { model })).toThrow(named('tool_choice'));
      expect(() => converted(to('google-gemini'), google, { model })).toThrow(
        named('toolConfig.functionCallingConfig.mode'),
      );
      const auto = converted(to('openai-chat'), chat({ tool_choice: 'auto' }), { model });
      expect(auto['tool_choice']).toEqual({ type: 'auto' });
    },
  );

  it.each([
    'claude-fable-5',
    'claude-mythos-preview',
    'claude-fable-5-20260601',
    'claude-opus-5',
    'claude-sonnet-5',
  ])('is told to a model that takes one, an effort or not: %s', (model) => {
    for (const more of [{}, { reasoning_effort: 'high' }]) {
      const sent = converted(to('openai-chat'), chat(more), { model });
      expect(sent['tool_choice']).toEqual({ type: 'any' });
      expect(sent).not.toHaveProperty('thinking');
    }
  });

  it('is refused beside a reasoning budget, where the model takes budgets', () => {
    const body = chat({ reasoning: { max_tokens: 2_000 }, max_tokens: 10_000 });
    for (const model of ['claude-sonnet-4-5', 'claude-opus-4-6']) {
      expect(() => converted(to('openai-chat'), body, { model })).toThrow(named('tool_choice'));
    }
    expect(converted(to('openai-chat'), body, { model: 'claude-opus-5' })).toMatchObject({
      tool_choice: { type: 'any' },
      output_config: { effort: 'low' },
    });
  });
});
