import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { newId } from '@weir/core/ids';
import { secretBox } from '@weir/core/secret-box';
import { auditLog, mails, notices, sessions, users } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import { pino } from 'pino';
import { SMTPServer } from 'smtp-server';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../config.ts';
import { freePort } from '../testing/free-port.ts';
import { errorOf, PASSWORD, SECRET_KEY, startTestApi, type TestApi } from '../testing/start-test-api.ts';
import { forgetExpired } from '../jobs/forget-expired.ts';
import { mailJob } from './mail-job.ts';
import { mailServer, outboxPost } from './mail-post.ts';
import { queueNotice } from './queue-notice.ts';

const EMAIL = 'ada@example.com';
const FROM = 'Weir <no-reply@weir.example.com>';

/** A mail server on this port that keeps what it is given. */
async function startMailServer(port = 0) {
  const received: string[] = [];
  const connections = { opened: 0, open: 0 };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onConnect(_session, callback) {
      connections.opened++;
      connections.open++;
      callback();
    },
    onClose: () => void connections.open--,
    onData(stream, _session, callback) {
      let mail = '';
      stream.setEncoding('utf8').on('data', (part: string) => (mail += part));
      stream.once('end', () => {
        received.push(mail);
        callback();
      });
    },
  });
  const listening = server.listen(port, '127.0.0.1');
  await once(listening, 'listening');
  return {
    received,
    connections,
    url: `smtp://127.0.0.1:${(listening.address() as AddressInfo).port}`,
    /** Ends every connection, as a mail server does that waits no longer. */
    hangUp() {
      for (const connection of server.connections) connection.close();
    },
    async [Symbol.asyncDispose]() {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      await closed.promise;
    },
  };
}

const tell = ({ database: { db } }: TestApi, userId: string) =>
  db.transaction((tx) => queueNotice(tx, { userId, notice: 'password_changed', data: {} }));

describe('a notice', () => {
  it('is told if what it tells of has happened, and not otherwise', async () => {
    await using api = await startTestApi();
    const { userId, client } = await api.signUp(EMAIL);
    const undone = api.database.db.transaction(async (tx) => {
      await queueNotice(tx, { userId, notice: 'password_changed', data: {} });
      throw new Error('it did not happen');
    });
    await expect(undone).rejects.toThrow('it did not happen');
    expect(await client.notices.unread.query()).toEqual({ count: 0 });
    expect(await api.deliver()).toEqual([]);

    await tell(api, userId);
    expect(await client.notices.unread.query()).toEqual({ count: 1 });
    await client.notices.markAllRead.mutate();
    expect(await client.notices.unread.query()).toEqual({ count: 0 });
    expect((await client.notices.list.query({})).items).toMatchObject([
      { kind: 'security', title: 'Your password was changed', path: '/settings', readAt: expect.any(String) },
    ]);
  });

  it('is mailed in the person’s language; security is, whatever they prefer', async () => {
    await using api = await startTestApi();
    const { userId, client } = await api.signUp(EMAIL);
    const chosen = await client.notices.setPreferences.mutate({ locale: 'zh-CN', mailed: ['policy'] });
    expect(chosen).toEqual({
      locale: 'zh-CN',
      lowBalanceNanoUsd: '5000000000',
      kinds: [
        { kind: 'security', mailed: true, canBeSwitchedOff: false, posted: true },
        { kind: 'low_balance', mailed: false, canBeSwitchedOff: true, posted: true },
        { kind: 'key_budget', mailed: false, canBeSwitchedOff: true, posted: true },
        { kind: 'service', mailed: false, canBeSwitchedOff: true, posted: true },
        { kind: 'policy', mailed: true, canBeSwitchedOff: true, posted: true },
      ],
    });
    await tell(api, userId);
    expect(await api.deliver()).toMatchObject([{ recipient: EMAIL, subject: '您的密码已修改' }]);
    const mailed = ['security'] as unknown as ['policy'];
    expect(await errorOf(client.notices.setPreferences.mutate({ locale: 'en', mailed }))).toMatchObject({
      httpStatus: 400,
    });
  });

  it('is nobody else’s to see', async () => {
    await using api = await startTestApi();
    const ada = await api.signUp(EMAIL);
    const bob = await api.signUp('bob@example.com');
    await tell(api, ada.userId);
    expect((await bob.client.notices.list.query({})).items).toEqual([]);
    await bob.client.notices.markAllRead.mutate();
    expect(await ada.client.notices.unread.query()).toEqual({ count: 1 });
  });
});

