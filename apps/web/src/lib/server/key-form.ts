import type { Api } from './api.ts';
import { budgetField, BUDGET_PERIODS, DISCONNECT_POLICIES, type BudgetPeriod } from '#lib/key-limits.ts';
import {
  BOUND_FIELDS,
  endOfDay,
  KEY_LISTS,
  KEY_RATES,
  KEY_RATES_MAX,
  LIST_MAX,
  readList,
} from '#lib/key-bounds.ts';
import { readScopes } from '#lib/key-scopes.ts';
import { m } from '#lib/paraglide/messages.js';
import { readUsd } from '#lib/usd-input.ts';
import { CONCURRENCY_MAX } from '#lib/validators.ts';
import { formText } from './form-text.ts';

type KeySettings = Parameters<Api['keys']['create']['mutate']>[0];

/** The fields of a key's form as they were typed, for the form to come back with. */
export function readKeyForm(form: FormData): Record<string, string> {
  const fields = ['name', 'disconnectPolicy', ...BUDGET_PERIODS.map(budgetField), ...BOUND_FIELDS];
  const values = Object.fromEntries(fields.map((field) => [field, formText(form, field).trim()]));
  return { ...values, scopes: form.getAll('scopes').map(String).join(' ') };
}

/** What the api is told of a form whose fields are right. An empty limit is none, also where there was one. */
export function keySettings(values: Record<string, string>): KeySettings {
  const whole = (field: string) => (values[field] ? Number(values[field]) : null);
  const list = (field: (typeof KEY_LISTS)[number]) => {
    const items = readList(values[field] ?? '');
    return items.length > 0 ? items : null;
  };
  const limit = (period: BudgetPeriod) => readUsd(values[budgetField(period)] ?? '')?.toString() ?? null;
  return {
    name: values['name'] ?? '',
    scopes: readScopes(values['scopes'] ?? ''),
    disconnectPolicy:
      DISCONNECT_POLICIES.find((policy) => policy === values['disconnectPolicy']) ?? DISCONNECT_POLICIES[0],
    budgets: {
      totalNanoUsd: limit('total'),
      dayNanoUsd: limit('day'),
      weekNanoUsd: limit('week'),
      monthNanoUsd: limit('month'),
    },
    concurrencyMax: whole('concurrencyMax'),
    requestsPerMinuteMax: whole('requestsPerMinuteMax'),
    tokensPerMinuteMax: whole('tokensPerMinuteMax'),
    models: list('models'),
    addresses: list('addresses'),
    vendors: list('vendors'),
    regions: list('regions'),
    expiresAt: endOfDay(values['expiresOn'] ?? '')?.toISOString() ?? null,
  };
}

/** How the api's refusals of such a form are told, in the person's words and by the form's fields. */
export function keyFormRefusals() {
  return {
    known: {
      ...Object.fromEntries(BUDGET_PERIODS.map((period) => [budgetField(period), m.invalid_budget()])),
      concurrencyMax: m.invalid_limit({ max: CONCURRENCY_MAX }),
      vendors: m.invalid_names(),
      regions: m.invalid_names(),
      ...Object.fromEntries(KEY_RATES.map((rate) => [rate, m.invalid_limit({ max: KEY_RATES_MAX[rate] })])),
      models: m.invalid_models(),
      addresses: m.invalid_addresses(),
      expiresOn: m.invalid_expires(),
    },
    fieldOf: {
      ...Object.fromEntries(
        BUDGET_PERIODS.map((period) => [`budgets.${period}NanoUsd`, budgetField(period)]),
      ),
      ...Object.fromEntries(
        KEY_LISTS.flatMap((list) => Array.from({ length: LIST_MAX }, (_, i) => [`${list}.${i}`, list])),
      ),
      expiresAt: 'expiresOn',
    },
  };
}
