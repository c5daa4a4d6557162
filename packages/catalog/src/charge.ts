import { nanoUsd, type NanoUsd } from '@weir/core/money';
import { componentsAt, type MarginPpm, type Price, type PriceComponents } from './price.ts';

export type { MarginPpm, Price, PriceComponents, PriceTier } from './price.ts';

/** Whole numbers, none negative. */
export interface TokenTotals {
  /** The whole prompt: what was cached, written to a cache or spoken is included. */
  readonly inputTokens: number;
  /** The whole output: reasoning and speech are included. */
  readonly outputTokens: number;
  /** Images of the prompt. */
  readonly images?: number | undefined;
}

/**
 * What a call used. Each part is included in its whole and shares no token with another part.
 *
 * Should the parts come to more than their whole, each takes what the ones before it left, in the order `cached`,
 * `cacheWrite5m`, `cacheWrite1h`, `audio` of the input and `reasoning`, `audio` of the output; what is no number or
 * is negative counts as none. So exactly the whole is charged, and no token twice.
 */
export interface BilledUsage extends TokenTotals {
  readonly cachedInputTokens?: number | undefined;
  readonly cacheWrite5mTokens?: number | undefined;
  readonly cacheWrite1hTokens?: number | undefined;
  readonly audioInputTokens?: number | undefined;
  readonly reasoningTokens?: number | undefined;
  readonly audioOutputTokens?: number | undefined;
}

/*
 * Sums are kept in nanoUsd for a million tokens, so that they stay whole; a margin scales them by another million.
 * The one division comes last.
 */
const TOKENS_PER_MTOK = 1_000_000n;
const PPM = 1_000_000;
const TOKENS_PER_MTOK_PPM = TOKENS_PER_MTOK * BigInt(PPM);

/**
 * What a call costs: `ceil(Σ tokens × price × (1 + margin) / 1_000_000)`, one division, rounded up once. A margin of
 * −1_000_000 or less makes it free.
 */
export function chargeNanoUsd(usage: BilledUsage, price: Price, marginPpm: MarginPpm = 0): NanoUsd {
  const components = componentsAt(usage.inputTokens, price);
  const scaled =
    scaledInput(usage, components) + scaledOutput(usage, components) + scaledFixed(usage.images, components);
  return roundedUp(scaled, marginPpm);
}

/** How much of a call's charge is for its output, rounded down: the rest is for its prompt, and for the call itself. */
export function outputShareNanoUsd(usage: BilledUsage, price: Price, marginPpm: MarginPpm = 0): NanoUsd {
  const scaled = scaledOutput(usage, componentsAt(usage.inputTokens, price)) * marginFactor(marginPpm);
  return nanoUsd(scaled / TOKENS_PER_MTOK_PPM);
}

/**
 * The most that a call of up to so many tokens and images can cost, however they split into parts and whichever tier
 * they reach: what a hold is made for.
 */
export function maxChargeNanoUsd(totals: TokenTotals, price: Price, marginPpm: MarginPpm = 0): NanoUsd {
  const { inputTokens, outputTokens, images } = totals;
  const output = BigInt(outputTokens);
  let scaled = 0n;
  forEachReachable(inputTokens, price, (components, inputTokensMax) => {
    const most =
      scaledPrompt(inputTokensMax, images, components) + output * dearestOutputNanoUsdPerMtok(components);
    if (most > scaled) scaled = most;
  });
  return roundedUp(scaled, marginPpm);
}

/**
 * The most output tokens with which a call still costs no more than `budgetNanoUsd`, whatever its tokens turn out to
 * be ({@link maxChargeNanoUsd}). 0 when not even the prompt fits, `Number.MAX_SAFE_INTEGER` when output is free.
 */
export function affordableOutputTokens(
  budgetNanoUsd: bigint,
  inputTokens: number,
  price: Price,
  marginPpm: MarginPpm = 0,
  images = 0,
): number {
  const factor = marginFactor(marginPpm);
  const scaledBudget = budgetNanoUsd * TOKENS_PER_MTOK_PPM;
  let tokens = BigInt(Number.MAX_SAFE_INTEGER);
  forEachReachable(inputTokens, price, (components, inputTokensMax) => {
    const left = scaledBudget - scaledPrompt(inputTokensMax, images, components) * factor;
    const perToken = dearestOutputNanoUsdPerMtok(components) * factor;
    if (left < 0n) tokens = 0n;
    else if (perToken > 0n && left / perToken < tokens) tokens = left / perToken;
  });
  return Number(tokens);
}

