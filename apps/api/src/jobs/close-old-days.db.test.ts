import { newId } from '@weir/core/ids';
import { listRequestDays, utcDay } from '@weir/db/request-days';
import { entries, requests } from '@weir/db/schema';
import { credit, openLedger, verify } from '@weir/ledger';
import { eq } from 'drizzle-orm';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { seedRequest } from '../testing/seed-request.ts';
import { startTestApi } from '../testing/start-test-api.ts';
import { closeOldDays } from './close-old-days.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const dayBefore = (days: number) => utcDay(Date.now() - days * DAY_MS);

/** Two accounts with calls today and 1, 3, 4 and 5 days ago. */
async function setUp() {
  const api = await startTestApi();
  const { database } = api;
  const people = [await api.signUp('ada@example.com'), await api.signUp('bob@example.com')] as const;
  const lines: string[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
  for (const { accountId } of people) {
    await credit(database, { accountId, kind: 'grant', amountNanoUsd: 1_000_000_000n, ref: accountId });
    for (const days of [5, 4, 3, 1, 0]) {
      await seedRequest(database, { accountId, createdAt: new Date(`${dayBefore(days)}T06:00:00Z`) });
    }
  }
  return {
    ...api,
    people,
    lines,
    closeOldDays: (retentionDays: number, signal = new AbortController().signal) =>
      closeOldDays(database, { retentionDays, log, signal }),
    days: async () => (await listRequestDays(database.sql)).map(({ day }) => day),
  };
}

describe('retention', () => {
  it('closes the days that are older, and leaves the books and the usage as they were', async () => {
    await using test = await setUp();
    const [ada, bob] = test.people;
    const read = async () => [
      await ada.client.account.balance.query(),
      await bob.client.account.balance.query(),
      await ada.client.usage.summary.query({ days: 7 }),
    ];
    const before = await read();
    expect(before[2]).toMatchObject({ requests: 5, spendNanoUsd: '500' });
    expect(await verify(test.database)).toMatchObject({ ok: true, accounts: 2 });

    await test.closeOldDays(3);
    expect((await test.days())[0]).toBe(dayBefore(3));
    expect(await test.database.db.$count(requests)).toBe(6);
    expect(await test.database.db.$count(entries, eq(entries.kind, 'day_close'))).toBe(4);
    expect(await read()).toEqual(before);
    expect(await ada.client.account.statement.query()).toMatchObject({
      ok: true,
      openDays: { firstDay: dayBefore(3), chargesNanoUsd: '300' },
      closedDays: { count: 2, chargesNanoUsd: '200' },
    });
    expect(await verify(test.database)).toMatchObject({ ok: true });
    expect(test.lines.map((line): unknown => JSON.parse(line))).toMatchObject([
      { day: dayBefore(5), accounts: 2, chargesNanoUsd: '200', msg: 'Closed a day.' },
      { day: dayBefore(4), accounts: 2, chargesNanoUsd: '200' },
    ]);
    expect((await ada.client.usage.list.query()).items).toHaveLength(3);

    const days = await test.days();
    await test.closeOldDays(3);
    expect(await test.days()).toEqual(days);
    expect(await test.database.db.$count(entries)).toBe(6);
    expect(test.lines).toHaveLength(2);
  });

  it('keeps a day with a call under way, and those after it', async () => {
    await using test = await setUp();
    const [{ accountId }] = test.people;
    const createdAt = new Date(`${dayBefore(4)}T06:00:00Z`);
    await seedRequest(test.database, { accountId, state: 'held', outcome: null, createdAt });
    await test.closeOldDays(1);
    expect((await test.days())[0]).toBe(dayBefore(4));
    expect(test.lines.map((line): unknown => JSON.parse(line))).toMatchObject([
      { day: dayBefore(5) },
      { day: dayBefore(4), outcome: 'held', level: 40 },
    ]);
    expect(await verify(test.database)).toMatchObject({ ok: true });
  });

  it('ends after the day that is being closed when it is asked to', async () => {
    await using test = await setUp();
    const days = await test.days();
    await test.closeOldDays(1, AbortSignal.abort());
    expect(await test.days()).toEqual(days);
  });

  it('goes on beside calls, and the books are right all the while', async () => {
    await using test = await setUp();
    const ledger = openLedger(test.database.url, { applicationName: 'weir test ledger' });
    const ended = new AbortController();
    const callers = test.people.map(async ({ client, accountId }) => {
      const { keyId } = await client.keys.create.mutate({ name: 'CI' });
      let calls = 0;
      while (!ended.signal.aborted) {
        const requestId = newId('request');
        const call = { requestId, accountId, keyId, modelId: 'm', dialect: 'openai-chat', streamed: true };
        const { granted } = await ledger.hold({ ...call, holdNanoUsd: 10n, ttlMs: 60_000 });
        const closing = {
          requestId,
          accountId,
          keyId,
          state: 'settled',
          outcome: 'ok',
          latencyMs: 1,
        } as const;
        if (granted) await ledger.close({ ...closing, chargeNanoUsd: 3n });
        calls++;
      }
      return calls;
    });
    const checks: boolean[] = [];
    const checker = (async () => {
      while (!ended.signal.aborted) checks.push((await verify(test.database)).ok);
    })();
    let closed = false;
    // A try may find the ledger being verified; the job tries again.
    while (!closed)
      closed = await test.closeOldDays(1).then(
        () => true,
        () => false,
      );
    ended.abort();
    expect(Math.min(...(await Promise.all(callers)))).toBeGreaterThan(0);
    await checker;
    await ledger.stop();
    expect((await test.days())[0]).toBe(dayBefore(1));
    expect(new Set(checks)).toEqual(new Set([true]));
    expect(await verify(test.database)).toMatchObject({ ok: true, mismatches: [], keyMismatches: [] });
  });
});
