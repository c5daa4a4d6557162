import type { PriceComponents } from '@weir/catalog/charge';
import type { PriceComponentsView } from './api-types.ts';
import { componentsOf, partPrices, type PricePart } from './price.ts';

/** What a call used; null = nobody said. Parts are included in their whole. */
export interface UsedTokens {
  inputTokens: number | null;
  outputTokens: number | null;
  cachedInputTokens?: number | null;
  cacheWrite5mTokens?: number | null;
  cacheWrite1hTokens?: number | null;
  audioInputTokens?: number | null;
  images?: number | null;
  reasoningTokens?: number | null;
  audioOutputTokens?: number | null;
}

type RowPrice = Omit<PriceComponentsView, 'inputNanoUsdPerMtok' | 'outputNanoUsdPerMtok'> & {
  inputNanoUsdPerMtok: string | null;
  outputNanoUsdPerMtok: string | null;
};

/** The components that a call was charged at; undefined while no price has been fixed for it. */
export function rowPrice(row: RowPrice): PriceComponents | undefined {
  const { inputNanoUsdPerMtok, outputNanoUsdPerMtok } = row;
  if (inputNanoUsdPerMtok === null || outputNanoUsdPerMtok === null) return undefined;
  return componentsOf({ ...row, inputNanoUsdPerMtok, outputNanoUsdPerMtok });
}

type Whole = 'input' | 'output';

/** `otherInput`, `otherOutput`: what is left of a whole when its parts have lines of their own. */
export type ReceiptItem = Whole | 'otherInput' | 'otherOutput' | PricePart;

export interface ReceiptLine {
  item: ReceiptItem;
  /** Null = not known. */
  count: number | null;
  /** For a million tokens, an image or a request; undefined where no price was fixed. */
  unitNanoUsd: bigint | undefined;
  /** What it comes to for `TOKENS_PER_MTOK` such calls, so that nothing is rounded; undefined where it is not known. */
  scaledNanoUsd: bigint | undefined;
}

export interface Receipt {
  /** They share no token, and come to the charge before its margin. */
  lines: ReceiptLine[];
  /** Parts that cost what their whole costs and have no line. */
  included: { part: PricePart; count: number }[];
}

export const TOKENS_PER_MTOK = 1_000_000n;

const PARTS_OF: Readonly<Record<Whole, readonly PricePart[]>> = {
  input: ['cachedInput', 'cacheWrite5m', 'cacheWrite1h', 'audioInput'],
  output: ['reasoning', 'audioOutput'],
};

/**
 * A charge in its lines. Where parts come to more than their whole, each takes what the ones before it left, as the
 * charge does.
 */
export function receiptOf(used: UsedTokens, price: PriceComponents | undefined): Receipt {
  const receipt: Receipt = { lines: [], included: [] };
  const units = new Map(price === undefined ? [] : partPrices(price).map((p) => [p.part, p.nanoUsd]));
  const counts = countsOf(used);
  const wholes = [
    { whole: 'input', other: 'otherInput', count: used.inputTokens, unit: price?.inputNanoUsdPerMtok },
    { whole: 'output', other: 'otherOutput', count: used.outputTokens, unit: price?.outputNanoUsdPerMtok },
  ] as const;
  for (const { whole, other, count, unit } of wholes) {
    addWhole(receipt, { whole, other, count, unit, counts, units });
  }
  const imageUnit = units.get('image');
  if (counts.image > 0) {
    if (imageUnit === undefined) receipt.included.push({ part: 'image', count: counts.image });
    else receipt.lines.push(line('image', counts.image, imageUnit));
  }
  const requestUnit = units.get('request');
  if (requestUnit !== undefined) receipt.lines.push(line('request', 1, requestUnit));
  return receipt;
}

interface WholeOfCall {
  whole: Whole;
  other: 'otherInput' | 'otherOutput';
  count: number | null;
  unit: bigint | undefined;
  counts: Record<PricePart, number>;
  units: ReadonlyMap<PricePart, bigint>;
}

function addWhole({ lines, included }: Receipt, { whole, other, count, unit, counts, units }: WholeOfCall) {
  let left = count ?? 0;
  let plain = 0;
  let hasOwn = false;
  for (const part of PARTS_OF[whole]) {
    const taken = Math.min(counts[part], left);
    if (taken === 0) continue;
    left -= taken;
    const own = units.get(part);
    if (own === undefined) {
      plain += taken;
      included.push({ part, count: taken });
    } else {
      hasOwn = true;
      lines.push(line(part, taken, own));
    }
  }
  lines.push(line(hasOwn ? other : whole, count === null ? null : left + plain, unit));
}

function line(item: ReceiptItem, count: number | null, unitNanoUsd: bigint | undefined): ReceiptLine {
  const perMtok = item === 'image' || item === 'request' ? TOKENS_PER_MTOK : 1n;
  const isKnown = count !== null && unitNanoUsd !== undefined;
  return {
    item,
    count,
    unitNanoUsd,
    scaledNanoUsd: isKnown ? BigInt(count) * unitNanoUsd * perMtok : undefined,
  };
}

function countsOf(used: UsedTokens): Record<PricePart, number> {
  return {
    cachedInput: used.cachedInputTokens ?? 0,
    cacheWrite5m: used.cacheWrite5mTokens ?? 0,
    cacheWrite1h: used.cacheWrite1hTokens ?? 0,
    audioInput: used.audioInputTokens ?? 0,
    reasoning: used.reasoningTokens ?? 0,
    audioOutput: used.audioOutputTokens ?? 0,
    image: used.images ?? 0,
    request: 1,
  };
}
