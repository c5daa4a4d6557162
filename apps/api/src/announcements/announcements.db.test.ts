import { newId } from '@weir/core/ids';
import { secretBox } from '@weir/core/secret-box';
import { announcements, auditLog, mails, notices, users, webhookDeliveries } from '@weir/db/schema';
import { eq, sql } from 'drizzle-orm';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../config.ts';
import { askWhenWanted } from '../jobs/ask-when-wanted.ts';
import { startScheduledJobs } from '../jobs/scheduled-jobs.ts';
import { publishPolicy } from '../policies/policies.ts';
import { policyFacts } from '../policies/policy-facts.ts';
import { seatPerson } from '../testing/seat-people.ts';
import { errorOf, SECRET_KEY, startTestApi, type TestApi } from '../testing/start-test-api.ts';
import { setWebhook } from '../webhooks/set-webhook.ts';
import { announcementJob, tellAnnouncements } from './tell-announcements.ts';

const TEXTS = {
  en: { title: 'Maintenance on Sunday', text: 'From 02:00 to 03:00 UTC.\n\nCalls go on.' },
  'zh-CN': { title: '周日维护', text: '北京时间 10:00 至 11:00。' },
};

async function startWithStaff() {
  const api = await startTestApi();
  const { sessionToken } = await seatPerson(api.database, 'admin');
  const { admin } = api.client(sessionToken);
  const publish = async (kind: 'service' | 'policy' = 'service') => {
    const announcementId = newId('announcement');
    await admin.announcements.publish.mutate({ announcementId, kind, texts: TEXTS });
    return announcementId;
  };
  return { ...api, admin, publish };
}

const tell = ({ database }: Pick<TestApi, 'database'>, batchPeople = 2) =>
  tellAnnouncements(database.db, { signal: new AbortController().signal, batchPeople });

/** How often each person was told, and mailed. */
async function toldTimes({ database: { db } }: Pick<TestApi, 'database'>) {
  const rows = await db
    .select({
      userId: users.id,
      told: sql<number>`(select count(*)::int from notices where user_id = users.id and announcement_id is not null)`,
      mailed: sql<number>`(select count(*)::int from mails where user_id = users.id)`,
    })
    .from(users);
  return rows.map(({ told, mailed }) => [told, mailed]);
}

/** The server dies within the second batch: what that had written is not there. */
async function tellUntilCutOff(api: Pick<TestApi, 'database'>): Promise<void> {
  const { sql: run } = api.database;
  await run`create function die() returns trigger language plpgsql as $$
    begin if (select count(*) from mails) >= 3 then raise 'cut off'; end if; return new; end $$`;
  await run`create trigger die before insert on mails for each row execute function die()`;
  await expect(tell(api)).rejects.toThrow();
  await run`drop trigger die on mails`;
}

