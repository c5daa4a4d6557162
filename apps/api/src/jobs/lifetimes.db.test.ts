import { keyedHash } from '@weir/core/keyed-hash';
import { newId } from '@weir/core/ids';
import { LIFETIMES } from '@weir/db/lifetimes';
import { attemptLimits, knownDevices, mails, proofFailures, webhookDeliveries } from '@weir/db/schema';
import { expect, it, vi } from 'vitest';
import { postgresAttempts } from '../auth/attempts.ts';
import { readConfig } from '../config.ts';
import { queueNotice } from '../notices/queue-notice.ts';
import { policyTexts } from '../policies/policies.ts';
import { policyFacts } from '../policies/policy-facts.ts';
import { SECRET_KEY, startTestApi, type TestApi } from '../testing/start-test-api.ts';
import { forgetExpired } from './forget-expired.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const MINUTE_MS = 60 * 1000;

// Others than they are, and no two the same: whoever goes by a number of their own is found out.
vi.mock(import('@weir/db/lifetimes'), () => ({
  LIFETIMES: {
    mailDays: 3,
    bulkMailDays: 11,
    webhookDeliveryDays: 13,
    attemptDays: 17,
    proofFailureDays: 19,
    unusedDeviceDays: 37,
  } as never,
}));

/** What the job removes, with a row that is so many days old, less or more a minute. */
const KEPT: Readonly<
  Record<Exclude<keyof typeof LIFETIMES, 'attemptDays'>, (api: TestApi, userId: string, at: Date) => unknown>
> = {
  mailDays: ({ database: { db } }, userId, createdAt) => db.insert(mails).values(mail({ userId, createdAt })),
  bulkMailDays: ({ database: { db } }, userId, createdAt) =>
    db.insert(mails).values(mail({ userId, createdAt, isBulk: true })),
  webhookDeliveryDays: async ({ database: { db, sql } }, userId, createdAt) => {
    await queueNotice(db, { userId, notice: 'password_changed', data: {} });
    await sql`delete from mails`;
    const [notice] = await sql<{ id: string }[]>`select id from notices`;
    const noticeId = notice?.id ?? '';
    await db.insert(webhookDeliveries).values({ id: newId('webhookDelivery'), userId, noticeId, createdAt });
  },
  proofFailureDays: ({ database: { db } }, userId, blockedUntil) =>
    db.insert(proofFailures).values({ userId, failures: 3, blockedUntil }),
  unusedDeviceDays: ({ database: { db } }, userId, lastUsedAt) =>
    db.insert(knownDevices).values({ userId, deviceHash: 'another', lastUsedAt }),
};

function mail(row: { userId: string; createdAt: Date; isBulk?: boolean }) {
  return { id: newId('mail'), recipient: 'ada@example.com', locale: 'en', letter: 'notice', ...row };
}

const rowsOf = async ({ database: { sql } }: TestApi) => {
  const [count] = await sql<{ rows: number }[]>`
    select (select count(*) from mails) + (select count(*) from webhook_deliveries)
         + (select count(*) from proof_failures) + (select count(*) from known_devices) as rows`;
  return Number(count?.rows);
};

it.each(Object.entries(KEPT))('%s is as long as the job keeps it', async (name, insert) => {
  await using api = await startTestApi();
  const { userId } = await api.signUp('ada@example.com');
  await api.deliver();
  await api.database.sql`delete from mails`;
  const days = LIFETIMES[name as keyof typeof LIFETIMES];
  const empty = await rowsOf(api);
  await insert(api, userId, new Date(Date.now() - days * DAY_MS + MINUTE_MS));
  await forgetExpired(api.database.db);
  expect(await rowsOf(api)).toBe(empty + 1);
  await api.database.sql`update mails set created_at = created_at - interval '2 minutes'`;
  await api.database.sql`update webhook_deliveries set created_at = created_at - interval '2 minutes'`;
  await api.database.sql`update proof_failures set blocked_until = blocked_until - interval '2 minutes'`;
  await api.database.sql`update known_devices set last_used_at = last_used_at - interval '2 minutes'`;
  await forgetExpired(api.database.db);
  expect(await rowsOf(api)).toBe(empty);
});

it.each([
  ['en', 'days'],
  ['zh-CN', '天'],
])('each is what the privacy policy says: %s', async (locale, unit) => {
  await using api = await startTestApi();
  const facts = await policyFacts(api.database.db, readConfig({ WEIR_BRAND: 'bananarouter' }));
  const words = JSON.stringify(policyTexts('privacy', facts)[locale]);
  for (const days of Object.values(LIFETIMES)) expect(words).toMatch(new RegExp(`(?<!\\d)${days} ${unit}`));
});

it('nothing is counted for longer than a day', async () => {
  await using api = await startTestApi();
  const { sql, db } = api.database;
  const attempts = postgresAttempts(sql, keyedHash(SECRET_KEY));
  await attempts.isFirstToday('sign_in_blocked', 'ada@example.com');
  for (let tries = 0; tries < 7; tries++) await attempts.count('sign_in', 'ada').catch(() => {});
  const rows = await db.select().from(attemptLimits);
  expect(rows).toHaveLength(3);
  const actual = await vi.importActual<{ LIFETIMES: { attemptDays: number } }>('@weir/db/lifetimes');
  for (const { expire } of rows)
    expect(expire ?? Infinity).toBeLessThanOrEqual(Date.now() + actual.LIFETIMES.attemptDays * DAY_MS);
});
