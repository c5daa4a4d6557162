import { describe, expect, inject, it } from 'vitest';
import { newHold, openTestLedger, settling, voiding } from './testing.ts';

/** With one lane, the first command goes alone, and those that come meanwhile go together. */
const open = () => openTestLedger(inject('clusterUrl'), { lanes: 1 });

describe('in one batch', () => {
  it('of two closings of a request, one is told that it closed it', async () => {
    await using test = await open();
    const account = await test.createAccount(1000n);
    const call = newHold(account, 400n);
    await test.ledger.hold(call);
    const [, ...results] = await Promise.all([
      test.ledger.hold(newHold(account, 1n)),
      test.ledger.close(settling(call, 100n)),
      test.ledger.close(voiding(call)),
    ]);
    expect(results.toSorted()).toEqual(['closed', 'not_held']);
  });

  it('a hold is refused for what was granted, not for what was refused beside it', async () => {
    await using test = await open();
    const { accountId } = await test.createAccount(10n);
    const keyId = await test.addKey(accountId, { concurrencyMax: 2, budgetTotalNanoUsd: 100n });
    const account = { accountId, keyId };
    const results = await Promise.all(
      [3n, 60n, 70n].map((amount) => test.ledger.hold(newHold(account, amount))),
    );
    expect(results).toEqual([
      { granted: true, availableNanoUsd: 7n },
      { granted: false, refusal: { by: 'balance', leftNanoUsd: 7n } },
      { granted: false, refusal: { by: 'balance', leftNanoUsd: 7n } },
    ]);
  });
});