describe('an announcement', () => {
  it('reaches everybody who is here, in their language, and by mail unless they don’t want its kind', async () => {
    await using api = await startWithStaff();
    const ada = await api.signUp('ada@example.com');
    const bob = await api.signUp('bob@example.com');
    await bob.client.notices.setPreferences.mutate({ locale: 'zh-CN', mailed: ['policy'] });
    const preview = await api.admin.announcements.preview.query({ kind: 'service' });
    expect(preview).toMatchObject({ recipients: 3, mailed: 2 });
    await api.publish();
    await tell(api);

    const mailed = await api.deliver();
    expect(mailed.map(({ recipient }) => recipient)).not.toContain('bob@example.com');
    expect(mailed.find(({ recipient }) => recipient === 'ada@example.com')).toMatchObject({
      subject: 'Maintenance on Sunday',
      text: expect.stringContaining('Calls go on.\n\nhttps://weir.example.com/notices'),
    });
    const { items } = await bob.client.notices.list.query({ locale: 'zh-CN' });
    expect(items).toMatchObject([{ kind: 'service', title: '周日维护', path: '/notices' }]);
    expect(await ada.client.notices.unread.query()).toEqual({ count: 1 });

    const [listed] = (await api.admin.announcements.list.query({})).items;
    expect(listed).toMatchObject({ state: 'told', recipients: 3, reached: 3, title: TEXTS.en.title });
  });

  it('is not for those who come later', async () => {
    await using api = await startWithStaff();
    await api.publish();
    const { userId } = await seatPerson(api.database);
    await tell(api);
    expect(await api.database.db.$count(notices, eq(notices.userId, userId))).toBe(0);
    expect((await api.admin.announcements.list.query({})).items).toMatchObject([
      { recipients: 1, reached: 1 },
    ]);
  });

  it('reaches everybody once, though the telling is cut off after any batch and two servers tell at once', async () => {
    await using api = await startWithStaff();
    for (let person = 0; person < 8; person++) await seatPerson(api.database);
    await api.publish();
    await tellUntilCutOff(api);
    expect((await toldTimes(api)).filter(([told]) => told === 1)).toHaveLength(2);
    expect((await api.admin.announcements.list.query({})).items).toMatchObject([
      { state: 'telling', recipients: 9, reached: 2 },
    ]);

    await Promise.all([tell(api), tell(api), tell(api)]);
    await tell(api);
    expect(await toldTimes(api)).toEqual(Array.from({ length: 9 }, () => [1, 1]));
    expect((await api.admin.announcements.list.query({})).items).toMatchObject([
      { state: 'told', reached: 9 },
    ]);
  });

  it('that is withdrawn in the middle is seen by nobody, and goes no further', async () => {
    await using api = await startWithStaff();
    const { client, userId } = await api.signUp('ada@example.com');
    // The first two people are told before it is cut off.
    expect((await api.database.db.select().from(users).orderBy(users.id))[1]?.id).toBe(userId);
    for (let person = 0; person < 4; person++) await seatPerson(api.database);
    const announcementId = await api.publish();
    await tellUntilCutOff(api);
    expect(await client.notices.banners.query({ locale: 'en' })).toHaveLength(1);

    await api.admin.announcements.withdraw.mutate({ announcementId });
    await api.admin.announcements.withdraw.mutate({ announcementId });
    await tell(api);
    expect(await api.deliver()).toEqual([]);
    expect(await api.database.db.$count(notices)).toBe(2);
    expect((await client.notices.list.query({ locale: 'en' })).items).toEqual([]);
    expect(await client.notices.unread.query()).toEqual({ count: 0 });
    expect(await client.notices.banners.query({ locale: 'en' })).toEqual([]);
    expect((await api.admin.announcements.list.query({})).items).toMatchObject([{ state: 'withdrawn' }]);

    const queued = await api.publish();
    await api.admin.announcements.withdraw.mutate({ announcementId: queued });
    await tell(api);
    expect(await api.database.db.$count(notices, eq(notices.announcementId, queued))).toBe(0);
    const lines = await api.database.db
      .select({ action: auditLog.action })
      .from(auditLog)
      .orderBy(auditLog.id);
    expect(lines.map(({ action }) => action)).toEqual([
      'announcement.publish',
      'announcement.withdraw',
      'announcement.publish',
      'announcement.withdraw',
    ]);
  });

  it('that is sent twice is published once', async () => {
    await using api = await startWithStaff();
    const announcementId = newId('announcement');
    const input = { announcementId, kind: 'service', texts: TEXTS } as const;
    const publish = () => api.admin.announcements.publish.mutate(input);
    await Promise.all([publish(), publish()]);
    expect(await api.database.db.$count(announcements)).toBe(1);
    expect(await api.database.db.$count(auditLog)).toBe(1);
  });

  it('has to be written in all languages of the brand, as bounded plain text', async () => {
    await using api = await startWithStaff();
    const refusal = (texts: Partial<typeof TEXTS>) =>
      errorOf(
        api.admin.announcements.publish.mutate({
          announcementId: newId('announcement'),
          kind: 'service',
          texts,
        }),
      );
    expect(await refusal({ en: TEXTS.en })).toMatchObject({ httpStatus: 400, param: 'texts.zh-CN' });
    const long = { ...TEXTS, en: { title: 'x'.repeat(121), text: 'x' } };
    expect(await refusal(long)).toMatchObject({ httpStatus: 400 });
    const control = { ...TEXTS, en: { title: 'x', text: 'a\u0007b' } };
    expect(await refusal(control)).toMatchObject({ httpStatus: 400 });
    expect(await api.database.db.$count(announcements)).toBe(0);
  });

  it('stands above the pages until its person has read it', async () => {
    await using api = await startWithStaff();
    const ada = await api.signUp('ada@example.com');
    const bob = await api.signUp('bob@example.com');
    await api.publish('policy');
    await tell(api);
    const [banner] = await ada.client.notices.banners.query({ locale: 'en' });
    expect(banner).toMatchObject({ kind: 'policy', title: TEXTS.en.title });
    const noticeId = banner?.noticeId ?? '';
    expect(await errorOf(bob.client.notices.markRead.mutate({ noticeId }))).toMatchObject({
      weirCode: 'not_found',
    });
    expect(await ada.client.notices.banners.query({ locale: 'en' })).toHaveLength(1);
    await ada.client.notices.markRead.mutate({ noticeId });
    expect(await ada.client.notices.banners.query({ locale: 'en' })).toEqual([]);

    await api.database.db.update(notices).set({ createdAt: sql`now() - interval '15 days'` });
    expect(await bob.client.notices.banners.query({ locale: 'en' })).toEqual([]);
  });

  it('goes to webhooks as well, and its mail waits for that with a code in it', async () => {
    await using api = await startWithStaff();
    const ada = await api.signUp('ada@example.com');
    const url = 'https://example.com/notices';
    await setWebhook(api.database.db, secretBox(SECRET_KEY), { userId: ada.userId, url });
    await api.database.db.delete(webhookDeliveries);
    await api.database.db.delete(mails);
    await api.publish();
    await tell(api);
    expect(await api.database.db.$count(webhookDeliveries)).toBe(1);
    await api.client().auth.requestRecovery.mutate({ email: 'ada@example.com' });
    const [first] = await api.deliver();
    expect(first?.text).toContain('/reset?token=');
  });
});

