import { listRequestDays, utcDay } from '@weir/db/request-days';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { clickhouseArchive } from '../archive/clickhouse-archive.ts';
import { closeOldDays } from '../jobs/close-old-days.ts';
import { freePort } from '../testing/free-port.ts';
import { seedRequest } from '../testing/seed-request.ts';
import { skipWithoutClickHouse, startClickHouse } from '../testing/start-clickhouse.ts';
import { startTestCli } from '../testing/start-test-cli.ts';

const OLD = utcDay(Date.now() - 40 * 24 * 60 * 60 * 1000);

describe('the archive', () => {
  it('that is not set, or can’t be reached, is told so', async () => {
    await using cli = await startTestCli();
    expect(await cli.run(['archive', 'status'])).toMatchObject({
      code: 1,
      stderr: 'There is no archive: CLICKHOUSE_URL is not set.\n',
    });
    const CLICKHOUSE_URL = `http://weir:a-secret@127.0.0.1:${await freePort()}/weir`;
    expect(await cli.run(['archive', 'status'], { CLICKHOUSE_URL })).toMatchObject({
      code: 1,
      stderr:
        'The archive can’t be used (ECONNREFUSED). Check that it runs, and that CLICKHOUSE_URL is right.\n',
    });
  });

  it('says what it has, and what waits for it', async (context) => {
    skipWithoutClickHouse(context);
    await using clickhouse = await startClickHouse();
    await using cli = await startTestCli();
    const { database } = cli;
    const { accountId } = await cli.signUp('ada@example.com');
    await seedRequest(database, { accountId, createdAt: new Date(`${OLD}T06:00:00Z`) });
    const status = async (CLICKHOUSE_URL = clickhouse.url) => {
      const run = await cli.run(['archive', 'status', '--json'], { CLICKHOUSE_URL });
      return run.code === 0 ? (JSON.parse(run.stdout) as Record<string, unknown>) : run;
    };
    const old = (await listRequestDays(database.sql))
      .map(({ day }) => day)
      .filter((day) => day < utcDay(Date.now() - 30 * 86_400_000));
    expect(await status()).toEqual({
      rows: 0,
      firstDay: null,
      lastDay: null,
      waitingDays: old,
      waitingAccounts: 0,
    });
    const archive = clickhouseArchive(clickhouse.url);
    const { signal } = new AbortController();
    await closeOldDays(database, { retentionDays: 30, archive, log: pino({ level: 'silent' }), signal });
    await archive.close();
    expect(await status()).toMatchObject({ rows: 1, firstDay: OLD, lastDay: OLD, waitingDays: [] });
    expect(await status(clickhouse.url.replace('a-password', 'another'))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('(AUTHENTICATION_FAILED)'),
    });
  });
});
