import { requests } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import { describe, expect, inject, it } from 'vitest';
import type { Closing } from './closing.ts';
import type { Hold } from './hold.ts';
import { newHold, openTestLedger, settling, voiding, type TestLedger } from './testing.ts';

/** With one lane, what comes at once goes together. */
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

it('a hold that comes while ten thousand wait is refused, and the next is taken once they are through', async () => {
  await using test = await open();
  const account = await test.createAccount(20_000n);
  const hold = () => test.ledger.hold(newHold(account, 1n));
  const waiting = Array.from({ length: 10_000 }, hold);
  await expect(hold()).rejects.toMatchObject({ code: 'service_unavailable', retryAfterSeconds: 1 });
  await Promise.all(waiting);
  expect(await hold()).toMatchObject({ granted: true, availableNanoUsd: 9_999n });
});

it('what a closing says of its call stands in the columns of these names, be it written with its hold or after it', async () => {
  await using test = await open();
  const account = await test.createAccount(1000n);
  const said = {
    outcome: 'upstream, "broken"',
    modelId: 'vendor/other',
    vendor: 'a vendor',
    channelId: 'chn_1',
    region: 'eu (west)',
    upstreamModel: String.raw`model\1`,
    priceId: 'prc_1',
    inputTokens: 1,
    cachedInputTokens: 2,
    cacheWrite5mTokens: 3,
    cacheWrite1hTokens: 4,
    audioInputTokens: 5,
    images: 6,
    outputTokens: 7,
    reasoningTokens: 8,
    audioOutputTokens: 9,
    usageSource: 'counted',
    finishReason: 'length',
    upstreamStatus: 502,
    upstreamMs: 10,
    firstByteMs: 11,
    latencyMs: 12,
    failedAttempts: [{ vendor: 'another', error: 'said "no", {and} left' }],
  } satisfies Partial<Closing>;
  const [together, after] = [newHold(account, 400n), newHold(account, 400n)];
  await test.ledger.hold(after);
  await Promise.all([test.ledger.hold(together), test.ledger.close(settling(together, 500n, said))]);
  await test.ledger.close(settling(after, 500n, said));
  for (const { requestId } of [together, after]) {
    const [row] = await test.db.select().from(requests).where(eq(requests.id, requestId));
    expect(row).toMatchObject({ ...said, state: 'settled', chargeNanoUsd: 500n, overrunNanoUsd: 100n });
  }
});

it('what a hold notes beside the rest stands in its own row alone', async () => {
  await using test = await open();
  const account = await test.createAccount(10n);
  const notes = [
    {},
    { sourceIp: '203.0.113.9' },
    { deploymentRegion: 'eu-west-1' },
    { sourceIp: '203.0.113.7', deploymentRegion: 'us' },
  ];
  const rowsOf = async (holds: readonly Hold[]) => {
    await Promise.all(holds.map((hold) => test.ledger.hold(hold)));
    return Promise.all(
      holds.map(async ({ requestId }) => {
        const [row] = await test.sql`
          select host(source_ip) as "sourceIp", deployment_region as "deploymentRegion" from requests where id = ${requestId}`;
        return row;
      }),
    );
  };
  const holds = () => notes.map((noted) => newHold(account, 1n, noted));
  const expected = notes.map((noted) => ({ sourceIp: null, deploymentRegion: null, ...noted }));
  expect(await rowsOf(holds())).toEqual(expected);
  for (const [index, hold] of holds().entries()) expect(await rowsOf([hold])).toEqual([expected[index]]);
});

it('a hold is judged again when the limits of its key change before it is written', async () => {
  await using test = await open();
  const account = await test.createAccount(10n);
  const limitTo = (budget: number) =>
    test.sql`update api_keys set budget_total_nano_usd = ${budget} where id = ${account.keyId}`;
  const [one, two] = await Promise.all([test.sql.reserve(), test.sql.reserve()]);

  // The budget refuses the hold at once, and is wide enough when it is looked at under the account's lock.
  await limitTo(3);
  await one`begin`;
  await one`select from accounts where id = ${account.accountId} for update`;
  const result = test.ledger.hold(newHold(account, 4n));
  await waitingFor(test, ['transactionid']);
  await two`begin`;
  const accountLocked = two`select from accounts where id = ${account.accountId} for update`.execute();
  await waitingFor(test, ['transactionid', 'tuple']);
  await one`commit`;
  await accountLocked;
  await limitTo(10);

  // Once the key is read, and before the hold is written, the budget is narrow again.
  await one`begin`;
  await one`lock table requests`;
  await two`commit`;
  await waitingFor(test, ['relation']);
  await limitTo(3);
  await one`commit`;

  const refusal = { by: 'key_budget', period: 'total', leftNanoUsd: 3n };
  expect(await result).toEqual({ granted: false, refusal });
  one.release();
  two.release();
});

it('a hold that waits for its account is judged by the limits that its key has when it gets it', async () => {
  await using test = await open();
  const account = await test.createAccount(10n);
  const other = await test.sql.reserve();
  await other`begin`;
  await other`select from accounts where id = ${account.accountId} for update`;
  const result = test.ledger.hold(newHold(account, 4n));
  await waitingFor(test, ['transactionid']);
  await test.sql`update api_keys set budget_day_nano_usd = 3 where id = ${account.keyId}`;
  await other`commit`;

  const refusal = { by: 'key_budget', period: 'day', leftNanoUsd: 3n };
  expect(await result).toEqual({ granted: false, refusal });
  other.release();
});

/** Resolves when connections wait for locks of these kinds, and of no others. */
async function waitingFor({ sql }: TestLedger, locks: readonly string[]): Promise<void> {
  await expect
    .poll(async () => {
      const waits = await sql<{ lock: string }[]>`
        select wait_event as lock from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock' order by 1`;
      return waits.map(({ lock }) => lock);
    })
    .toEqual(locks);
}
