import { usdDecimal } from '@weir/core/money';
import type { PriceComponentsView, PriceTermsView } from '../prices/price-view.ts';

const PER_MTOK = [
  ['input', 'inputNanoUsdPerMtok'],
  ['output', 'outputNanoUsdPerMtok'],
  ['cached input', 'cachedInputNanoUsdPerMtok'],
  ['cache write 5m', 'cacheWrite5mNanoUsdPerMtok'],
  ['cache write 1h', 'cacheWrite1hNanoUsdPerMtok'],
  ['reasoning', 'reasoningNanoUsdPerMtok'],
  ['audio input', 'audioInputNanoUsdPerMtok'],
  ['audio output', 'audioOutputNanoUsdPerMtok'],
] as const satisfies [string, keyof PriceComponentsView][];

const PER_PIECE = [
  ['image', 'imageNanoUsd'],
  ['request', 'requestNanoUsd'],
] as const satisfies [string, keyof PriceComponentsView][];

/** A price on one line, e.g. `input 0.15 USD, output 0.6 USD per million tokens; from 200000 input tokens: …`. */
export function describePrice({ tiers, ...components }: PriceTermsView): string {
  const ofTiers = tiers.map(
    (tier) => `from ${tier.inputTokensFrom} input tokens: ${describeComponents(tier)}`,
  );
  return [describeComponents(components), ...ofTiers].join('; ');
}

function describeComponents(components: PriceComponentsView): string {
  const amountsOf = (parts: readonly (readonly [string, keyof PriceComponentsView])[]) =>
    parts.flatMap(([name, component]) => {
      const amount = components[component];
      return amount === null ? [] : [`${name} ${usdDecimal(BigInt(amount))} USD`];
    });
  return [`${amountsOf(PER_MTOK).join(', ')} per million tokens`, ...amountsOf(PER_PIECE)].join(', each ');
}
