const DECIMAL = /^(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/;

/**
 * `text × 10^exponent`, exactly.
 * @param text a decimal number that is not negative, as JavaScript writes numbers: `0.15`, `30`, `1e-7`.
 * @returns undefined when the text is no such number, or the product is not whole.
 */
export function scaledDecimal(text: string, exponent: number): bigint | undefined {
  const match = DECIMAL.exec(text);
  if (!match) return undefined;
  const [, whole = '', fraction = '', power = '0'] = match;
  const digits = BigInt(whole + fraction);
  const shift = exponent + Number(power) - fraction.length;
  if (shift >= 0) return digits * 10n ** BigInt(shift);
  const divisor = 10n ** BigInt(-shift);
  return digits % divisor === 0n ? digits / divisor : undefined;
}
