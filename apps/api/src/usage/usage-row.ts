import type { prices, requests } from '@weir/db/schema';
import { priceTermsView } from '../prices/view-price.ts';
import type { UsageRow } from './usage-view.ts';

interface RequestWithPrice {
  request: typeof requests.$inferSelect;
  keyName: string | null;
  price: typeof prices.$inferSelect | null;
}

export function usageRow({ request, keyName, price }: RequestWithPrice): UsageRow {
  return {
    requestId: request.id,
    createdAt: request.createdAt.toISOString(),
    keyId: request.keyId,
    keyName,
    modelId: request.modelId,
    state: request.state,
    outcome: request.outcome,
    streamed: request.streamed,
    disconnectPolicy: request.disconnectPolicy,
    inputTokens: request.inputTokens,
    cachedInputTokens: request.cachedInputTokens,
    cacheWrite5mTokens: request.cacheWrite5mTokens,
    cacheWrite1hTokens: request.cacheWrite1hTokens,
    audioInputTokens: request.audioInputTokens,
    images: request.images,
    outputTokens: request.outputTokens,
    reasoningTokens: request.reasoningTokens,
    audioOutputTokens: request.audioOutputTokens,
    usageSource: request.usageSource,
    finishReason: request.finishReason,
    affordableOutputTokens: request.affordableOutputTokens,
    holdNanoUsd: request.holdNanoUsd.toString(),
    chargeNanoUsd: request.chargeNanoUsd.toString(),
    overrunNanoUsd: request.overrunNanoUsd.toString(),
    marginPpm: request.marginPpm,
    priceId: request.priceId,
    ...chargedPrice(price, request.inputTokens ?? 0),
    vendor: request.vendor,
    firstByteMs: request.firstByteMs,
    latencyMs: request.latencyMs,
    dialect: request.dialect,
    sourceIp: request.sourceIp,
    deploymentRegion: request.deploymentRegion,
  };
}

const UNKNOWN = {
  inputNanoUsdPerMtok: null,
  outputNanoUsdPerMtok: null,
  cachedInputNanoUsdPerMtok: null,
  cacheWrite5mNanoUsdPerMtok: null,
  cacheWrite1hNanoUsdPerMtok: null,
  reasoningNanoUsdPerMtok: null,
  audioInputNanoUsdPerMtok: null,
  audioOutputNanoUsdPerMtok: null,
  imageNanoUsd: null,
  requestNanoUsd: null,
  tierInputTokensFrom: null,
};

/** Of a price with tiers, the one that the prompt's length reaches. */
function chargedPrice(price: RequestWithPrice['price'], inputTokens: number) {
  if (price === null) return UNKNOWN;
  const { tiers, ...components } = priceTermsView(price);
  const tier = tiers.findLast(({ inputTokensFrom }) => inputTokens >= inputTokensFrom);
  if (tier === undefined) return { ...components, tierInputTokensFrom: null };
  const { inputTokensFrom, ...ofTier } = tier;
  return { ...ofTier, tierInputTokensFrom: inputTokensFrom };
}
