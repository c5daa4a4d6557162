import { ANSWER_TIMEOUT_MS } from '@weir/db/answered-within';
import { databaseProxy } from '@weir/db/testing/database-proxy';
import { expect, inject, it } from 'vitest';
import { openLedger } from './ledger.ts';
import { newHold, openTestLedger, settling, voiding } from './testing.ts';

const open = () => openTestLedger(inject('clusterUrl'));

it('a hold that was not even sent, as the database is away, leaves nothing that waits for it', async () => {
  await using test = await open();
  const account = await test.createAccount(10n);
  await using proxy = await databaseProxy(test.url, 'a ledger cut off');
  const ledger = openLedger(proxy.url, { applicationName: 'a ledger cut off' });
  proxy.interfere('cut');
  const calls = Array.from({ length: 20 }, () => newHold(account, 1n));
  const results = await Promise.allSettled(
    calls.flatMap((call) => [ledger.hold(call), ledger.close(voiding(call))]),
  );
  expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(40);
  expect(ledger.waiting).toBe(0);
  await ledger.stop();
});

it(
  'a connection that has fallen silent is given up for a new one, and what went on it is done',
  { timeout: 3 * ANSWER_TIMEOUT_MS },
  async () => {
    await using test = await open();
    const account = await test.createAccount(10n);
    await using proxy = await databaseProxy(test.url, 'a ledger cut off');
    const ledger = openLedger(proxy.url, { applicationName: 'a ledger cut off' });
    await ledger.hold(newHold(account, 0n));
    proxy.interfere('silent');
    const call = newHold(account, 4n);
    const both = Promise.all([ledger.hold(call), ledger.close(settling(call, 3n))]);
    // A new one is let through.
    proxy.relent();
    expect(await both).toMatchObject([{ granted: true }, 'closed']);
    expect(await test.money(account.accountId)).toMatchObject({ balance: 7n, held: 0n });
    await ledger.stop();
  },
);
