import type { Price, PriceComponents, PriceTier } from '@weir/catalog/charge';
import type { PriceComponentsView, PriceView } from './api-types.ts';

/** What has a price of its own within a whole; in the order in which a price list names them. */
export const PRICE_PARTS = [
  'cachedInput',
  'cacheWrite5m',
  'cacheWrite1h',
  'audioInput',
  'reasoning',
  'audioOutput',
  'image',
  'request',
] as const;

export type PricePart = (typeof PRICE_PARTS)[number];

/** A part's price: for a million tokens, but for images and the request itself. */
export interface PartPrice {
  readonly part: PricePart;
  readonly nanoUsd: bigint;
}

/** A price of the api for the arithmetic of the catalog. */
export function priceOf({ tiers, ...view }: PriceView): Price {
  return { ...componentsOf(view), tiers: tiers.map(tierOf) };
}

function tierOf({ inputTokensFrom, ...view }: PriceView['tiers'][number]): PriceTier {
  return { inputTokensFrom, ...componentsOf(view) };
}

/** Decimal strings as numbers; null as absent. */
export function componentsOf(view: PriceComponentsView): PriceComponents {
  const part = (text: string | null) => (text === null ? undefined : BigInt(text));
  return {
    inputNanoUsdPerMtok: BigInt(view.inputNanoUsdPerMtok),
    outputNanoUsdPerMtok: BigInt(view.outputNanoUsdPerMtok),
    cachedInputNanoUsdPerMtok: part(view.cachedInputNanoUsdPerMtok),
    cacheWrite5mNanoUsdPerMtok: part(view.cacheWrite5mNanoUsdPerMtok),
    cacheWrite1hNanoUsdPerMtok: part(view.cacheWrite1hNanoUsdPerMtok),
    reasoningNanoUsdPerMtok: part(view.reasoningNanoUsdPerMtok),
    audioInputNanoUsdPerMtok: part(view.audioInputNanoUsdPerMtok),
    audioOutputNanoUsdPerMtok: part(view.audioOutputNanoUsdPerMtok),
    imageNanoUsd: part(view.imageNanoUsd),
    requestNanoUsd: part(view.requestNanoUsd),
  };
}

/** The parts that cost something else than the whole they are included in; images and requests, if they cost at all. */
export function partPrices(price: PriceComponents): PartPrice[] {
  const { inputNanoUsdPerMtok: input, outputNanoUsdPerMtok: output } = price;
  const wholes: Record<PricePart, { own: bigint | undefined; whole: bigint }> = {
    cachedInput: { own: price.cachedInputNanoUsdPerMtok, whole: input },
    cacheWrite5m: { own: price.cacheWrite5mNanoUsdPerMtok, whole: input },
    cacheWrite1h: { own: price.cacheWrite1hNanoUsdPerMtok ?? price.cacheWrite5mNanoUsdPerMtok, whole: input },
    audioInput: { own: price.audioInputNanoUsdPerMtok, whole: input },
    reasoning: { own: price.reasoningNanoUsdPerMtok, whole: output },
    audioOutput: { own: price.audioOutputNanoUsdPerMtok, whole: output },
    image: { own: price.imageNanoUsd, whole: 0n },
    request: { own: price.requestNanoUsd, whole: 0n },
  };
  return PRICE_PARTS.flatMap((part) => {
    const { own, whole } = wholes[part];
    return own === undefined || own === whole ? [] : [{ part, nanoUsd: own }];
  });
}
