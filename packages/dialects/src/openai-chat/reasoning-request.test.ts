import { expect, it } from 'vitest';
import { DEFAULT_QUIRKS, type Quirks } from '../quirks.ts';
import { translateReasoning } from './reasoning-request.ts';

const translated = (body: object, upstreamModel: string, quirks: Partial<Quirks> = {}) =>
  Object.fromEntries(
    Object.entries(
      translateReasoning({ ...body }, { upstreamModel, quirks: { ...DEFAULT_QUIRKS, ...quirks } }),
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
      quirks: DEFAULT_QUIRKS,
    }),
  ).toEqual({});
});
