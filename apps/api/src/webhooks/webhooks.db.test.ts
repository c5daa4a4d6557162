import type { ServerResponse } from 'node:http';
import { secretBox } from '@weir/core/secret-box';
import { noticeWebhooks, sessions, users, webhookDeliveries } from '@weir/db/schema';
import { privateHosts } from '@weir/settings/private-hosts';
import { desc, eq, sql } from 'drizzle-orm';
import { pino } from 'pino';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { forgetExpired } from '../jobs/forget-expired.ts';
import { queueNotice } from '../notices/queue-notice.ts';
import { seatPerson } from '../testing/seat-people.ts';
import { startReceiver, type Received } from '../testing/start-receiver.ts';
import { errorOf, SECRET_KEY, startTestApi, WEB_URL, type TestApi } from '../testing/start-test-api.ts';
import { deliverWebhooks } from './deliver-webhooks.ts';
import { RETRY_SECONDS } from './note-outcome.ts';
import { webhookClient } from './post-webhook.ts';

const EMAIL = 'ada@example.com';

/** A person with a webhook that nothing was posted to yet. */
async function startWithWebhook() {
  const receiver = await startReceiver();
  const api = await startTestApi({}, { WEIR_WEBHOOK_PRIVATE_HOSTS: receiver.host });
  const { client, userId } = await api.signUp(EMAIL);
  const { secret } = await client.notices.webhook.set.mutate({ url: receiver.url });
  await api.database.db.delete(webhookDeliveries);
  await api.deliver();
  return {
    ...api,
    receiver,
    client,
    userId,
    secret: secret ?? '',
    async [Symbol.asyncDispose]() {
      await api[Symbol.asyncDispose]();
      await receiver[Symbol.asyncDispose]();
    },
  };
}

type World = Awaited<ReturnType<typeof startWithWebhook>>;

const tell = ({ database: { db } }: Pick<TestApi, 'database'>, userId: string, left = 3) =>
  db.transaction((tx) => queueNotice(tx, { userId, notice: 'recovery_code_used', data: { left } }));

/** What one server does of what is due. */
async function deliver({ database, logLines, receiver }: World, allowed = receiver.host) {
  const client = webhookClient(privateHosts.parse(allowed), 2_000);
  const log = pino({}, { write: (line: string) => void logLines.push(line) });
  const deps = { database, log, client, secrets: secretBox(SECRET_KEY), webUrl: WEB_URL };
  try {
    await deliverWebhooks(deps, new AbortController().signal);
  } finally {
    await client.close();
  }
}

const makeDue = ({ database: { db } }: World) => db.update(webhookDeliveries).set({ nextTryAt: sql`now()` });
const lastDelivery = async ({ database: { db } }: World) =>
  (await db.select().from(webhookDeliveries).orderBy(desc(webhookDeliveries.id)).limit(1))[0];

function verified(secret: string, received: Received | undefined) {
  return new Webhook(secret).verify(received?.body ?? '', received?.headers as Record<string, string>);
}

