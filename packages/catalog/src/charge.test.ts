import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  affordableOutputTokens,
  chargeNanoUsd,
  maxChargeNanoUsd,
  outputShareNanoUsd,
  type BilledUsage,
  type Price,
  type PriceComponents,
} from './charge.ts';

const price = { inputNanoUsdPerMtok: 150_000_000n, outputNanoUsdPerMtok: 600_000_000n };

/** Every component has a price of its own, and no two are the same. */
const full = {
  inputNanoUsdPerMtok: 1_000_000n,
  outputNanoUsdPerMtok: 10_000_000n,
  cachedInputNanoUsdPerMtok: 100_000n,
  cacheWrite5mNanoUsdPerMtok: 1_250_000n,
  cacheWrite1hNanoUsdPerMtok: 2_000_000n,
  reasoningNanoUsdPerMtok: 30_000_000n,
  audioInputNanoUsdPerMtok: 7_000_000n,
  audioOutputNanoUsdPerMtok: 50_000_000n,
  imageNanoUsd: 11n,
  requestNanoUsd: 13n,
} satisfies PriceComponents;

const INPUT_PARTS = [
  ['cachedInputTokens', 'cachedInputNanoUsdPerMtok'],
  ['cacheWrite5mTokens', 'cacheWrite5mNanoUsdPerMtok'],
  ['cacheWrite1hTokens', 'cacheWrite1hNanoUsdPerMtok'],
  ['audioInputTokens', 'audioInputNanoUsdPerMtok'],
] as const;
const OUTPUT_PARTS = [
  ['reasoningTokens', 'reasoningNanoUsdPerMtok'],
  ['audioOutputTokens', 'audioOutputNanoUsdPerMtok'],
] as const;
/** Nothing but the output costs anything. */
const zeroInput = {
  inputNanoUsdPerMtok: 0n,
  imageNanoUsd: 0n,
  requestNanoUsd: 0n,
  ...Object.fromEntries(INPUT_PARTS.map(([, component]) => [component, 0n])),
};
const PARTS = [...INPUT_PARTS, ...OUTPUT_PARTS];
const PART_TOKENS = PARTS.map(([tokens]) => tokens);

const nano = fc.bigInt({ min: 0n, max: 10n ** 12n });
const count = fc.oneof(fc.nat(20), fc.nat(3_000_000));
const margin = fc.oneof(fc.constant(0), fc.integer({ min: -1_000_000, max: 3_000_000 }));

const components = fc.record(
  {
    inputNanoUsdPerMtok: nano,
    outputNanoUsdPerMtok: nano,
    ...Object.fromEntries(PARTS.map(([, component]) => [component, nano])),
    imageNanoUsd: nano,
    requestNanoUsd: nano,
  },
  { requiredKeys: ['inputNanoUsdPerMtok', 'outputNanoUsdPerMtok'] },
) as fc.Arbitrary<PriceComponents>;

const prices: fc.Arbitrary<Price> = fc
  .tuple(
    components,
    fc.option(fc.uniqueArray(fc.tuple(count, components), { maxLength: 3, selector: ([from]) => from }), {
      nil: undefined,
    }),
  )
  .map(([base, tiers]) => ({
    ...base,
    tiers: tiers
      ?.toSorted(([one], [other]) => one - other)
      .map(([inputTokensFrom, tier]) => ({ ...tier, inputTokensFrom })),
  }));

/** Parts may come to more than their whole, be absent, or be nonsense. */
const usages = fc.record(
  {
    inputTokens: count,
    outputTokens: count,
    images: fc.nat(100),
    ...Object.fromEntries(
      PART_TOKENS.map((tokens) => [tokens, fc.oneof(count, fc.constantFrom(undefined, -5, Number.NaN))]),
    ),
  },
  { requiredKeys: ['inputTokens', 'outputTokens'] },
) as fc.Arbitrary<BilledUsage>;