describe('mail', () => {
  it('is sent once, however often and from however many servers it is asked for', async () => {
    await using api = await startTestApi();
    await using server = await startMailServer();
    const { userId } = await api.signUp(EMAIL);
    await tell(api, userId);
    const { post, close } = mailServer(server.url, FROM);
    await Promise.all([api.deliver(post), api.deliver(post), api.deliver(post)]);
    await api.database.db.update(mails).set({ nextTryAt: new Date() });
    await api.deliver(post);
    close();
    expect(server.received).toHaveLength(1);
    expect(server.received[0]).toMatch(
      /^From: Weir <no-reply@weir\.example\.com>\r\nTo: ada@example\.com\r$/m,
    );
    expect(server.received[0]).toMatch(/^Message-ID: <mai_[0-9a-z]{26}@weir\.example\.com>\r$/m);
  });

  it('waits for a mail server that is away, and is sent once when it is back', async () => {
    await using api = await startTestApi();
    const { userId } = await api.signUp(EMAIL);
    await tell(api, userId);
    const port = await freePort();
    const { post, close } = mailServer(`smtp://127.0.0.1:${port}`, FROM);
    await api.deliver(post);
    const [row] = await api.database.db.select().from(mails);
    expect(row).toMatchObject({ attempts: 1, doneAt: null });
    expect(row?.nextTryAt.getTime()).toBeGreaterThan(Date.now() + 5_000);
    expect(api.logLines.join('')).toContain('A mail could not be sent');
    expect(api.logLines.join('')).not.toContain(EMAIL);

    await using server = await startMailServer(port);
    await api.deliver(post);
    expect(server.received).toHaveLength(0);
    await api.database.db.update(mails).set({ nextTryAt: new Date() });
    await api.deliver(post);
    await api.deliver(post);
    close();
    expect(server.received).toHaveLength(1);
  });

  it('that is due together goes over one connection, which is closed with the run', async () => {
    await using api = await startTestApi();
    await using server = await startMailServer();
    const { userId } = await api.signUp(EMAIL);
    for (let mail = 0; mail < 5; mail++) await tell(api, userId);
    const { run } = mailJob(api.database, {
      secretKey: SECRET_KEY,
      config: readConfig({ WEIR_SMTP_URL: server.url, WEIR_MAIL_FROM: FROM }),
      log: pino({ level: 'silent' }),
    });
    await run(new AbortController().signal);
    expect(server.received).toHaveLength(5);
    await expect.poll(() => server.connections).toEqual({ opened: 1, open: 0 });
  });

  it('goes on over another connection when the mail server closes the one it has', async () => {
    await using api = await startTestApi();
    await using server = await startMailServer();
    const { userId } = await api.signUp(EMAIL);
    const { post, close } = mailServer(server.url, FROM);
    for (const sent of [1, 2]) {
      await tell(api, userId);
      await api.deliver(post);
      expect(server.received).toHaveLength(sent);
      server.hangUp();
      await expect.poll(() => server.connections).toEqual({ opened: sent, open: 0 });
    }
    close();
  });

  it('without a mail server is listed to owners and admins, sealed, for a day; an owner opens it', async () => {
    await using api = await startTestApi();
    const { userId, accountId, client } = await api.signUp(EMAIL);
    const role = (staffRole: 'owner' | 'admin' | 'support') =>
      api.database.db.update(users).set({ staffRole }).where(eq(users.id, userId));
    const printed: string[] = [];
    const post = outboxPost(api.database.db, secretBox(SECRET_KEY), (line) => void printed.push(line));
    await api.client().auth.requestRecovery.mutate({ email: EMAIL });
    await api.deliver(post);
    expect(printed.join('')).toContain('/reset?token=');
    const dump = JSON.stringify(await api.database.db.select().from(mails));
    expect(dump).not.toContain('token=');

    expect(await errorOf(client.admin.outbox.list.query())).toMatchObject({ httpStatus: 403 });
    await role('support');
    expect(await errorOf(client.admin.outbox.list.query())).toMatchObject({ httpStatus: 403 });
    await role('admin');
    const { items } = await client.admin.outbox.list.query();
    expect(items).toEqual([
      {
        mailId: items[0]?.mailId,
        recipient: EMAIL,
        subject: 'Set a new Weir password',
        createdAt: expect.any(String),
      },
    ]);
    const mailId = items[0]?.mailId ?? 'none';
    expect(await errorOf(client.admin.outbox.read.mutate({ mailId }))).toMatchObject({ httpStatus: 403 });
    expect(await api.database.db.$count(auditLog)).toBe(0);

    await role('owner');
    const opened = await client.admin.outbox.read.mutate({ mailId });
    expect(opened).toMatchObject({ mailId, text: expect.stringContaining('/reset?token=') });
    expect(await api.database.db.select().from(auditLog)).toMatchObject([
      { action: 'mail.read', actorId: userId, targetId: mailId, accountId, after: { letter: 'recovery' } },
    ]);
    await api.database.db.update(sessions).set({ authenticatedAt: new Date(0) });
    expect(await errorOf(client.admin.outbox.read.mutate({ mailId }))).toMatchObject({
      weirCode: 'reauthentication_required',
    });

    await api.database.db.update(mails).set({ createdAt: new Date(Date.now() - 24 * 3_600_000 - 1) });
    await forgetExpired(api.database.db);
    expect(await client.admin.outbox.list.query()).toEqual({ items: [] });
    expect(await api.database.db.$count(notices)).toBe(0);
  });

  it('with a code is listed without it', async () => {
    await using api = await startTestApi();
    const { userId, client } = await api.signUp(EMAIL);
    await api.database.db.update(users).set({ staffRole: 'owner' }).where(eq(users.id, userId));
    const post = outboxPost(api.database.db, secretBox(SECRET_KEY), () => {});
    const person = { email: 'bob@example.com', username: 'bob', password: PASSWORD };
    await api.client().auth.signUp.mutate(person);
    await api.deliver(post);
    const { items } = await client.admin.outbox.list.query();
    expect(items).toMatchObject([{ recipient: person.email, subject: '•••• •••• is your Weir code' }]);
    const { subject } = await client.admin.outbox.read.mutate({ mailId: items[0]?.mailId ?? 'none' });
    expect(subject).toMatch(/^\d{4} \d{4} is your Weir code$/);
    const none = client.admin.outbox.read.mutate({ mailId: newId('mail') });
    expect(await errorOf(none)).toMatchObject({ weirCode: 'not_found' });
    expect(await api.database.db.$count(auditLog)).toBe(1);
  });

  it('that a mail server takes is shown to nobody', async () => {
    await using api = await startTestApi({ hasMailServer: true });
    const { userId, client } = await api.signUp(EMAIL);
    await api.database.db.update(users).set({ staffRole: 'owner' }).where(eq(users.id, userId));
    expect(await errorOf(client.admin.outbox.list.query())).toMatchObject({ weirCode: 'not_found' });
    const read = client.admin.outbox.read.mutate({ mailId: newId('mail') });
    expect(await errorOf(read)).toMatchObject({ weirCode: 'not_found' });
  });
});