describe('a notice', () => {
  it('is posted, signed, with what it says in its person’s language and no more', async () => {
    await using world = await startWithWebhook();
    const { database, userId, receiver, client } = world;
    await database.db.update(users).set({ locale: 'zh-CN' }).where(eq(users.id, userId));
    await tell(world, userId);
    await deliver(world);
    const [notice] = (await client.notices.list.query({ locale: 'zh-CN' })).items;
    expect(verified(world.secret, receiver.received[0])).toEqual({
      type: 'notice.recovery_code_used',
      timestamp: notice?.createdAt,
      data: {
        noticeId: notice?.noticeId,
        kind: 'security',
        name: 'recovery_code_used',
        title: '有人使用了一个恢复代码',
        text: notice?.text,
        url: `${WEB_URL}/settings/security`,
        createdAt: notice?.createdAt,
      },
    });
    expect(receiver.received[0]?.headers).toMatchObject({ 'content-type': 'application/json' });
    const view = await client.notices.webhook.get.query();
    expect(view).toMatchObject({
      url: receiver.url,
      deliveries: [{ name: 'recovery_code_used', state: 'delivered', lastStatus: 204, attempts: 1 }],
    });
  });

  it('is posted once, from however many servers and however often it is asked for', async () => {
    await using world = await startWithWebhook();
    for (let left = 0; left < 5; left++) await tell(world, world.userId, left);
    await Promise.all([deliver(world), deliver(world), deliver(world)]);
    await makeDue(world);
    await deliver(world);
    const texts = world.receiver.received.map(({ body }) => JSON.parse(body).data.text);
    expect(texts.map((text) => Number(/\d+/.exec(text)?.[0]))).toEqual([0, 1, 2, 3, 4]);
  });

  it('that a server died over is posted by another one later, under the same id', async () => {
    await using world = await startWithWebhook();
    const { database, receiver } = world;
    await tell(world, world.userId);
    // Taken, and not noted down.
    await database.sql`create function die() returns trigger language plpgsql as $$ begin raise 'cut off'; end $$`;
    await database.sql`create trigger die before update of state on webhook_deliveries
      for each row when (new.state = 'delivered') execute function die()`;
    await expect(deliver(world)).rejects.toThrow();
    await database.sql`drop trigger die on webhook_deliveries`;
    await deliver(world);
    expect(receiver.received).toHaveLength(1);
    await database.db.update(noticeWebhooks).set({ leasedUntil: sql`now()` });
    await deliver(world);
    await deliver(world);
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(ids).toEqual([expect.stringMatching(/^whd_/), ids[0]]);
  });

  it('is not posted where its kind is not wanted; security too, while its mail is sent', async () => {
    await using world = await startWithWebhook();
    const { client } = world;
    const mailed = ['low_balance', 'key_budget', 'service', 'policy'] as const;
    const set = (posted: ('security' | 'policy')[] | undefined) =>
      client.notices.setPreferences.mutate({ locale: 'en', mailed: [...mailed], posted });
    const { kinds } = await set(['policy']);
    expect(kinds[0]).toEqual({ kind: 'security', mailed: true, canBeSwitchedOff: false, posted: false });
    // Not said, it stays as it was.
    expect((await set(undefined)).kinds).toEqual(kinds);
    await tell(world, world.userId);
    await deliver(world);
    expect(world.receiver.received).toEqual([]);
    expect(await world.deliver()).toHaveLength(1);
    await set(['security']);
    await tell(world, world.userId);
    await deliver(world);
    expect(world.receiver.received).toHaveLength(1);
  });
});

