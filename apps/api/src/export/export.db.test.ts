import { buffer } from 'node:stream/consumers';
import { secretBox } from '@weir/core/secret-box';
import { DATA_INVENTORY, exportedColumns } from '@weir/db/data-inventory';
import { announcements, users } from '@weir/db/schema';
import { credit } from '@weir/ledger';
import { eq } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { announce } from '../announcements/announce.ts';
import { tellAnnouncements } from '../announcements/tell-announcements.ts';
import { queueLetter } from '../notices/queue-letter.ts';
import { queueNotice } from '../notices/queue-notice.ts';
import { seedRequest } from '../testing/seed-request.ts';
import { SECRET_KEY, startTestApi, type TestApi } from '../testing/start-test-api.ts';
import { textsOf, unzipExport } from '../testing/unzip-export.ts';
import { exportAccount } from './export-account.ts';
import { sealTicket } from './export-ticket.ts';

const get = (api: TestApi, ticket: string) =>
  fetch(`${api.url}/export`, { headers: { authorization: `Bearer ${ticket}` } });

it('the export has all that is held about an account, as JSON and as CSV, and nothing of anybody else', async () => {
  await using api = await startTestApi();
  const ada = await api.signUp('ada@example.com');
  const bob = await api.signUp('bob@example.com');
  const { keyId, key } = await ada.client.keys.create.mutate({ name: '=HYPERLINK("x"), Ada’s' });
  const theirs = await bob.client.keys.create.mutate({ name: 'Bob’s' });
  await credit(api.database, {
    accountId: ada.accountId,
    kind: 'top_up',
    amountNanoUsd: 9_007_199_254_740_993n,
    ref: 'stripe:evt_1',
  });
  const requestId = await seedRequest(api.database, { accountId: ada.accountId, keyId });
  await seedRequest(api.database, { accountId: bob.accountId, keyId: theirs.keyId });

  for (const letter of ['recovery', 'sign_in_blocked'] as const) {
    await queueLetter(api.database.db, { letter, recipient: 'ada@example.com', locale: 'en' });
  }
  await queueLetter(api.database.db, { letter: 'recovery', recipient: 'bob@example.com', locale: 'en' });
  // It had been Bob’s.
  const undo = { letter: 'email_undo', recipient: 'ada@example.com', userId: bob.userId } as const;
  await queueLetter(api.database.db, { ...undo, locale: 'en' });

  const { ticket } = await ada.client.leaving.export.mutate();
  const files = await unzipExport(api.url, ticket);
  const tables = Object.entries(DATA_INVENTORY).filter(
    ([, { owner, withheld }]) => typeof owner !== 'string' && withheld !== 'all',
  );
  expect(Object.keys(files).toSorted()).toEqual(
    tables.flatMap(([table]) => [`${table}.csv`, `${table}.json`]).toSorted(),
  );
  for (const [table, inventory] of tables) {
    const columns = [...exportedColumns(inventory, 'own'), ...(table === 'notices' ? ['title', 'text'] : [])];
    expect(files[`${table}.csv`]?.split('\r\n')[0]).toBe(columns.join(','));
  }
  expect(JSON.parse(files['users.json'] ?? '')).toEqual([
    {
      id: ada.userId,
      account_id: ada.accountId,
      email: 'ada@example.com',
      username: 'some.one',
      phone: null,
      locale: 'en',
      staff_role: null,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    },
  ]);
  const mails: { letter: string }[] = JSON.parse(files['mails.json'] ?? '');
  expect(mails.map(({ letter }) => letter).toSorted()).toEqual(['recovery', 'sign_in_blocked']);
  expect(JSON.parse(files['entries.json'] ?? '')).toMatchObject([{ amount_nano_usd: '9007199254740993' }]);
  expect(JSON.parse(files['requests.json'] ?? '')).toMatchObject([{ id: requestId, charge_nano_usd: '100' }]);
  expect(files['requests.csv']).toContain(requestId);
  expect(files['api_keys.csv']).toContain(`"'=HYPERLINK(""x""), Ada’s"`);

  const whole = JSON.stringify(files);
  for (const foreign of [bob.accountId, bob.userId, 'bob@example.com', theirs.keyId]) {
    expect(whole).not.toContain(foreign);
  }
  const [person] = await api.database.db.select().from(users);
  for (const secret of [key, person?.passwordHash, ada.sessionToken]) expect(whole).not.toContain(secret);
});

