/**
 * Money is counted in whole nano US dollars: 1 USD = 1_000_000_000 nanoUsd.
 * `bigint` in code and in Postgres, a decimal string in JSON. Never a float.
 */
export type NanoUsd = bigint & { readonly __unit: 'nanoUsd' };

export const NANO_USD_PER_USD = 1_000_000_000n;

const FRACTION_DIGITS = 9;
const USD_PATTERN = /^(-?)(\d{1,9})(?:\.(\d{1,9}))?$/;

export function nanoUsd(value: bigint): NanoUsd {
  return value as NanoUsd;
}

/**
 * Reads a decimal amount of US dollars, e.g. `5`, `0.15` or `-2.5`, exactly.
 * @throws {RangeError} when the text is no such amount: more than nine digits on a side, an exponent, a sign other than `-`.
 */
export function parseUsd(text: string): NanoUsd {
  const match = USD_PATTERN.exec(text.trim());
  if (!match) {
    throw new RangeError(`"${text}" is not an amount in US dollars; write it like 5 or 0.15`);
  }
  const [, sign, whole = '0', fraction = ''] = match;
  const magnitude = BigInt(whole) * NANO_USD_PER_USD + BigInt(fraction.padEnd(FRACTION_DIGITS, '0'));
  return nanoUsd(sign === '-' ? -magnitude : magnitude);
}

/** The exact amount as a decimal number of US dollars without trailing zeros: `5`, `0.00015`, `-2.5`. */
export function usdDecimal(amount: bigint): string {
  const magnitude = amount < 0n ? -amount : amount;
  const whole = magnitude / NANO_USD_PER_USD;
  const fraction = (magnitude % NANO_USD_PER_USD)
    .toString()
    .padStart(FRACTION_DIGITS, '0')
    .replace(/0+$/, '');
  return `${amount < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}