describe('a webhook that does not take a notice', () => {
  it('is tried again ever less often, and then no more', async () => {
    await using world = await startWithWebhook();
    const { receiver } = world;
    receiver.answerWith(500);
    await tell(world, world.userId);
    for (const waitSeconds of RETRY_SECONDS) {
      await deliver(world);
      const row = await lastDelivery(world);
      const dueIn = ((row?.nextTryAt.getTime() ?? 0) - Date.now()) / 1000;
      expect(dueIn).toBeGreaterThan(waitSeconds - 5);
      expect(dueIn).toBeLessThanOrEqual(waitSeconds);
      await makeDue(world);
    }
    await deliver(world);
    await makeDue(world);
    await deliver(world);
    expect(receiver.received).toHaveLength(RETRY_SECONDS.length + 1);
    expect(await lastDelivery(world)).toMatchObject({ state: 'failed', lastStatus: 500 });
    const [first, last] = [receiver.received[0], receiver.received.at(-1)];
    expect(last?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(last?.body).toBe(first?.body);
    const log = world.logLines.join('');
    for (const secret of [world.secret, receiver.url, 'recovery code']) expect(log).not.toContain(secret);
  });

  it('at an address that is not to be called is told as such, and nothing was sent', async () => {
    await using world = await startWithWebhook();
    await tell(world, world.userId);
    // The operator has taken the host from the setting.
    await deliver(world, '');
    expect(world.receiver.received).toEqual([]);
    expect((await world.client.notices.webhook.get.query())?.deliveries).toMatchObject([
      { state: 'waiting', lastStatus: null, lastError: 'ADDRESS_REFUSED' },
    ]);
  });

  it('for days is switched off, and its person told by mail; set again, it is in use', async () => {
    await using world = await startWithWebhook();
    const { client, receiver, database } = world;
    receiver.answerWith(302);
    await tell(world, world.userId);
    await deliver(world);
    expect(await client.notices.webhook.get.query()).toMatchObject({ failingSince: expect.any(String) });
    const age = () =>
      database.db.update(noticeWebhooks).set({ failingSince: sql`now() - interval '5 days 1 hour'` });
    await world.deliver();

    // What is taken in between ends the failing.
    await age();
    receiver.answerWith(200);
    await makeDue(world);
    await deliver(world);
    expect(await client.notices.webhook.get.query()).toMatchObject({
      failingSince: null,
      switchedOffAt: null,
    });

    receiver.answerWith(302);
    await tell(world, world.userId);
    await deliver(world);
    await age();
    await world.deliver();
    await makeDue(world);
    await deliver(world);
    expect(await client.notices.webhook.get.query()).toMatchObject({ switchedOffAt: expect.any(String) });
    expect(await world.deliver()).toMatchObject([
      { recipient: EMAIL, subject: 'Your webhook was switched off' },
    ]);
    const before = receiver.received.length;
    await tell(world, world.userId);
    await makeDue(world);
    await deliver(world);
    expect(receiver.received).toHaveLength(before);
    expect(await errorOf(client.notices.webhook.test.mutate())).toMatchObject({ weirCode: 'not_found' });

    expect(await client.notices.webhook.set.mutate({ url: receiver.url })).toEqual({ secret: null });
    expect(await client.notices.webhook.get.query()).toMatchObject({
      failingSince: null,
      switchedOffAt: null,
    });
  });

  it('as it is gone, is switched off at once', async () => {
    await using world = await startWithWebhook();
    world.receiver.answerWith(410);
    await tell(world, world.userId);
    await deliver(world);
    expect(await world.client.notices.webhook.get.query()).toMatchObject({
      switchedOffAt: expect.any(String),
      deliveries: [{ state: 'failed', lastStatus: 410 }],
    });
  });

  it('for its time alone holds no other one up', async () => {
    await using world = await startWithWebhook();
    await using slow = await startReceiver();
    slow.answerWith(() => {});
    const bob = await world.signUp('bob@example.com');
    const { url } = slow;
    const sealedSecret = secretBox(SECRET_KEY).seal(world.secret, bob.userId);
    // It is the one that has waited longest.
    const leasedUntil = new Date(0);
    await world.database.db
      .insert(noticeWebhooks)
      .values({ userId: bob.userId, url, sealedSecret, leasedUntil });
    await tell(world, bob.userId);
    await tell(world, world.userId);
    const delivering = deliver(world, `${world.receiver.host},${slow.host}`);
    await expect.poll(() => slow.received.length).toBe(1);
    await expect.poll(() => world.receiver.received.length).toBe(1);
    await delivering;
  });
});

it('what waits at webhooks with much to take does not go before what is due elsewhere', async () => {
  await using world = await startWithWebhook();
  const { receiver, database, secret } = world;
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'last'];
  for (const name of names) {
    const { userId } = await seatPerson(database);
    const sealedSecret = secretBox(SECRET_KEY).seal(secret, userId);
    const url = `http://${receiver.host}/${name}`;
    await database.db.insert(noticeWebhooks).values({ userId, url, sealedSecret });
    for (let count = name === 'last' ? 1 : 2; count > 0; count--) await tell(world, userId);
  }
  // As many as are posted to at a time; of these, one answers.
  const open: ServerResponse[] = [];
  receiver.answerWith((response) => void open.push(response));
  const delivering = deliver(world);
  await expect.poll(() => open.length).toBe(names.length - 1);
  open.shift()?.writeHead(204).end();
  await expect.poll(() => receiver.received.length).toBe(names.length);
  expect(receiver.received.at(-1)?.path).toBe('/last');
  receiver.answerWith(204);
  for (const response of open) response.writeHead(204).end();
  await delivering;
  expect(receiver.received).toHaveLength(2 * names.length - 1);
});

