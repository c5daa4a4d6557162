import { nanoUsd, type NanoUsd } from '@weir/core/money';

/** nanoUsd per million tokens. */
export interface Price {
  readonly inputNanoUsdPerMtok: bigint;
  readonly outputNanoUsdPerMtok: bigint;
}

export interface BilledTokens {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

const TOKENS_PER_MTOK = 1_000_000n;

/** `ceil(Σ tokens × price / 1_000_000)`: one division, rounded up once. */
export function chargeNanoUsd(tokens: BilledTokens, price: Price): NanoUsd {
  const scaled =
    BigInt(tokens.inputTokens) * price.inputNanoUsdPerMtok +
    BigInt(tokens.outputTokens) * price.outputNanoUsdPerMtok;
  return nanoUsd((scaled + TOKENS_PER_MTOK - 1n) / TOKENS_PER_MTOK);
}

/**
 * The most output tokens that `budgetNanoUsd` pays for after `inputTokens`; 0 when not even the input fits, and
 * `Number.MAX_SAFE_INTEGER` when output is free.
 */
export function affordableOutputTokens(budgetNanoUsd: bigint, inputTokens: number, price: Price): number {
  const left = budgetNanoUsd * TOKENS_PER_MTOK - BigInt(inputTokens) * price.inputNanoUsdPerMtok;
  if (left < 0n) return 0;
  if (price.outputNanoUsdPerMtok === 0n) return Number.MAX_SAFE_INTEGER;
  const tokens = left / price.outputNanoUsdPerMtok;
  return tokens > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(tokens);
}
