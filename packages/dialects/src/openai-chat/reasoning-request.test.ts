import { expect, it } from 'vitest';
import { DEFAULT_QUIRKS, type Quirks } from '../quirks.ts';
import { translateReasoning } from './reasoning-request.ts';

const translated = (body: object, upstreamModel: string, quirks: Partial<Quirks> = {}) =>
  Object.fromEntries(
    Object.entries(
      translateReasoning(
        { ...body },
        { upstreamModel, outputTokensMax: 16_384, quirks: { ...DEFAULT_QUIRKS, ...quirks } },
      ),
    ).filter(([, value]) => value !== undefined),
  );

it('a model that does not think is not told not to', () => {
  const none = { reasoning: { enabled: false } };
  expect(translated(none, 'gpt-4o')).toEqual({});
  expect(translated(none, 'gpt-5.1')).toEqual({ reasoning_effort: 'none' });
  expect(translated({ reasoning: { effort: 'high' } }, 'gpt-4o')).toEqual({ reasoning_effort: 'high' });
});

it('OpenAI’s own field is put into the words of a vendor who has others, and left to those who have it', () => {
  const none = { reasoning_effort: 'none' };
  expect(translated(none, 'qwen3', { reasoningForm: 'enable_thinking' })).toEqual({ enable_thinking: false });
  expect(translated(none, 'deepseek-chat', { reasoningForm: 'thinking_type' })).toEqual({
    thinking: { type: 'disabled' },
  });
  expect(
    translateReasoning(none, {
      upstreamModel: 'gpt-5.1',
      outputTokensMax: 16_384,
      quirks: DEFAULT_QUIRKS,
    }),
  ).toEqual({});
});

it('an effort is a budget of tokens for Qwen, of no more than half the output limit', () => {
  const told = (reasoning: object) =>
    translated({ reasoning }, 'qwen3', { reasoningForm: 'enable_thinking' });
  const thinking = (tokens: number) => ({ enable_thinking: true, thinking_budget: tokens });
  expect(told({ effort: 'low' })).toEqual(thinking(4_096));
  expect(told({ effort: 'high' })).toEqual(thinking(8_192));
  expect(told({ max_tokens: 500 })).toEqual(thinking(500));
  expect(told({ effort: 'none' })).toEqual({ enable_thinking: false });
});
