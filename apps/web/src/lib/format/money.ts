import { NANO_USD_PER_USD, usdDecimal } from '@weir/core/money';

const CENT = NANO_USD_PER_USD / 100n;

function currency(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  return new Intl.NumberFormat(locale, { style: 'currency', currency: 'USD', ...options });
}

/** What `Intl.NumberFormat` formats without going through a float. */
function decimal(amount: bigint): `${number}` {
  const text = usdDecimal(amount);
  return isNumeric(text) ? text : '0';
}

function isNumeric(text: string): text is `${number}` {
  return text.trim() !== '' && !Number.isNaN(Number(text));
}

function isBelowCent(amount: bigint): boolean {
  const magnitude = amount < 0n ? -amount : amount;
  return magnitude > 0n && magnitude < CENT;
}

/** An amount for people: cents, or below a cent its first three digits (`$0.000135`). `amount` is nanoUsd. */
export function formatMoney(amount: bigint, locale: string): string {
  if (isBelowCent(amount)) return currency(locale, { maximumSignificantDigits: 3 }).format(decimal(amount));
  return currency(locale, {}).format(decimal(amount));
}

/** What one request cost: cents from a dollar on, four digits below, three where it is less than a cent. */
export function formatCharge(amount: bigint, locale: string): string {
  if (amount === 0n || amount >= NANO_USD_PER_USD || isBelowCent(amount)) return formatMoney(amount, locale);
  return currency(locale, { maximumFractionDigits: 4 }).format(decimal(amount));
}

/** What is left to spend, in cents and never rounded up: nobody is promised a cent that is not there. */
export function formatBalance(amount: bigint, locale: string): string {
  return currency(locale, { roundingMode: 'floor' }).format(decimal(amount));
}

/** Every digit of an amount, cents at least: `$0.15`, `$0.000135`. For sums that are to be checked. */
export function formatExactMoney(amount: bigint, locale: string): string {
  return currency(locale, { maximumFractionDigits: 9 }).format(decimal(amount));
}

/** The exact amount with its unit of account: `$0.000135 (135,000 nanoUsd)`. */
export function exactMoney(amount: bigint, locale: string): string {
  return `${formatExactMoney(amount, locale)} (${new Intl.NumberFormat(locale).format(amount)} nanoUsd)`;
}

/** A price in nanoUsd (per million tokens, say), with as many digits as it has, two at least: `$0.15`, `$0.075`. */
export function formatPrice(nanoUsd: bigint, locale: string): string {
  return formatExactMoney(nanoUsd, locale);
}
