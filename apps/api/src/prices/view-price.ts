import type { PriceComponentsView, PriceTermsView, PriceView } from './price-view.ts';

type Amount = bigint | string | null | undefined;

/** A price as it is stored, as it was given, or as the catalog has it. */
interface ComponentSource {
  readonly inputNanoUsdPerMtok: bigint | string;
  readonly outputNanoUsdPerMtok: bigint | string;
  readonly cachedInputNanoUsdPerMtok?: Amount;
  readonly cacheWrite5mNanoUsdPerMtok?: Amount;
  readonly cacheWrite1hNanoUsdPerMtok?: Amount;
  readonly reasoningNanoUsdPerMtok?: Amount;
  readonly audioInputNanoUsdPerMtok?: Amount;
  readonly audioOutputNanoUsdPerMtok?: Amount;
  readonly imageNanoUsd?: Amount;
  readonly requestNanoUsd?: Amount;
}

interface TermsSource extends ComponentSource {
  readonly tiers?: readonly (ComponentSource & { readonly inputTokensFrom: number })[] | undefined;
}

export function priceTermsView(source: TermsSource): PriceTermsView {
  const tiers = (source.tiers ?? []).map((tier) => ({
    ...componentsView(tier),
    inputTokensFrom: tier.inputTokensFrom,
  }));
  return { ...componentsView(source), tiers };
}

export function priceView(
  row: TermsSource & { readonly id: string; readonly effectiveFrom: Date },
): PriceView {
  return { priceId: row.id, effectiveFrom: row.effectiveFrom.toISOString(), ...priceTermsView(row) };
}

/** Whether two prices say the same. */
export function isSamePrice(one: TermsSource, other: TermsSource): boolean {
  return JSON.stringify(priceTermsView(one)) === JSON.stringify(priceTermsView(other));
}

function componentsView(source: ComponentSource): PriceComponentsView {
  const amount = (value: Amount) => value?.toString() ?? null;
  return {
    inputNanoUsdPerMtok: source.inputNanoUsdPerMtok.toString(),
    outputNanoUsdPerMtok: source.outputNanoUsdPerMtok.toString(),
    cachedInputNanoUsdPerMtok: amount(source.cachedInputNanoUsdPerMtok),
    cacheWrite5mNanoUsdPerMtok: amount(source.cacheWrite5mNanoUsdPerMtok),
    cacheWrite1hNanoUsdPerMtok: amount(source.cacheWrite1hNanoUsdPerMtok),
    reasoningNanoUsdPerMtok: amount(source.reasoningNanoUsdPerMtok),
    audioInputNanoUsdPerMtok: amount(source.audioInputNanoUsdPerMtok),
    audioOutputNanoUsdPerMtok: amount(source.audioOutputNanoUsdPerMtok),
    imageNanoUsd: amount(source.imageNanoUsd),
    requestNanoUsd: amount(source.requestNanoUsd),
  };
}
