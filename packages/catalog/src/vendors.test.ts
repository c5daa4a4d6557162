import { describe, expect, it } from 'vitest';
import { quirksOf, VENDORS } from './vendors.ts';

describe('the vendors', () => {
  it('have ids and variables of their own, and https addresses without a slash at the end', () => {
    expect(new Set(VENDORS.map(({ id }) => id)).size).toBe(VENDORS.length);
    expect(new Set(VENDORS.map(({ apiKeyEnv }) => apiKeyEnv)).size).toBe(VENDORS.length);
    for (const { baseUrl } of VENDORS) expect(baseUrl).toMatch(/^https:\/\/[^ ]+[^/]$/);
  });

  it('behave as most do unless their row says otherwise', () => {
    expect(quirksOf('openai').outputLimitField).toBe('max_completion_tokens');
    expect(quirksOf('mistral')).toEqual({ outputLimitField: 'max_tokens', takesStreamOptions: false });
    expect(quirksOf('of my own')).toEqual({ outputLimitField: 'max_tokens', takesStreamOptions: true });
  });
});