it('the region of a request’s deployment is in its holder’s export and in the lawful one, as JSON and as CSV', async () => {
  await using api = await startTestApi();
  const { accountId } = await api.signUp('ada@example.com');
  await seedRequest(api.database, { accountId, deploymentRegion: 'eu-west-1' });
  for (const scope of ['own', 'lawful'] as const) {
    const files = textsOf(new Uint8Array(await buffer(exportAccount(api.database, { accountId, scope }))));
    expect(JSON.parse(files['requests.json'] ?? '')).toMatchObject([{ deployment_region: 'eu-west-1' }]);
    const [columns, row] = (files['requests.csv'] ?? '').split('\r\n').map((line) => line.split(','));
    expect(row?.[columns?.indexOf('deployment_region') ?? NaN]).toBe('eu-west-1');
  }
});

it('a notice has the words that its person was told, in their language; of what was withdrawn there are none', async () => {
  await using api = await startTestApi();
  const { client, userId } = await api.signUp('ada@example.com');
  const { db } = api.database;
  await client.notices.setPreferences.mutate({ locale: 'zh-CN', mailed: [] });
  await db.transaction((tx) => queueNotice(tx, { userId, notice: 'password_changed', data: {} }));
  const announceTitle = (title: string) =>
    announce(db, {
      notice: 'service_announcement',
      data: {
        texts: { en: { title: `${title} in English`, text: 'x' }, 'zh-CN': { title, text: '2:00,3:00' } },
      },
    });
  const { announcementId: maintenance } = await announceTitle('周日维护');
  const { announcementId: withdrawn } = await announceTitle('收回');
  await tellAnnouncements(db, { signal: new AbortController().signal });
  await db.update(announcements).set({ withdrawnAt: new Date() }).where(eq(announcements.id, withdrawn));

  const { ticket } = await client.leaving.export.mutate();
  const files = await unzipExport(api.url, ticket);
  const exported: Record<string, unknown>[] = JSON.parse(files['notices.json'] ?? '');
  expect(
    Object.fromEntries(
      exported.map((row) => [row['announcement_id'] ?? row['name'], [row['title'], row['text']]]),
    ),
  ).toEqual({
    password_changed: ['您的密码已修改', expect.any(String)],
    [maintenance]: ['周日维护', '2:00,3:00'],
    [withdrawn]: [null, null],
  });
  expect(files['notices.csv']).toContain(',周日维护,"2:00,3:00"\r\n');
  expect(JSON.stringify(files)).not.toMatch(/in English|收回/);
});

it('rows are read page by page, each once', async () => {
  await using api = await startTestApi();
  const { accountId } = await api.signUp('ada@example.com');
  await api.database.sql`
    insert into entries (account_id, id, kind, amount_nano_usd, ref)
    select ${accountId}, 'ent_' || n, 'grant', n, 'many:' || n from generate_series(1, 25) n`;
  await api.database.sql`
    insert into usage_daily (account_id, day, key_id, model_id)
    select ${accountId}, '2026-01-01'::date + n, 'key', 'model' from generate_series(1, 20) n`;
  const zip = exportAccount(api.database, { accountId, scope: 'own', pageRows: 10 });
  const files = textsOf(new Uint8Array(await buffer(zip)));
  const entries = JSON.parse(files['entries.json'] ?? '') as { amount_nano_usd: string }[];
  expect(entries.map(({ amount_nano_usd }) => Number(amount_nano_usd)).toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: 25 }, (_, index) => index + 1),
  );
  expect(files['entries.csv']?.trimEnd().split('\r\n')).toHaveLength(26);
  expect(JSON.parse(files['usage_daily.json'] ?? '')).toHaveLength(20);
});

it('a ticket is good for its account, its session and some minutes, and nothing else opens the download', async () => {
  await using api = await startTestApi();
  const { client, accountId, sessionToken } = await api.signUp('ada@example.com');
  const [current] = await client.sessions.list.query();
  const sessionId = current?.sessionId ?? '';
  const { key } = await client.keys.create.mutate({ name: 'CI' });
  const order = { accountId, scope: 'own' } as const;
  const secrets = secretBox('another secret key of enough characters');
  const foreign = sealTicket({ secrets, session: { sessionId } }, order);
  const sealed = secretBox(SECRET_KEY).seal(
    JSON.stringify({ ...order, sessionId, expiresAtMs: Date.now() - 1 }),
    'export ticket',
  );
  const other = secretBox(SECRET_KEY).seal(
    JSON.stringify({ ...order, sessionId, expiresAtMs: Date.now() + 1e6 }),
    'channel',
  );
  for (const ticket of ['', 'x', key, sessionToken, foreign.ticket, sealed, other]) {
    const response = await get(api, ticket);
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: { code: 'not_signed_in' } });
  }
  const { ticket } = await client.leaving.export.mutate();
  const response = await get(api, ticket);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/zip');
  expect(response.headers.get('cache-control')).toBe('no-store');
  await response.arrayBuffer();
  await client.auth.signOut.mutate();
  expect((await get(api, ticket)).status).toBe(401);
  expect(api.logLines.join('')).not.toContain(ticket);
});