function scaledInput(usage: BilledUsage, components: PriceComponents): bigint {
  const { inputNanoUsdPerMtok } = components;
  let left = usage.inputTokens;
  let scaled = 0n;
  const cached = part(usage.cachedInputTokens, left);
  if (cached > 0) {
    left -= cached;
    scaled += BigInt(cached) * (components.cachedInputNanoUsdPerMtok ?? inputNanoUsdPerMtok);
  }
  const written5m = part(usage.cacheWrite5mTokens, left);
  if (written5m > 0) {
    left -= written5m;
    scaled += BigInt(written5m) * (components.cacheWrite5mNanoUsdPerMtok ?? inputNanoUsdPerMtok);
  }
  const written1h = part(usage.cacheWrite1hTokens, left);
  if (written1h > 0) {
    left -= written1h;
    scaled +=
      BigInt(written1h) *
      (components.cacheWrite1hNanoUsdPerMtok ?? components.cacheWrite5mNanoUsdPerMtok ?? inputNanoUsdPerMtok);
  }
  const audio = part(usage.audioInputTokens, left);
  if (audio > 0) {
    left -= audio;
    scaled += BigInt(audio) * (components.audioInputNanoUsdPerMtok ?? inputNanoUsdPerMtok);
  }
  return scaled + BigInt(left) * inputNanoUsdPerMtok;
}

function scaledOutput(usage: BilledUsage, components: PriceComponents): bigint {
  const { outputNanoUsdPerMtok } = components;
  let left = usage.outputTokens;
  let scaled = 0n;
  const reasoning = part(usage.reasoningTokens, left);
  if (reasoning > 0) {
    left -= reasoning;
    scaled += BigInt(reasoning) * (components.reasoningNanoUsdPerMtok ?? outputNanoUsdPerMtok);
  }
  const audio = part(usage.audioOutputTokens, left);
  if (audio > 0) {
    left -= audio;
    scaled += BigInt(audio) * (components.audioOutputNanoUsdPerMtok ?? outputNanoUsdPerMtok);
  }
  return scaled + BigInt(left) * outputNanoUsdPerMtok;
}

/** What does not depend on tokens. */
function scaledFixed(images: number | undefined, components: PriceComponents): bigint {
  const { imageNanoUsd, requestNanoUsd } = components;
  let fixedNanoUsd = requestNanoUsd ?? 0n;
  if (imageNanoUsd !== undefined && images !== undefined) fixedNanoUsd += BigInt(images) * imageNanoUsd;
  return fixedNanoUsd === 0n ? 0n : fixedNanoUsd * TOKENS_PER_MTOK;
}

/** The most that a prompt can cost. */
function scaledPrompt(inputTokens: number, images: number | undefined, components: PriceComponents): bigint {
  return BigInt(inputTokens) * dearestInputNanoUsdPerMtok(components) + scaledFixed(images, components);
}

/** How many of the tokens that are left a part can be. */
function part(tokens: number | undefined, left: number): number {
  if (tokens === undefined || !(tokens > 0)) return 0;
  return tokens < left ? tokens : left;
}

/** Every set of components that up to so many prompt tokens can be charged at, with the most that can reach it. */
function forEachReachable(
  inputTokens: number,
  price: Price,
  visit: (components: PriceComponents, inputTokensMax: number) => void,
): void {
  let components: PriceComponents = price;
  let from = 0;
  for (const tier of price.tiers ?? []) {
    if (tier.inputTokensFrom > inputTokens) break;
    if (tier.inputTokensFrom > from) visit(components, tier.inputTokensFrom - 1);
    components = tier;
    from = tier.inputTokensFrom;
  }
  visit(components, inputTokens);
}

/** The fallbacks are among the prices that they fall back to, so those that are absent can be passed over. */
function dearestInputNanoUsdPerMtok(components: PriceComponents): bigint {
  let dearest = components.inputNanoUsdPerMtok;
  dearest = dearer(dearest, components.cachedInputNanoUsdPerMtok);
  dearest = dearer(dearest, components.cacheWrite5mNanoUsdPerMtok);
  dearest = dearer(dearest, components.cacheWrite1hNanoUsdPerMtok);
  return dearer(dearest, components.audioInputNanoUsdPerMtok);
}

function dearestOutputNanoUsdPerMtok(components: PriceComponents): bigint {
  const dearest = dearer(components.outputNanoUsdPerMtok, components.reasoningNanoUsdPerMtok);
  return dearer(dearest, components.audioOutputNanoUsdPerMtok);
}

function dearer(one: bigint, other: bigint | undefined): bigint {
  return other !== undefined && other > one ? other : one;
}

/** In parts per million; never negative. */
function marginFactor(marginPpm: MarginPpm): bigint {
  return BigInt(Math.max(0, PPM + marginPpm));
}

function roundedUp(scaled: bigint, marginPpm: MarginPpm): NanoUsd {
  if (marginPpm === 0) return nanoUsd((scaled + TOKENS_PER_MTOK - 1n) / TOKENS_PER_MTOK);
  return nanoUsd((scaled * marginFactor(marginPpm) + TOKENS_PER_MTOK_PPM - 1n) / TOKENS_PER_MTOK_PPM);
}
