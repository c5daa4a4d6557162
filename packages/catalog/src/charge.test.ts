import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { affordableOutputTokens, chargeNanoUsd } from './charge.ts';
import { quirksOf, VENDORS } from './vendors.ts';

const price = { inputNanoUsdPerMtok: 150_000_000n, outputNanoUsdPerMtok: 600_000_000n };

describe('a charge', () => {
  it('is tokens × price, rounded up once', () => {
    expect(chargeNanoUsd({ inputTokens: 1_000_000, outputTokens: 1_000_000 }, price)).toBe(750_000_000n);
    expect(chargeNanoUsd({ inputTokens: 0, outputTokens: 0 }, price)).toBe(0n);
    const cheap = { inputNanoUsdPerMtok: 1n, outputNanoUsdPerMtok: 1n };
    expect(chargeNanoUsd({ inputTokens: 1, outputTokens: 1 }, cheap)).toBe(1n);
    expect(chargeNanoUsd({ inputTokens: 600_000, outputTokens: 400_001 }, cheap)).toBe(2n);
  });

  it('of the affordable tokens fits the budget, and of one more does not', () => {
    const nano = fc.bigInt({ min: 0n, max: 10n ** 13n });
    fc.assert(
      fc.property(nano, fc.nat(10_000_000), nano, nano, (budget, inputTokens, input, output) => {
        const fuzzed = { inputNanoUsdPerMtok: input, outputNanoUsdPerMtok: output + 1n };
        const outputTokens = affordableOutputTokens(budget, inputTokens, fuzzed);
        fc.pre(outputTokens < Number.MAX_SAFE_INTEGER);
        if (outputTokens > 0) {
          expect(chargeNanoUsd({ inputTokens, outputTokens }, fuzzed)).toBeLessThanOrEqual(budget);
        }
        expect(chargeNanoUsd({ inputTokens, outputTokens: outputTokens + 1 }, fuzzed)).toBeGreaterThan(
          budget,
        );
      }),
    );
  });

  it('with free output is limited by nothing but the input', () => {
    const free = { inputNanoUsdPerMtok: 1_000_000n, outputNanoUsdPerMtok: 0n };
    expect(affordableOutputTokens(10n, 10, free)).toBe(Number.MAX_SAFE_INTEGER);
    expect(affordableOutputTokens(9n, 10, free)).toBe(0);
  });
});

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
