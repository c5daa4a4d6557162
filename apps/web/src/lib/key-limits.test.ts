import { expect, test } from 'vitest';
import { budgetShare, hasLimits, keyFormValues, KEY_VALIDATORS } from './key-limits.ts';
import { check } from './validators.ts';

test.each([
  ['0', '100', 0],
  ['25', '100', 0.25],
  ['999999', '1000000', 0.9999],
  ['100', '100', 1],
  ['250', '100', 1],
  ['0', '0', 1],
  ['3333333333333333333333', '10000000000000000000000', 0.3333],
])('%s spent of %s is %d', (spentNanoUsd, limitNanoUsd, share) => {
  expect(budgetShare({ spentNanoUsd, limitNanoUsd })).toBe(share);
});

test('a form shows limits in dollars to the last digit, and none as nothing', () => {
  const budget = (limitNanoUsd: string) => ({ limitNanoUsd, spentNanoUsd: '7', resetsAt: null });
  expect(
    keyFormValues({
      name: 'CI',
      scopes: ['inference', 'manage'],
      disconnectPolicy: 'drain',
      concurrencyMax: 5,
      vendors: ['openai', 'azure'],
      regions: null,
      requestsPerMinuteMax: 60,
      tokensPerMinuteMax: null,
      models: ['openai/*', 'a/b'],
      addresses: null,
      expiresAt: '2027-02-01T00:00:00.000Z',
      budgets: { total: null, day: budget('2500000001'), week: null, month: budget('40000000000') },
    }),
  ).toEqual({
    name: 'CI',
    scopes: 'inference manage',
    disconnectPolicy: 'drain',
    concurrencyMax: '5',
    vendors: 'openai, azure',
    regions: '',
    requestsPerMinuteMax: '60',
    tokensPerMinuteMax: '',
    models: 'openai/*, a/b',
    addresses: '',
    expiresOn: '2027-01-31',
    'budget-total': '',
    'budget-day': '2.500000001',
    'budget-week': '',
    'budget-month': '40',
  });
});

const right = {
  name: 'CI',
  scopes: 'inference read',
  'budget-day': '2.50',
  'budget-total': '',
  concurrencyMax: '10000',
};

test('what is right, or empty, passes', () => {
  expect(check(right, KEY_VALIDATORS)).toEqual({});
  expect(check({ ...right, concurrencyMax: '' }, KEY_VALIDATORS)).toEqual({});
});

test.each([
  ['name', ' '],
  ['scopes', ''],
  ['budget-day', '0'],
  ['budget-week', '-5'],
  ['budget-month', '1,000'],
  ['budget-total', 'lots'],
  ['concurrencyMax', '0'],
  ['concurrencyMax', '10001'],
  ['concurrencyMax', '2.5'],
  ['vendors', 'openai, Some Body'],
  ['requestsPerMinuteMax', '0'],
  ['tokensPerMinuteMax', '1000000001'],
  ['models', 'a/b, ü'],
  ['addresses', 'example.com'],
  ['expiresOn', 'tomorrow'],
])('%s = %j is told under its field', (field, value) => {
  expect(Object.keys(check({ ...right, [field]: value }, KEY_VALIDATORS))).toEqual([field]);
});

test('a key as it is made by default has no limits to show; each of them is one', () => {
  const plain = {
    budgets: { total: null, day: null, week: null, month: null },
    concurrencyMax: null,
    vendors: null,
    regions: null,
    running: 0,
    disconnectPolicy: 'cancel' as const,
    scopes: ['inference' as const, 'read' as const],
    requestsPerMinuteMax: null,
    tokensPerMinuteMax: null,
    models: null,
    addresses: null,
    expiresAt: null,
    previousSecret: null,
  };
  expect(hasLimits(plain)).toBe(false);
  const week = { limitNanoUsd: '5', spentNanoUsd: '0', resetsAt: null };
  expect(hasLimits({ ...plain, budgets: { ...plain.budgets, week } })).toBe(true);
  expect(hasLimits({ ...plain, concurrencyMax: 1 })).toBe(true);
  expect(hasLimits({ ...plain, regions: ['eu'] })).toBe(true);
  expect(hasLimits({ ...plain, running: 1 })).toBe(true);
  expect(hasLimits({ ...plain, scopes: ['manage'] })).toBe(true);
  expect(hasLimits({ ...plain, vendors: ['openai'] })).toBe(true);
  expect(hasLimits({ ...plain, models: ['a/*'] })).toBe(true);
  expect(hasLimits({ ...plain, addresses: ['::1'] })).toBe(true);
  expect(hasLimits({ ...plain, expiresAt: '2027-02-01T00:00:00.000Z' })).toBe(true);
  expect(hasLimits({ ...plain, requestsPerMinuteMax: 1 })).toBe(true);
  expect(hasLimits({ ...plain, tokensPerMinuteMax: 1 })).toBe(true);
  const previousSecret = { last4: 'abcd', expiresAt: '2027-02-01T00:00:00.000Z', lastUsedAt: null };
  expect(hasLimits({ ...plain, previousSecret })).toBe(true);
  expect(hasLimits({ ...plain, disconnectPolicy: 'drain' })).toBe(true);
});
