import type { ConditionalPrice, ModelInfo, ModelPrice } from '@pydantic/genai-prices';
import type { ComponentsRow, PriceRow } from '../model-row.ts';
import { scaledDecimal } from './decimal.ts';

/** A price in our components, or why it can't be written in them. */
export type Converted = { readonly price: PriceRow } | { readonly reason: string };

/** USD per million tokens: what the package's `…_mtok` stands for. */
const NANO_USD_EXPONENT = 9;
/** USD per thousand: what its `…_kcount` stands for. */
const KCOUNT_EXPONENT = NANO_USD_EXPONENT - 3;

const COMPONENTS: Readonly<Record<string, readonly [keyof ComponentsRow, exponent: number]>> = {
  input_mtok: ['inputNanoUsdPerMtok', NANO_USD_EXPONENT],
  output_mtok: ['outputNanoUsdPerMtok', NANO_USD_EXPONENT],
  cache_read_mtok: ['cachedInputNanoUsdPerMtok', NANO_USD_EXPONENT],
  cache_write_mtok: ['cacheWrite5mNanoUsdPerMtok', NANO_USD_EXPONENT],
  cache_write_1h_mtok: ['cacheWrite1hNanoUsdPerMtok', NANO_USD_EXPONENT],
  output_reasoning_mtok: ['reasoningNanoUsdPerMtok', NANO_USD_EXPONENT],
  input_audio_mtok: ['audioInputNanoUsdPerMtok', NANO_USD_EXPONENT],
  output_audio_mtok: ['audioOutputNanoUsdPerMtok', NANO_USD_EXPONENT],
  requests_kcount: ['requestNanoUsd', KCOUNT_EXPONENT],
};

/** Paid for the vendor's own tools, by calls that use them: no part of what the model itself costs. */
const TOOL_FEES: ReadonlySet<string> = new Set(['web_searches_kcount', 'storage_searches_kcount']);

/**
 * The price in force on a day, with every tier spelt out. The package picks a tier when the prompt has *more* tokens
 * than its `start`, and then charges the whole call at it; ours begin one token later.
 */
export function convertPrice(prices: ModelInfo['prices'], asOf: Date): Converted {
  const inForce = Array.isArray(prices) ? priceInForce(prices, asOf) : prices;
  if (inForce === undefined) return { reason: 'its price depends on the time of day' };
  const amounts = Object.entries(inForce).filter(
    ([key, amount]) => amount !== undefined && !TOOL_FEES.has(key),
  );
  const strange = amounts.map(([key]) => key).filter((key) => !Object.hasOwn(COMPONENTS, key));
  if (strange.length > 0) return { reason: `no component holds ${strange.toSorted().join(', ')}` };

  const components = componentsAbove(inForce, 0);
  if ('reason' in components) return components;
  const starts = new Set(
    amounts.flatMap(([, amount]) =>
      typeof amount === 'object' ? amount.tiers.map(({ start }) => start) : [],
    ),
  );
  const tiers: NonNullable<PriceRow['tiers']>[number][] = [];
  for (const start of [...starts].toSorted((one, other) => one - other)) {
    const tier = componentsAbove(inForce, start + 1);
    if ('reason' in tier) return tier;
    tiers.push({ inputTokensFrom: start + 1, ...tier.components });
  }
  const [first, ...rest] = tiers;
  return { price: { ...components.components, ...(first && { tiers: [first, ...rest] }) } };
}

/** The last whose time has come, as the package itself chooses; undefined when the hour has a say in it. */
function priceInForce(prices: readonly ConditionalPrice[], asOf: Date): ModelPrice | undefined {
  if (prices.some(({ constraint }) => constraint?.type === 'time_of_date')) return undefined;
  const current = prices.findLast(
    ({ constraint }) =>
      constraint === undefined ||
      (constraint.type === 'start_date' && asOf.getTime() >= Date.parse(constraint.start_date)),
  );
  return (current ?? prices[0])?.prices;
}

/** What a prompt of so many tokens is charged at. */
function componentsAbove(
  prices: ModelPrice,
  inputTokens: number,
): { readonly components: ComponentsRow } | { readonly reason: string } {
  const components: Partial<Record<keyof ComponentsRow, string>> = {};
  for (const [key, [name, exponent]] of Object.entries(COMPONENTS)) {
    const amount = prices[key];
    if (amount === undefined) continue;
    // A number's shortest text is the decimal that the package was written with: it has no more than 15 digits.
    const text = String(typeof amount === 'number' ? amount : amountAt(amount, inputTokens));
    const nanoUsd = scaledDecimal(text, exponent);
    if (nanoUsd === undefined) return { reason: `${key} of ${text} USD is no whole number of nanoUsd` };
    components[name] = nanoUsd.toString();
  }
  const { inputNanoUsdPerMtok, outputNanoUsdPerMtok } = components;
  if (inputNanoUsdPerMtok === undefined || outputNanoUsdPerMtok === undefined) {
    return { reason: 'it has no price for input and output tokens' };
  }
  return { components: { ...components, inputNanoUsdPerMtok, outputNanoUsdPerMtok } };
}

function amountAt(
  { base, tiers }: { base: number; tiers: readonly { start: number; price: number }[] },
  inputTokens: number,
): number {
  const reached = tiers.filter(({ start }) => inputTokens > start);
  return reached.toSorted((one, other) => one.start - other.start).at(-1)?.price ?? base;
}