describe('the secret of a webhook', () => {
  it('is shown once and kept sealed', async () => {
    await using world = await startWithWebhook();
    const { client, receiver, secret, database } = world;
    expect(secret).toMatch(/^whsec_/);
    expect(JSON.stringify(await client.notices.webhook.get.query())).not.toContain('whsec_');
    expect(await client.notices.webhook.set.mutate({ url: receiver.url })).toEqual({ secret: null });
    const kept = JSON.stringify(await database.db.select().from(noticeWebhooks));
    expect(kept).not.toContain(secret.slice('whsec_'.length));
    expect(world.logLines.join('')).not.toContain(secret);
  });

  it('when it is replaced, signs beside the new one for a day', async () => {
    await using world = await startWithWebhook();
    const { client, receiver, database } = world;
    const renewed = await client.notices.webhook.rotateSecret.mutate();
    await tell(world, world.userId);
    await deliver(world);
    const [first] = receiver.received;
    expect(verified(world.secret, first)).toEqual(verified(renewed.secret ?? '', first));

    await database.db.update(noticeWebhooks).set({ previousEndsAt: sql`now() - interval '1 second'` });
    await tell(world, world.userId);
    await deliver(world);
    const second = receiver.received[1];
    verified(renewed.secret ?? '', second);
    expect(() => verified(world.secret, second)).toThrow('No matching signature');
    await forgetExpired(database.db);
    expect(await database.db.select().from(noticeWebhooks)).toMatchObject([{ previousSealedSecret: null }]);
    await client.notices.webhook.rotateSecret.mutate();
    expect(await errorOf(client.notices.webhook.rotateSecret.mutate())).toMatchObject({
      weirCode: 'conflict',
    });
  });
});

describe('setting a webhook', () => {
  it('asks who one is, and tells the person by mail', async () => {
    await using api = await startTestApi();
    const { client } = await api.signUp(EMAIL);
    await api.database.db.update(sessions).set({ authenticatedAt: sql`now() - interval '1 hour'` });
    const { webhook } = client.notices;
    const refused = { weirCode: 'reauthentication_required' };
    const url = 'https://hooks.example.com/notices';
    expect(await errorOf(webhook.set.mutate({ url }))).toMatchObject(refused);
    expect(await errorOf(webhook.rotateSecret.mutate())).toMatchObject(refused);
    expect(await errorOf(webhook.remove.mutate())).toMatchObject(refused);
    await api.database.db.update(sessions).set({ authenticatedAt: sql`now()` });
    await webhook.set.mutate({ url });
    expect(await api.deliver()).toMatchObject([
      { subject: 'A webhook for your notices was set', text: expect.stringContaining('hooks.example.com') },
    ]);
    await webhook.remove.mutate();
    expect(await webhook.get.query()).toBeNull();
    expect(await api.database.db.$count(webhookDeliveries)).toBe(0);
  });

  it.each([
    'ftp://example.com/',
    'https://user:password@example.com/',
    'http://example.com/',
    'https://127.0.0.1/',
    'https://[::1]/',
    'https://169.254.169.254/',
    `https://example.com/${'x'.repeat(500)}`,
  ])('refuses %s', async (url) => {
    await using api = await startTestApi();
    const { client } = await api.signUp(EMAIL);
    expect(await errorOf(client.notices.webhook.set.mutate({ url }))).toMatchObject({ httpStatus: 400 });
  });
});

describe('a test', () => {
  it('is posted like a notice, tried once, and not as often as one likes', async () => {
    await using world = await startWithWebhook();
    const { client, receiver, secret } = world;
    const { deliveryId } = await client.notices.webhook.test.mutate();
    await deliver(world);
    expect(verified(secret, receiver.received[0])).toMatchObject({
      type: 'test',
      data: { noticeId: null, title: 'A test of your webhook', url: `${WEB_URL}/settings/webhook` },
    });
    expect(receiver.received[0]?.headers['webhook-id']).toBe(deliveryId);
    receiver.answerWith(500);
    await client.notices.webhook.test.mutate();
    await deliver(world);
    expect(await lastDelivery(world)).toMatchObject({ state: 'failed', attempts: 1, lastStatus: 500 });
    // It says nothing of what will be posted.
    expect(await world.database.db.select().from(noticeWebhooks)).toMatchObject([{ failingSince: null }]);
    for (let test = 2; test < 10; test++) await client.notices.webhook.test.mutate();
    expect(await errorOf(client.notices.webhook.test.mutate())).toMatchObject({ httpStatus: 429 });
  });
});
