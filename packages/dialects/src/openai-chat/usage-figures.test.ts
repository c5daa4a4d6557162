import { describe, expect, it } from 'vitest';
import { readUsage, renderUsage } from './usage-figures.ts';

describe('the usage of a reply', () => {
  it.each([
    [
      'OpenAI',
      {
        usage: {
          prompt_tokens: 20,
          completion_tokens: 9,
          total_tokens: 29,
          prompt_tokens_details: { cached_tokens: 5, audio_tokens: 2 },
          completion_tokens_details: { reasoning_tokens: 7, audio_tokens: 1 },
        },
      },
      {
        inputTokens: 20,
        cachedInputTokens: 5,
        audioInputTokens: 2,
        outputTokens: 9,
        reasoningTokens: 7,
        audioOutputTokens: 1,
      },
    ],
    [
      'xAI, whose reasoning is beside the completion',
      {
        usage: {
          prompt_tokens: 20,
          completion_tokens: 9,
          total_tokens: 36,
          completion_tokens_details: { reasoning_tokens: 7 },
        },
      },
      { inputTokens: 20, outputTokens: 16, reasoningTokens: 7 },
    ],
    [
      'one without a total, whose reasoning can’t be within the completion',
      {
        usage: { prompt_tokens: 2, completion_tokens: 3, completion_tokens_details: { reasoning_tokens: 4 } },
      },
      { inputTokens: 2, outputTokens: 7, reasoningTokens: 4 },
    ],
    [
      'DeepSeek’s older name',
      { usage: { prompt_tokens: 20, prompt_cache_hit_tokens: 12, prompt_cache_miss_tokens: 8 } },
      { inputTokens: 20, cachedInputTokens: 12 },
    ],
    [
      'Moonshot',
      { usage: { prompt_tokens: 20, cached_tokens: 10 } },
      { inputTokens: 20, cachedInputTokens: 10 },
    ],
    [
      'Moonshot’s streams',
      { choices: [{ index: 0, delta: {}, usage: { prompt_tokens: 4, completion_tokens: 2 } }] },
      { inputTokens: 4, outputTokens: 2 },
    ],
    [
      'Groq’s older streams',
      { choices: [], x_groq: { usage: { prompt_tokens: 4, completion_tokens: 2 } } },
      { inputTokens: 4, outputTokens: 2 },
    ],
    [
      'OpenRouter’s cache',
      { usage: { prompt_tokens: 9, prompt_tokens_details: { cached_tokens: 0, cache_write_tokens: 8 } } },
      { inputTokens: 9, cachedInputTokens: 0, cacheWrite5mTokens: 8 },
    ],
  ])('of %s is read', (_, body, usage) => {
    expect(readUsage(body)).toEqual(usage);
  });

  it('is none where there is no figure', () => {
    expect(readUsage({ usage: null })).toBeUndefined();
    expect(readUsage({ usage: { prompt_tokens: '7', completion_tokens: -1 } })).toBeUndefined();
  });

  it('is written as OpenAI’s, with nothing that nobody said', () => {
    expect(renderUsage({ inputTokens: 5, outputTokens: 0 })).toEqual({
      prompt_tokens: 5,
      completion_tokens: 0,
      total_tokens: 5,
    });
    expect(renderUsage({ inputTokens: 9, cacheWrite5mTokens: 3, cacheWrite1hTokens: 4 })).toEqual({
      prompt_tokens: 9,
      prompt_tokens_details: { cache_write_tokens: 7 },
    });
  });
});