/** What a call costs in units of 10⁻¹² nanoUsd, undivided; written token group by token group. */
function exactCharge(usage: BilledUsage, of: Price, marginPpm: number): bigint {
  const tier = of.tiers?.findLast(({ inputTokensFrom }) => inputTokensFrom <= usage.inputTokens) ?? of;
  const groups: [tokens: number, component: bigint][] = [];
  let rest = usage.inputTokens;
  for (const [tokens, component] of INPUT_PARTS) {
    const taken = Math.min(Math.max(usage[tokens] || 0, 0), rest);
    const fallback = component === 'cacheWrite1hNanoUsdPerMtok' ? tier.cacheWrite5mNanoUsdPerMtok : undefined;
    groups.push([taken, tier[component] ?? fallback ?? tier.inputNanoUsdPerMtok]);
    rest -= taken;
  }
  groups.push([rest, tier.inputNanoUsdPerMtok]);
  rest = usage.outputTokens;
  for (const [tokens, component] of OUTPUT_PARTS) {
    const taken = Math.min(Math.max(usage[tokens] || 0, 0), rest);
    groups.push([taken, tier[component] ?? tier.outputNanoUsdPerMtok]);
    rest -= taken;
  }
  groups.push([rest, tier.outputNanoUsdPerMtok]);
  groups.push([(usage.images ?? 0) * 1_000_000, tier.imageNanoUsd ?? 0n]);
  groups.push([1_000_000, tier.requestNanoUsd ?? 0n]);
  return groups.reduce(
    (sum, [tokens, component]) => sum + BigInt(tokens) * component * BigInt(1_000_000 + marginPpm),
    0n,
  );
}

