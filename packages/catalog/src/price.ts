/**
 * What a model costs, in nanoUsd per million tokens unless named otherwise. Never negative. A part without a price
 * of its own costs what its whole costs.
 */
export interface PriceComponents {
  readonly inputNanoUsdPerMtok: bigint;
  readonly outputNanoUsdPerMtok: bigint;
  /** Prompt tokens read from the vendor's cache. Absent: as input. */
  readonly cachedInputNanoUsdPerMtok?: bigint | undefined;
  /** Prompt tokens written to a cache that lives five minutes. Absent: as input. */
  readonly cacheWrite5mNanoUsdPerMtok?: bigint | undefined;
  /** Prompt tokens written to a cache that lives an hour. Absent: as those of five minutes, else as input. */
  readonly cacheWrite1hNanoUsdPerMtok?: bigint | undefined;
  /** Absent: as output. */
  readonly reasoningNanoUsdPerMtok?: bigint | undefined;
  /** Absent: as input. */
  readonly audioInputNanoUsdPerMtok?: bigint | undefined;
  /** Absent: as output. */
  readonly audioOutputNanoUsdPerMtok?: bigint | undefined;
  /** For each image of the prompt, besides the tokens it is counted as. Absent: images cost what their tokens cost. */
  readonly imageNanoUsd?: bigint | undefined;
  /** For each request. Absent: nothing. */
  readonly requestNanoUsd?: bigint | undefined;
}

/**
 * From so many prompt tokens on, the whole call is charged at these components; the fallbacks stay within the tier, so
 * it takes nothing from the price it belongs to.
 */
export interface PriceTier extends PriceComponents {
  readonly inputTokensFrom: number;
}

/** Below its first tier a call is charged at the price's own components. */
export interface Price extends PriceComponents {
  /** Ascending by `inputTokensFrom`. */
  readonly tiers?: readonly PriceTier[] | undefined;
}

/** Parts per million added to a charge or, negative, taken off it: 200_000 = 20 %. A whole number. */
export type MarginPpm = number;

/** The components that a call with so many prompt tokens is charged at. */
export function componentsAt(inputTokens: number, price: Price): PriceComponents {
  let components: PriceComponents = price;
  if (price.tiers !== undefined) {
    for (const tier of price.tiers) {
      if (inputTokens < tier.inputTokensFrom) break;
      components = tier;
    }
  }
  return components;
}
