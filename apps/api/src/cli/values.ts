import { isAddressRange } from '@weir/settings/address-ranges';
import { ID_PREFIXES, type IdKind } from '@weir/core/ids';
import { isModelPattern } from '@weir/core/model-patterns';
import { parseUsd, type NanoUsd } from '@weir/core/money';
import { InvalidArgumentError } from 'commander';
import { email as emailSchema } from '../auth/auth-inputs.ts';
import { keyName } from '../keys/key-inputs.ts';

/* Each reads the text of an option or argument, or says in one line what is wrong with it and how to write it. */

/** Any amount but nothing, e.g. `5`, `0.15`, `-2.5`. */
export function usdAmount(text: string): NanoUsd {
  const amount = usd(text);
  if (amount === 0n) throw new InvalidArgumentError('The amount is 0; nothing would move.');
  return amount;
}

export function positiveUsd(text: string): NanoUsd {
  const amount = usdAmount(text);
  if (amount < 0n) throw new InvalidArgumentError('The amount is below 0.');
  return amount;
}

/** A price may be 0. */
export function usdPrice(text: string): NanoUsd {
  const price = usd(text);
  if (price < 0n) throw new InvalidArgumentError('A price is not below 0.');
  return price;
}

function usd(text: string): NanoUsd {
  try {
    return parseUsd(text);
  } catch {
    throw new InvalidArgumentError(
      'Write an amount in US dollars like 5 or 0.15: no exponent, at most 9 decimals.',
    );
  }
}

/** A value, or the word none: commander knows no null. */
export function orNone<Value>(read: (text: string) => Value): (text: string) => Value | 'none' {
  return (text) => (text === 'none' ? 'none' : read(text));
}

/** Several values, with commas between them. */
export function listOf<Value>(read: (text: string) => Value): (text: string) => Value[] {
  return (text) => text.split(',').map((item) => read(item.trim()));
}

/** None is null from here on; what was not said stays undefined. */
export function nullIfNone<Value>(value: Value | 'none'): Value | null {
  return value === 'none' ? null : value;
}

const PPM_PER_PERCENT = 10_000;
const PERCENT_DECIMALS = 4;

/** A margin in percent, e.g. `12.5`, `-10`, exactly as millionths: `125000`, `-100000`. */
export function marginPercent(text: string): number {
  const [, sign = '', whole = '', decimals = ''] = /^(-?)(\d{1,5})(?:\.(\d+))?$/.exec(text) ?? [];
  const form = 'Write a percentage like 12.5 or -10: from -100 to 10000';
  if (whole === '') throw new InvalidArgumentError(`${form}.`);
  if (decimals.replace(/0+$/, '').length > PERCENT_DECIMALS) {
    throw new InvalidArgumentError(`${form}, with ${PERCENT_DECIMALS} decimals at most.`);
  }
  const magnitude =
    Number(whole) * PPM_PER_PERCENT +
    Number(decimals.slice(0, PERCENT_DECIMALS).padEnd(PERCENT_DECIMALS, '0'));
  const ppm = sign === '-' && magnitude > 0 ? -magnitude : magnitude;
  if (ppm < -100 * PPM_PER_PERCENT || ppm > 10_000 * PPM_PER_PERCENT)
    throw new InvalidArgumentError(`${form}.`);
  return ppm;
}

/** Millionths as a percentage, without zeros at its end. */
export function percentDecimal(ppm: number): string {
  const magnitude = Math.abs(ppm);
  const decimals = (magnitude % PPM_PER_PERCENT)
    .toString()
    .padStart(PERCENT_DECIMALS, '0')
    .replace(/0+$/, '');
  return `${ppm < 0 ? '-' : ''}${Math.trunc(magnitude / PPM_PER_PERCENT)}${decimals && `.${decimals}`}`;
}

