import type { Price, PriceTier } from '@weir/catalog/charge';
import type { PriceTierColumns } from '@weir/db/schema';

/** A version of a route's price, as a request's row names it. */
export interface PriceVersion extends Price {
  readonly priceId: string;
  readonly effectiveFromMs: number;
}

/** A row of `prices`. */
export interface PriceRow {
  id: string;
  route_id: string;
  effective_from: Date;
  input_nano_usd_per_mtok: bigint;
  output_nano_usd_per_mtok: bigint;
  cached_input_nano_usd_per_mtok: bigint | null;
  cache_write_5m_nano_usd_per_mtok: bigint | null;
  cache_write_1h_nano_usd_per_mtok: bigint | null;
  reasoning_nano_usd_per_mtok: bigint | null;
  audio_input_nano_usd_per_mtok: bigint | null;
  audio_output_nano_usd_per_mtok: bigint | null;
  image_nano_usd: bigint | null;
  request_nano_usd: bigint | null;
  tiers: PriceTierColumns[];
}

/** A column without a value is absent: the part then costs what its whole costs. */
export function readPrice(row: PriceRow): PriceVersion {
  return {
    priceId: row.id,
    effectiveFromMs: row.effective_from.getTime(),
    inputNanoUsdPerMtok: row.input_nano_usd_per_mtok,
    outputNanoUsdPerMtok: row.output_nano_usd_per_mtok,
    cachedInputNanoUsdPerMtok: row.cached_input_nano_usd_per_mtok ?? undefined,
    cacheWrite5mNanoUsdPerMtok: row.cache_write_5m_nano_usd_per_mtok ?? undefined,
    cacheWrite1hNanoUsdPerMtok: row.cache_write_1h_nano_usd_per_mtok ?? undefined,
    reasoningNanoUsdPerMtok: row.reasoning_nano_usd_per_mtok ?? undefined,
    audioInputNanoUsdPerMtok: row.audio_input_nano_usd_per_mtok ?? undefined,
    audioOutputNanoUsdPerMtok: row.audio_output_nano_usd_per_mtok ?? undefined,
    imageNanoUsd: row.image_nano_usd ?? undefined,
    requestNanoUsd: row.request_nano_usd ?? undefined,
    tiers: row.tiers.length === 0 ? undefined : row.tiers.map(readTier),
  };
}

function readTier({ inputTokensFrom, ...amounts }: PriceTierColumns): PriceTier {
  const components = Object.fromEntries(
    Object.entries(amounts).map(([name, amount]) => [name, BigInt(amount)]),
  ) as Omit<PriceTier, 'inputTokensFrom'>;
  return { inputTokensFrom, ...components };
}
