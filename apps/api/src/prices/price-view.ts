/**
 * Decimal strings of nanoUsd for a million tokens, for an image or for a request. Null = without a price of its own:
 * a part then costs what its whole costs (a cache write of an hour what one of five minutes costs), and images and
 * requests cost nothing beside their tokens.
 */
export interface PriceComponentsView {
  inputNanoUsdPerMtok: string;
  outputNanoUsdPerMtok: string;
  cachedInputNanoUsdPerMtok: string | null;
  cacheWrite5mNanoUsdPerMtok: string | null;
  cacheWrite1hNanoUsdPerMtok: string | null;
  reasoningNanoUsdPerMtok: string | null;
  audioInputNanoUsdPerMtok: string | null;
  audioOutputNanoUsdPerMtok: string | null;
  imageNanoUsd: string | null;
  requestNanoUsd: string | null;
}

/** What the whole call costs from so many prompt tokens on. */
export interface PriceTierView extends PriceComponentsView {
  inputTokensFrom: number;
}

export interface PriceView extends PriceComponentsView {
  priceId: string;
  effectiveFrom: string;
  /** Ascending; empty when the price is the same for every length. */
  tiers: PriceTierView[];
}

/** What a price says, whatever its id and its time. */
export type PriceTermsView = Omit<PriceView, 'priceId' | 'effectiveFrom'>;
