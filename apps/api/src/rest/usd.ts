import { parseUsd, usdDecimal } from '@weir/core/money';

/** US dollars as OpenRouter's clients read them, which know no decimal strings. */
export function usdNumber(nanoUsd: bigint): number {
  return Number(usdDecimal(nanoUsd));
}

const FRACTION_DIGITS = 9;

/** To the billionth. @throws {RangeError} for what is no such amount. */
export function nanoUsdOf(usd: number): bigint {
  return parseUsd(usd.toFixed(FRACTION_DIGITS));
}
