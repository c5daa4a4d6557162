import { expect, test } from 'vitest';
import { keySettings, readKeyForm } from './key-form.ts';

function formOf(fields: Record<string, string>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  for (const scope of ['manage', 'read', 'other']) form.append('scopes', scope);
  return form;
}

test('what was typed becomes what the api is told, in nanoUsd; an empty limit is none', () => {
  const values = readKeyForm(
    formOf({
      name: '  CI ',
      disconnectPolicy: 'drain',
      'budget-total': '',
      'budget-day': '$2.50',
      'budget-month': '40',
      concurrencyMax: ' 5 ',
      vendors: ' openai，azure ',
      requestsPerMinuteMax: '60',
      models: 'openai/*, a/b',
      addresses: ' 203.0.113.7 ',
      expiresOn: '2999-12-31',
    }),
  );
  expect(keySettings(values)).toEqual({
    name: 'CI',
    scopes: ['read', 'manage'],
    disconnectPolicy: 'drain',
    budgets: {
      totalNanoUsd: null,
      dayNanoUsd: '2500000000',
      weekNanoUsd: null,
      monthNanoUsd: '40000000000',
    },
    concurrencyMax: 5,
    vendors: ['openai', 'azure'],
    regions: null,
    requestsPerMinuteMax: 60,
    tokensPerMinuteMax: null,
    models: ['openai/*', 'a/b'],
    addresses: ['203.0.113.7'],
    expiresAt: '3000-01-01T00:00:00.000Z',
  });
});

test('a form without limits asks for none, and for a call to be stopped when its caller hangs up', () => {
  expect(keySettings(readKeyForm(formOf({ name: 'CI', disconnectPolicy: 'never' })))).toEqual({
    name: 'CI',
    scopes: ['read', 'manage'],
    disconnectPolicy: 'cancel',
    budgets: { totalNanoUsd: null, dayNanoUsd: null, weekNanoUsd: null, monthNanoUsd: null },
    concurrencyMax: null,
    vendors: null,
    regions: null,
    requestsPerMinuteMax: null,
    tokensPerMinuteMax: null,
    models: null,
    addresses: null,
    expiresAt: null,
  });
});

test('a form comes back as it was typed, and with nothing else', () => {
  const values = readKeyForm(formOf({ name: 'CI', 'budget-day': '1,000', other: 'x' }));
  expect(values).toMatchObject({ name: 'CI', 'budget-day': '1,000', concurrencyMax: '' });
  expect(values).not.toHaveProperty('other');
});
