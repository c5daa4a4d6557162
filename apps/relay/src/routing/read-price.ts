import type { Price, PriceTier } from '@weir/catalog/charge';
import type { prices } from '@weir/db/schema';

/** A version of a route's price, as a request's row names it. */
export interface PriceVersion extends Price {
  readonly priceId: string;
  readonly effectiveFromMs: number;
}

type PriceRow = typeof prices.$inferSelect;
type TierColumns = PriceRow['tiers'][number];

/** A column without a value is absent: the part then costs what its whole costs. */
export function readPrice(row: PriceRow): PriceVersion {
  return {
    priceId: row.id,
    effectiveFromMs: row.effectiveFrom.getTime(),
    inputNanoUsdPerMtok: row.inputNanoUsdPerMtok,
    outputNanoUsdPerMtok: row.outputNanoUsdPerMtok,
    cachedInputNanoUsdPerMtok: row.cachedInputNanoUsdPerMtok ?? undefined,
    cacheWrite5mNanoUsdPerMtok: row.cacheWrite5mNanoUsdPerMtok ?? undefined,
    cacheWrite1hNanoUsdPerMtok: row.cacheWrite1hNanoUsdPerMtok ?? undefined,
    reasoningNanoUsdPerMtok: row.reasoningNanoUsdPerMtok ?? undefined,
    audioInputNanoUsdPerMtok: row.audioInputNanoUsdPerMtok ?? undefined,
    audioOutputNanoUsdPerMtok: row.audioOutputNanoUsdPerMtok ?? undefined,
    imageNanoUsd: row.imageNanoUsd ?? undefined,
    requestNanoUsd: row.requestNanoUsd ?? undefined,
    tiers: row.tiers.length === 0 ? undefined : row.tiers.map(readTier),
  };
}

function readTier({ inputTokensFrom, ...amounts }: TierColumns): PriceTier {
  const components = Object.fromEntries(
    Object.entries(amounts).map(([name, amount]) => [name, BigInt(amount)]),
  ) as Omit<PriceTier, 'inputTokensFrom'>;
  return { inputTokensFrom, ...components };
}
