/** One request. Null = not known, which is not zero; money is a decimal string of nanoUsd. */
export interface UsageRow {
  requestId: string;
  createdAt: string;
  keyId: string;
  keyName: string | null;
  modelId: string;
  state: 'held' | 'settled' | 'voided' | 'expired';
  /** `ok`, `client_closed`, or an error code. */
  outcome: string | null;
  streamed: boolean;
  inputTokens: number | null;
  cachedInputTokens: number | null;
  outputTokens: number | null;
  reasoningTokens: number | null;
  usageSource: 'vendor' | 'counted' | null;
  finishReason: string | null;
  holdNanoUsd: string;
  chargeNanoUsd: string;
  inputNanoUsdPerMtok: string | null;
  outputNanoUsdPerMtok: string | null;
  vendor: string | null;
  firstByteMs: number | null;
  latencyMs: number | null;
  dialect: string;
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
  /** The median time to the first byte, in ms. */
  firstByteMsP50: number | null;
}

export interface UsageSummary extends UsageTotals {
  /** The period of the same length before. */
  previous: UsageTotals;
  /** The days and models that had requests, oldest day first. */
  days: { day: string; modelId: string; spendNanoUsd: string; requests: number }[];
}
