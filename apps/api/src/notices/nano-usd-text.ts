import { usdDecimal } from '@weir/core/money';
import { z } from 'zod';

/** Money as it is stored in a notice: a decimal string in nanoUsd. */
export const nanoUsdText = z.string().regex(/^-?\d{1,19}$/);

/** As it is written in a text, e.g. `$0.5`. */
export function usd(nanoUsd: string): string {
  return `$${usdDecimal(BigInt(nanoUsd))}`;
}