describe('a policy that is published', () => {
  it('is announced to everybody, once, and can’t be withdrawn', async () => {
    await using api = await startWithStaff();
    const { client } = await api.signUp('ada@example.com');
    const facts = await policyFacts(api.database.db, readConfig({}));
    await publishPolicy(api.database.db, 'terms', facts);
    await publishPolicy(api.database.db, 'terms', facts);
    await tell(api);
    expect((await client.notices.list.query({ locale: 'en' })).items).toMatchObject([
      { kind: 'policy', title: 'The terms of use have changed', path: '/legal/terms' },
    ]);
    expect(await api.deliver()).toHaveLength(2);
    const [listed] = (await api.admin.announcements.list.query({})).items;
    expect(listed).toMatchObject({ isOfPolicy: true, state: 'told' });
    const withdraw = api.admin.announcements.withdraw.mutate({
      announcementId: listed?.announcementId ?? '',
    });
    expect(await errorOf(withdraw)).toMatchObject({ weirCode: 'conflict' });
  });
});

it('the job tells what is announced while it runs', async () => {
  await using api = await startWithStaff();
  const jobs = startScheduledJobs({
    url: api.database.url,
    log: pino({ level: 'silent' }),
    jobs: [announcementJob(api.database.db)],
  });
  const stopAsking = await askWhenWanted(api.database, jobs);
  // The first may be told by the run that a server starts with; the second was asked for.
  for (const count of [1, 2]) {
    await api.publish();
    await expect
      .poll(async () => (await api.admin.announcements.list.query({})).items, { timeout: 20_000 })
      .toMatchObject(Array.from({ length: count }, () => ({ state: 'told', reached: 1 })));
  }
  await stopAsking();
  await jobs.stop();
});
