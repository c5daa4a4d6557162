import type { PriceComponentsView } from '../prices/price-view.ts';

/**
 * The price that a request was charged at, as it stood for its prompt's length; all null while nothing is known of it.
 * A part of null beside an input price costs what its whole costs.
 */
type ChargedPriceView = { [Component in keyof PriceComponentsView]: string | null };

/** One request. Null = not known, which is not zero; money is a decimal string of nanoUsd. */
export interface UsageRow extends ChargedPriceView {
  requestId: string;
  createdAt: string;
  keyId: string;
  keyName: string | null;
  modelId: string;
  state: 'held' | 'settled' | 'voided' | 'expired';
  /** `ok`, `client_closed`, or an error code. */
  outcome: string | null;
  streamed: boolean;
  /** What was to become of the call, should its client go away. */
  disconnectPolicy: 'cancel' | 'drain';
  /** The whole prompt, with the four parts below. */
  inputTokens: number | null;
  cachedInputTokens: number | null;
  cacheWrite5mTokens: number | null;
  cacheWrite1hTokens: number | null;
  audioInputTokens: number | null;
  /** Images of the prompt. */
  images: number | null;
  /** The whole output, with the two parts below. */
  outputTokens: number | null;
  reasoningTokens: number | null;
  audioOutputTokens: number | null;
  usageSource: 'vendor' | 'counted' | null;
  finishReason: string | null;
  /** The output limit that the balance imposed; null where it imposed none. */
  affordableOutputTokens: number | null;
  holdNanoUsd: string;
  chargeNanoUsd: string;
  /** What the vendor reported beyond the hold; part of the charge. */
  overrunNanoUsd: string;
  /** Millionths on top of the price, part of the charge: 200000 = 20 %. */
  marginPpm: number;
  /** The version of the price. */
  priceId: string | null;
  /** From how many prompt tokens on this price holds; null = the price of any length. */
  tierInputTokensFrom: number | null;
  vendor: string | null;
  firstByteMs: number | null;
  latencyMs: number | null;
  dialect: string;
  /** Where the call came from; null where that is not noted. */
  sourceIp: string | null;
  /** Where the deployment runs that took the call; null where it has no region. */
  deploymentRegion: string | null;
}

export interface UsagePage {
  items: UsageRow[];
  nextCursor: string | null;
}

export interface UsageTotals {
  spendNanoUsd: string;
  requests: number;
  failed: number;
  inputTokens: number;
  outputTokens: number;
  /** The mean time to the first byte, in ms; null when there was none. */
  firstByteMsMean: number | null;
}

export interface UsageSummary extends UsageTotals {
  /** The period of the same length before. */
  previous: UsageTotals;
  /** The days and models that had requests, oldest day first. */
  days: { day: string; modelId: string; spendNanoUsd: string; requests: number }[];
}