describe('a charge', () => {
  it('is tokens × price, rounded up once', () => {
    expect(chargeNanoUsd({ inputTokens: 1_000_000, outputTokens: 1_000_000 }, price)).toBe(750_000_000n);
    expect(chargeNanoUsd({ inputTokens: 0, outputTokens: 0 }, price)).toBe(0n);
    const cheap = { inputNanoUsdPerMtok: 1n, outputNanoUsdPerMtok: 1n };
    expect(chargeNanoUsd({ inputTokens: 1, outputTokens: 1 }, cheap)).toBe(1n);
    expect(chargeNanoUsd({ inputTokens: 600_000, outputTokens: 400_001 }, cheap)).toBe(2n);
  });

  it('is the exact amount rounded up once, for every price, usage and margin', () => {
    fc.assert(
      fc.property(usages, prices, margin, (usage, of, marginPpm) => {
        const exact = exactCharge(usage, of, marginPpm);
        const charge = chargeNanoUsd(usage, of, marginPpm) * 10n ** 12n;
        expect(charge).toBeGreaterThanOrEqual(exact);
        expect(charge - exact).toBeLessThan(10n ** 12n);
      }),
      { numRuns: 500 },
    );
  });

  it('is for the output as far as that costs, and for the rest otherwise', () => {
    expect(outputShareNanoUsd({ inputTokens: 1_000_000, outputTokens: 1_000_000 }, price)).toBe(600_000_000n);
    fc.assert(
      fc.property(usages, prices, margin, (usage, of, marginPpm) => {
        const share = outputShareNanoUsd(usage, of, marginPpm);
        const withoutInput = {
          ...of,
          ...zeroInput,
          tiers: of.tiers?.map((tier) => ({ ...tier, ...zeroInput })),
        };
        const alone = chargeNanoUsd(usage, withoutInput, marginPpm);
        expect([alone, alone - 1n]).toContain(share);
        expect(share).toBeLessThanOrEqual(chargeNanoUsd(usage, of, marginPpm));
      }),
    );
  });

  it('has each part at its own price', () => {
    const tokens = { inputTokens: 1_000_000, outputTokens: 1_000_000 };
    const plain = 11_000_013n;
    expect(chargeNanoUsd(tokens, full)).toBe(plain);
    for (const [name, component] of PARTS) {
      const whole = INPUT_PARTS.some(([input]) => input === name)
        ? full.inputNanoUsdPerMtok
        : full.outputNanoUsdPerMtok;
      const charge = chargeNanoUsd({ ...tokens, [name]: 500_000 }, full);
      expect([name, charge]).toEqual([name, plain + (full[component] - whole) / 2n]);
    }
    expect(chargeNanoUsd({ ...tokens, images: 3 }, full)).toBe(plain + 33n);
  });

  it('is the same whether a fallback is left out or written down', () => {
    fc.assert(
      fc.property(usages, components, margin, (usage, of, marginPpm) => {
        const { inputNanoUsdPerMtok: input, outputNanoUsdPerMtok: output } = of;
        const explicit: PriceComponents = {
          inputNanoUsdPerMtok: input,
          outputNanoUsdPerMtok: output,
          cachedInputNanoUsdPerMtok: of.cachedInputNanoUsdPerMtok ?? input,
          cacheWrite5mNanoUsdPerMtok: of.cacheWrite5mNanoUsdPerMtok ?? input,
          cacheWrite1hNanoUsdPerMtok: of.cacheWrite1hNanoUsdPerMtok ?? of.cacheWrite5mNanoUsdPerMtok ?? input,
          reasoningNanoUsdPerMtok: of.reasoningNanoUsdPerMtok ?? output,
          audioInputNanoUsdPerMtok: of.audioInputNanoUsdPerMtok ?? input,
          audioOutputNanoUsdPerMtok: of.audioOutputNanoUsdPerMtok ?? output,
          imageNanoUsd: of.imageNanoUsd ?? 0n,
          requestNanoUsd: of.requestNanoUsd ?? 0n,
        };
        expect(chargeNanoUsd(usage, of, marginPpm)).toBe(chargeNanoUsd(usage, explicit, marginPpm));
        expect(maxChargeNanoUsd(usage, of, marginPpm)).toBe(maxChargeNanoUsd(usage, explicit, marginPpm));
      }),
    );
  });

  it('charges the whole and no token twice when the parts come to more', () => {
    const nonsense = { inputTokens: 10, outputTokens: 10, cachedInputTokens: 8, cacheWrite5mTokens: 8 };
    const perToken = { ...full, requestNanoUsd: undefined };
    expect(chargeNanoUsd(nonsense, perToken)).toBe((8n * 100_000n + 2n * 1_250_000n) / 1_000_000n + 101n);
    const everything = {
      inputTokens: 5,
      outputTokens: 5,
      ...Object.fromEntries(PART_TOKENS.map((t) => [t, 99])),
    };
    expect(chargeNanoUsd(everything, perToken)).toBe(151n);
    expect(chargeNanoUsd({ ...nonsense, inputTokens: 0, cachedInputTokens: -8 }, perToken)).toBe(100n);
  });

  it('never falls when there is more of anything, with tiers that get dearer', () => {
    const dearerTier = fc
      .tuple(components, count, fc.bigInt({ min: 0n, max: 10n ** 12n }))
      .map(([base, inputTokensFrom, more]): Price => ({
        ...base,
        tiers: [
          {
            ...Object.fromEntries(Object.entries(base).map(([name, value]) => [name, value + more])),
            inputNanoUsdPerMtok: base.inputNanoUsdPerMtok + more,
            outputNanoUsdPerMtok: base.outputNanoUsdPerMtok + more,
            inputTokensFrom,
          },
        ],
      }));
    const grow = fc.constantFrom(...PARTS.map(([tokens]) => tokens), 'images', 'inputTokens', 'outputTokens');
    fc.assert(
      fc.property(
        usages,
        dearerTier,
        margin,
        grow,
        fc.integer({ min: 1, max: 1_000_000 }),
        (usage, of, ppm, name, by) => {
          const more: Record<string, number | undefined> = { ...usage };
          const add = (field: keyof BilledUsage) => (more[field] = Math.max(usage[field] || 0, 0) + by);
          add(name);
          // A part grows together with its whole; a whole, alone.
          if (INPUT_PARTS.some(([tokens]) => tokens === name)) add('inputTokens');
          if (OUTPUT_PARTS.some(([tokens]) => tokens === name)) add('outputTokens');
          const grown = { inputTokens: 0, outputTokens: 0, ...more };
          fc.pre(fits(usage) || name === 'images');
          expect(chargeNanoUsd(grown, of, ppm)).toBeGreaterThanOrEqual(chargeNanoUsd(usage, of, ppm));
          expect(maxChargeNanoUsd(grown, of, ppm)).toBeGreaterThanOrEqual(maxChargeNanoUsd(usage, of, ppm));
        },
      ),
      { numRuns: 500 },
    );
  });
});

