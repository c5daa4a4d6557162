import { describe, expect, it } from 'vitest';
import { findVendor, quirksOf, SELF_ADDRESSED_VENDORS, VENDORS } from './vendors.ts';

describe('the vendors', () => {
  it('have ids and variables of their own, and https addresses without a slash at the end', () => {
    const all = [...VENDORS, ...SELF_ADDRESSED_VENDORS];
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(new Set(VENDORS.map(({ apiKeyEnv }) => apiKeyEnv)).size).toBe(VENDORS.length);
    for (const { baseUrl } of VENDORS) expect(baseUrl).toMatch(/^https:\/\/[^ ]+[^/]$/);
  });

  it('behave as most do unless their row says otherwise', () => {
    expect(quirksOf('openai').outputLimitField).toBe('max_completion_tokens');
    expect(quirksOf('mistral')).toMatchObject({
      outputLimitField: 'max_tokens',
      takesStreamOptions: false,
      omitsToolCallType: true,
      seedField: 'random_seed',
      prefill: 'prefix',
    });
    expect(quirksOf('openrouter').prefill).toBe('unmarked');
    expect(quirksOf('deepseek').prefill).toBeUndefined();
    expect(quirksOf('azure')).toMatchObject({ apiKeyHeader: 'api-key' });
    expect(findVendor('anthropic')?.dialect).toBe('anthropic-messages');
    expect(findVendor('google')?.dialect).toBe('google-gemini');
    expect(quirksOf('of my own')).toEqual({ outputLimitField: 'max_tokens', takesStreamOptions: true });
  });
});
