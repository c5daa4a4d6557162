import { secretBox } from '@weir/core/secret-box';
import { createTestDatabase } from '@weir/db/testing';
import { privateHosts } from '@weir/settings/private-hosts';
import { pino } from 'pino';
import { expect, inject, it } from 'vitest';
import { keepQueries, planOf } from '../testing/query-plan.ts';
import { SECRET_KEY, WEB_URL } from '../testing/start-test-api.ts';
import { deliverWebhooks } from './deliver-webhooks.ts';
import { webhookClient } from './post-webhook.ts';

/** Thousands of webhooks, at each of which something is due: as after an announcement. The first two are being posted to. */
async function setUp() {
  const database = await createTestDatabase(inject('clusterUrl'));
  const { sql } = database;
  await sql`insert into accounts (id) values ('acc_0')`;
  await sql`
    insert into users (id, account_id, email, username)
    select 'usr_' || i, 'acc_0', i || '@example.com', 'u' || i from generate_series(1, 5000) i`;
  await sql`
    insert into notice_webhooks (user_id, url, sealed_secret, leased_until)
    select id, 'https://example.com/', 'x', now() + case when id in ('usr_1', 'usr_2') then 1 else -1 end * interval '1 hour'
    from users`;
  await sql`
    insert into webhook_deliveries (id, user_id, state, next_try_at)
    select 'whd_' || i || state, 'usr_' || i, state::webhook_delivery_state,
      now() - interval '1 hour' + make_interval(secs => i / 10.0)
    from generate_series(1, 5000) i, unnest(array['waiting', 'delivered']) as state`;
  await sql`analyze notice_webhooks, webhook_deliveries`;
  return database;
}

/** The statement by which a server takes the next webhook; with nobody there to be taken. */
async function claimStatement() {
  await using database = await createTestDatabase(inject('clusterUrl'));
  const { db, queries } = keepQueries(database.sql);
  const client = webhookClient(privateHosts.parse(''), 2_000);
  const log = pino({ level: 'silent' });
  const secrets = secretBox(SECRET_KEY);
  await deliverWebhooks(
    { database: { ...database, db }, log, client, secrets, webUrl: WEB_URL },
    new AbortController().signal,
  );
  await client.close();
  const claim = queries.find(({ text }) => text.startsWith('update "notice_webhooks"'));
  if (!claim) throw new Error('a server looks for what is due');
  return claim;
}

it('a server that looks for what is due reads the first of it alone, however much there is', async () => {
  await using database = await setUp();
  const claim = await claimStatement();
  const nodes = await planOf(database.sql, claim);
  expect(
    await database.sql`select user_id from notice_webhooks where leased_until between now() and now() + interval '2 minutes'`,
  ).toEqual([{ user_id: 'usr_3' }]);
  const scans = nodes.filter(({ 'Node Type': type }) => type.includes('Scan'));
  expect(new Set(scans.map((scan) => scan['Node Type']))).toEqual(new Set(['Index Scan']));
  for (const scan of scans) {
    const read = (scan['Actual Rows'] + (scan['Rows Removed by Filter'] ?? 0)) * scan['Actual Loops'];
    // The two that are posted to, and the third; what is read in each loop is told as a rounded mean.
    expect(read).toBeLessThan(6);
  }
});
