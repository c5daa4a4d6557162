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