/** A date of UTC, or a date with a time, of UTC unless it says otherwise. */
export function instant(text: string): Date {
  const [, day = '', time = '00:00', zone = 'Z'] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)(Z|[+-]\d\d:\d\d)?)?$/.exec(text) ?? [];
  const midnight = new Date(`${day}T00:00:00Z`);
  const at = new Date(`${day}T${time}${zone}`);
  // A 30th of February would become a day in March.
  const isDay = !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day);
  if (day !== '' && isDay && !Number.isNaN(at.getTime())) return at;
  throw new InvalidArgumentError('Write a date like 2027-01-31, or a time like 2027-01-31T08:30Z.');
}

export function futureInstant(text: string): Date {
  const at = instant(text);
  if (at.getTime() > Date.now()) return at;
  throw new InvalidArgumentError('That time is over.');
}

/** A comma list of models, or of patterns in which `*` stands for any text. */
export function modelList(text: string): string[] {
  return distinctItems(
    text,
    isModelPattern,
    'Write models or patterns like openai/*,anthropic/claude-*: at most 50.',
  );
}

/** A comma list of addresses, or of ranges of them. */
export function addressList(text: string): string[] {
  return distinctItems(
    text,
    isAddressRange,
    'Write addresses or ranges like 203.0.113.7,2001:db8::/32: at most 50.',
  );
}

const LIST_MAX = 50;

function distinctItems(text: string, isItem: (item: string) => boolean, form: string): string[] {
  const items = [...new Set(text.split(',').map((item) => item.trim()))];
  if (items.length <= LIST_MAX && items.every(isItem)) return items;
  throw new InvalidArgumentError(form);
}

export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Write a whole number from ${min} to ${max}.`);
  };
}

export function idOf(kind: IdKind): (text: string) => string {
  const prefix = ID_PREFIXES[kind];
  return (text) => {
    if (new RegExp(`^${prefix}_[0-9a-z_]{1,60}$`).test(text)) return text;
    throw new InvalidArgumentError(`Write the id, which begins with ${prefix}_.`);
  };
}

export function email(text: string): string {
  const result = emailSchema.safeParse(text);
  if (result.success) return result.data;
  throw new InvalidArgumentError('Write an e-mail address like name@example.com.');
}

export function nameOfKey(text: string): string {
  const result = keyName.safeParse(text);
  if (result.success) return result.data;
  throw new InvalidArgumentError(result.error.issues[0]?.message ?? 'This is no name for a key.');
}

/** The id of a model, here or at its vendor: no blanks, at most 200 characters. */
export function modelName(text: string): string {
  if (/^[!-~]{1,200}$/.test(text)) return text;
  throw new InvalidArgumentError('Write a model like openai/gpt-5-mini: 1 to 200 characters, no blanks.');
}

export function vendorName(text: string): string {
  if (/^[a-z0-9][a-z0-9_-]{0,31}$/.test(text)) return text;
  throw new InvalidArgumentError(
    'Write a vendor like openai: lower-case letters, digits, - and _, at most 32.',
  );
}

/** Where a channel serves from, in a word of the operator's. */
export function regionName(text: string): string {
  if (/^[a-z0-9][a-z0-9-]{0,31}$/.test(text) && text !== 'none') return text;
  throw new InvalidArgumentError(
    'Write a region like eu or us-east-1: lower-case letters, digits and -, at most 32; none stands for no region.',
  );
}

/** What an operator calls a group of accounts; `none` stands for no group. */
export function groupName(text: string): string {
  if (/^[a-z0-9][a-z0-9_-]{0,31}$/.test(text) && text !== 'none') return text;
  throw new InvalidArgumentError(
    'Write a group like resellers: lower-case letters, digits, - and _, at most 32; none stands for no group.',
  );
}

/** What causes a movement of money, e.g. an invoice's number. */
export function reference(text: string): string {
  if (/^\P{Cc}{1,200}$/u.test(text.trim())) return text.trim();
  throw new InvalidArgumentError(
    'Write what the movement is for in 1 to 200 characters, e.g. invoice-2026-031.',
  );
}