/** Whether the parts are within their wholes. */
function fits(usage: BilledUsage): boolean {
  const sum = (parts: readonly (readonly [keyof BilledUsage, string])[]) =>
    parts.reduce((total, [tokens]) => total + Math.max(usage[tokens] || 0, 0), 0);
  return sum(INPUT_PARTS) <= usage.inputTokens && sum(OUTPUT_PARTS) <= usage.outputTokens;
}

describe('a tier', () => {
  const tiered: Price = {
    ...full,
    tiers: [
      { inputTokensFrom: 100, inputNanoUsdPerMtok: 5_000_000n, outputNanoUsdPerMtok: 20_000_000n },
      { inputTokensFrom: 200, inputNanoUsdPerMtok: 3_000_000n, outputNanoUsdPerMtok: 20_000_000n },
    ],
  };

  it('charges the whole call, from its first token on, by prompt tokens alone', () => {
    expect(chargeNanoUsd({ inputTokens: 99, outputTokens: 1_000 }, tiered)).toBe(99n + 10_000n + 13n);
    expect(chargeNanoUsd({ inputTokens: 100, outputTokens: 1_000 }, tiered)).toBe(500n + 20_000n);
    expect(chargeNanoUsd({ inputTokens: 199, outputTokens: 0 }, tiered)).toBe(995n);
    expect(chargeNanoUsd({ inputTokens: 200, outputTokens: 0 }, tiered)).toBe(600n);
  });

  it('takes nothing from the price that it belongs to', () => {
    const usage = { inputTokens: 100, outputTokens: 0, cachedInputTokens: 100, images: 9 };
    expect(chargeNanoUsd(usage, tiered)).toBe(500n);
  });
});

