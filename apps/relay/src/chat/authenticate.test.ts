import { hashSecret, newApiKey } from '@weir/core/api-key';
import { expect, it } from 'vitest';
import type { Caller, CallerDirectory } from '../callers/caller-directory.ts';
import { authenticate } from './authenticate.ts';

it('each call of a connection is known by its own key, whatever came before it', async () => {
  const [one, other] = [newApiKey(), newApiKey()];
  const callers: CallerDirectory = {
    known: (hash) => (hash === hashSecret(one) ? ({ keyId: 'one' } as Caller) : undefined),
    lookUp: async (hash) => (hash === hashSecret(other) ? ({ keyId: 'other' } as Caller) : undefined),
    forget() {},
    forgetAll() {},
  };
  const connection = {};
  const seen: string[] = [];
  for (const key of [one, one, other, `${one.slice(0, -1)}x`, one, newApiKey(), other, undefined, other]) {
    const credentials = { key, dialect: 'openai-chat', address: () => '', connection } as const;
    const caller = Promise.try(() => authenticate(callers, credentials));
    seen.push(
      await caller.then(
        ({ keyId }) => keyId,
        (thrown: { code: string }) => thrown.code,
      ),
    );
  }
  expect(seen).toEqual([
    'one',
    'one',
    'other',
    'invalid_api_key',
    'one',
    'invalid_api_key',
    'other',
    'missing_api_key',
    'other',
  ]);
});
