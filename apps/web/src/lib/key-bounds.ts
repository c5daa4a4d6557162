import { isModelPattern } from '@weir/core/model-patterns';
import type { KeyRow } from './api-types.ts';
import { m } from './paraglide/messages.js';
import { CONCURRENCY_MAX, wholeUpTo, type Validator } from './validators.ts';

/** What bounds a key beside money; the names are those of the form's fields. */
export const KEY_RATES = ['requestsPerMinuteMax', 'tokensPerMinuteMax'] as const;

export type KeyRate = (typeof KEY_RATES)[number];

/** The api's own limits. */
export const KEY_RATES_MAX: Readonly<Record<KeyRate, number>> = {
  requestsPerMinuteMax: 1_000_000,
  tokensPerMinuteMax: 1_000_000_000,
};
export const LIST_MAX = 50;

/** The fields of a key's form that are lists. */
export const KEY_LISTS = ['models', 'addresses', 'vendors', 'regions'] as const;

export const BOUND_FIELDS = ['concurrencyMax', ...KEY_RATES, ...KEY_LISTS, 'expiresOn'] as const;

/** Commas and blanks part the entries of a list. */
export function readList(text: string): string[] {
  return text.split(/[\s,，、]+/).filter((item) => item !== '');
}

/** When the last day of a key is over, in UTC; undefined for what is no day. */
export function endOfDay(day: string): Date | undefined {
  const start = /^\d{4}-\d\d-\d\d$/.test(day) ? new Date(`${day}T00:00:00Z`) : undefined;
  if (start === undefined || Number.isNaN(start.getTime())) return undefined;
  return new Date(start.getTime() + DAY_MS);
}

const DAY_MS = 86_400_000;

const ROUTE_NAME = /^[a-z0-9][a-z0-9._-]{0,31}$/;
/** The shape alone: what is an address is the api's to know. */
const ADDRESS = /^[0-9a-f.:]{2,45}(?:\/\d{1,3})?$/i;

const listOf =
  (isItem: (item: string) => boolean, message: () => string): Validator =>
  (value) => {
    const items = readList(value);
    return items.length <= LIST_MAX && items.every(isItem) ? undefined : message();
  };

/** What a key's form checks of them before the api is asked. */
export const BOUND_VALIDATORS: Readonly<Record<(typeof BOUND_FIELDS)[number], Validator>> = {
  concurrencyMax: wholeUpTo(CONCURRENCY_MAX),
  requestsPerMinuteMax: wholeUpTo(KEY_RATES_MAX.requestsPerMinuteMax),
  tokensPerMinuteMax: wholeUpTo(KEY_RATES_MAX.tokensPerMinuteMax),
  models: listOf(isModelPattern, m.invalid_models),
  addresses: listOf((item) => ADDRESS.test(item), m.invalid_addresses),
  vendors: listOf((item) => ROUTE_NAME.test(item), m.invalid_names),
  regions: listOf((item) => ROUTE_NAME.test(item), m.invalid_names),
  expiresOn: (value) => (value === '' || endOfDay(value) ? undefined : m.invalid_expires()),
};

type Bounds = Pick<KeyRow, 'concurrencyMax' | KeyRate | (typeof KEY_LISTS)[number] | 'expiresAt'>;

/** A key's bounds as the form shows them, empty where there is none. */
export function boundFormValues(row: Bounds): Record<(typeof BOUND_FIELDS)[number], string> {
  return {
    concurrencyMax: row.concurrencyMax?.toString() ?? '',
    requestsPerMinuteMax: row.requestsPerMinuteMax?.toString() ?? '',
    tokensPerMinuteMax: row.tokensPerMinuteMax?.toString() ?? '',
    models: row.models?.join(', ') ?? '',
    addresses: row.addresses?.join(', ') ?? '',
    vendors: row.vendors?.join(', ') ?? '',
    regions: row.regions?.join(', ') ?? '',
    // The day that ends then, not the one that begins.
    expiresOn: row.expiresAt ? new Date(Date.parse(row.expiresAt) - 1).toISOString().slice(0, 10) : '',
  };
}

export function hasBounds(row: Bounds): boolean {
  return Object.values(boundFormValues(row)).some((value) => value !== '');
}