describe('the most that a call can cost', () => {
  it('is dear tokens only, at the dearest tier within reach', () => {
    expect(maxChargeNanoUsd({ inputTokens: 10, outputTokens: 10, images: 2 }, full)).toBe(70n + 500n + 35n);
    const cheaperFrom200: Price = {
      inputNanoUsdPerMtok: 5_000_000n,
      outputNanoUsdPerMtok: 0n,
      tiers: [{ inputTokensFrom: 200, inputNanoUsdPerMtok: 1_000_000n, outputNanoUsdPerMtok: 0n }],
    };
    expect(maxChargeNanoUsd({ inputTokens: 300, outputTokens: 0 }, cheaperFrom200)).toBe(995n);
    expect(maxChargeNanoUsd({ inputTokens: 1_000, outputTokens: 0 }, cheaperFrom200)).toBe(1_000n);
  });

  it('is never less than what the call does cost, for any split, tier and smaller call', () => {
    fc.assert(
      fc.property(
        usages,
        prices,
        margin,
        count,
        count,
        fc.nat(9),
        (usage, of, ppm, input, output, images) => {
          const totals = {
            inputTokens: usage.inputTokens + input,
            outputTokens: usage.outputTokens + output,
            images: (usage.images ?? 0) + images,
          };
          const charge = chargeNanoUsd(usage, of, ppm);
          expect(maxChargeNanoUsd(usage, of, ppm)).toBeGreaterThanOrEqual(charge);
          expect(maxChargeNanoUsd(totals, of, ppm)).toBeGreaterThanOrEqual(charge);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is reached by a call of at most that size', () => {
    fc.assert(
      fc.property(count, count, fc.nat(9), prices, margin, (inputTokens, outputTokens, images, of, ppm) => {
        const starts = [inputTokens, ...(of.tiers ?? []).map(({ inputTokensFrom }) => inputTokensFrom - 1)];
        const sizes = starts.filter((size) => size >= 0 && size <= inputTokens);
        const charges = sizes.flatMap((size) =>
          [undefined, ...INPUT_PARTS].flatMap((input) =>
            [undefined, ...OUTPUT_PARTS].map((output) =>
              chargeNanoUsd(
                {
                  inputTokens: size,
                  outputTokens,
                  images,
                  ...(input && { [input[0]]: size }),
                  ...(output && { [output[0]]: outputTokens }),
                },
                of,
                ppm,
              ),
            ),
          ),
        );
        const dearest = charges.reduce((one, other) => (other > one ? other : one));
        expect(maxChargeNanoUsd({ inputTokens, outputTokens, images }, of, ppm)).toBe(dearest);
      }),
    );
  });
});

describe('the output that a budget affords', () => {
  it('fits the budget, and one token more does not', () => {
    const budget = fc.bigInt({ min: 0n, max: 10n ** 13n });
    fc.assert(
      fc.property(budget, count, prices, margin, fc.nat(9), (budgetNanoUsd, inputTokens, of, ppm, images) => {
        const outputTokens = affordableOutputTokens(budgetNanoUsd, inputTokens, of, ppm, images);
        const most = (tokens: number) =>
          maxChargeNanoUsd({ inputTokens, outputTokens: tokens, images }, of, ppm);
        if (outputTokens > 0) expect(most(outputTokens)).toBeLessThanOrEqual(budgetNanoUsd);
        if (outputTokens < Number.MAX_SAFE_INTEGER) {
          expect(most(outputTokens + 1)).toBeGreaterThan(budgetNanoUsd);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is limited by nothing but the input when output is free', () => {
    const free = { inputNanoUsdPerMtok: 1_000_000n, outputNanoUsdPerMtok: 0n };
    expect(affordableOutputTokens(10n, 10, free)).toBe(Number.MAX_SAFE_INTEGER);
    expect(affordableOutputTokens(9n, 10, free)).toBe(0);
  });

  it('is none when images or the request alone cost more', () => {
    expect(affordableOutputTokens(62n, 0, full, 0, 0)).toBe(0);
    expect(affordableOutputTokens(63n, 0, full, 0, 0)).toBe(1);
    expect(affordableOutputTokens(84n, 0, full, 0, 2)).toBe(0);
    expect(affordableOutputTokens(85n, 0, full, 0, 2)).toBe(1);
    expect(affordableOutputTokens(-1n, 0, price)).toBe(0);
  });
});

describe('a margin', () => {
  it('is added before the one rounding', () => {
    const oneNano = { inputNanoUsdPerMtok: 1_000_000n, outputNanoUsdPerMtok: 0n };
    expect(chargeNanoUsd({ inputTokens: 10, outputTokens: 0 }, oneNano, 200_000)).toBe(12n);
    expect(chargeNanoUsd({ inputTokens: 10, outputTokens: 0 }, oneNano, 200_001)).toBe(13n);
    expect(chargeNanoUsd({ inputTokens: 10, outputTokens: 0 }, oneNano, -250_000)).toBe(8n);
    const halfNano = { inputNanoUsdPerMtok: 500_000n, outputNanoUsdPerMtok: 0n };
    expect(chargeNanoUsd({ inputTokens: 1, outputTokens: 0 }, halfNano, 1_000_000)).toBe(1n);
  });

  it('of −100 % or less makes everything free', () => {
    fc.assert(
      fc.property(usages, prices, fc.integer({ max: -1_000_000 }), (usage, of, ppm) => {
        expect(chargeNanoUsd(usage, of, ppm)).toBe(0n);
        expect(maxChargeNanoUsd(usage, of, ppm)).toBe(0n);
        expect(affordableOutputTokens(0n, usage.inputTokens, of, ppm)).toBe(Number.MAX_SAFE_INTEGER);
      }),
    );
  });
});
