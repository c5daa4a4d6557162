import * as z from 'zod';

/** A whole number of nanoUsd as a decimal string; at most what a Postgres `bigint` holds. */
const nanoUsdText = z
  .string()
  .regex(/^(0|[1-9]\d{0,17})$/)
  .transform(BigInt);

const components = {
  inputNanoUsdPerMtok: nanoUsdText,
  outputNanoUsdPerMtok: nanoUsdText,
  cachedInputNanoUsdPerMtok: nanoUsdText.optional(),
  cacheWrite5mNanoUsdPerMtok: nanoUsdText.optional(),
  cacheWrite1hNanoUsdPerMtok: nanoUsdText.optional(),
  reasoningNanoUsdPerMtok: nanoUsdText.optional(),
  audioInputNanoUsdPerMtok: nanoUsdText.optional(),
  audioOutputNanoUsdPerMtok: nanoUsdText.optional(),
  imageNanoUsd: nanoUsdText.optional(),
  requestNanoUsd: nanoUsdText.optional(),
};

const tiers = z
  .array(z.strictObject({ inputTokensFrom: z.int().positive(), ...components }))
  .nonempty()
  .refine((list) => list.every((tier, i) => tier.inputTokensFrom > (list[i - 1]?.inputTokensFrom ?? 0)), {
    message: 'ascend by inputTokensFrom',
  });

/** A model as a file of `data/` holds it. */
export const modelRow = z.strictObject({
  /** What the vendor calls it. */
  upstreamModel: z.string().min(1),
  contextTokensMax: z.int().positive().optional(),
  /** The vendor means to stop serving it, or has. */
  deprecated: z.literal(true).optional(),
  price: z.strictObject({ ...components, tiers: tiers.optional() }),
});

/** As written: amounts are decimal strings. */
export type ModelRow = z.input<typeof modelRow>;
export type PriceRow = ModelRow['price'];
export type ComponentsRow = Omit<PriceRow, 'tiers'>;
