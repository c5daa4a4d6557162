import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { openSql } from '@weir/db/open-sql';
import type { SqlDatabase } from '@weir/db/sql';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { walkCapture } from '../../../apps/web/e2e/walk-capture.ts';
import { browserMissing, launchBrowser } from '../../../apps/web/e2e/walk.ts';
import { startProduct } from '../start-product.ts';
import { filesWith, tablesWith } from './find-word.ts';

/*
 * What a holder captures they read in their browser, and it is in clear nowhere else: in no table, log, file, or page of
 * another browser.
 */

const missing = browserMissing();

describe.skipIf(missing)(`captured calls${missing}`, () => {
  let product: Awaited<ReturnType<typeof startProduct>>;
  let browser: Browser;

  beforeAll(async () => {
    product = await startProduct({ WEIR_BRAND: 'bananarouter', LOG_LEVEL: 'debug' });
    browser = await launchBrowser();
  }, 120_000);

  afterAll(async () => {
    await browser.close();
    await product[Symbol.asyncDispose]();
  });

  async function onDatabase<T>(run: (database: SqlDatabase) => Promise<T>): Promise<T> {
    const settings = { DATABASE_URL: undefined, WEIR_DATA_DIR: product.settings.WEIR_DATA_DIR };
    const database = await openSql(settings, { applicationName: 'weir test', connectionsMax: 1 });
    try {
      return await run(database);
    } finally {
      await database.close();
    }
  }

  async function call(prompt: string): Promise<void> {
    const { relayUrl, apiKey } = product.firstStart;
    const body = { model: 'sandbox/echo', messages: [{ role: 'user', content: prompt }] };
    await onDatabase(async ({ sql }) => {
      const [before] = await sql`select count(*) from capture_records`;
      const response = await fetch(`${relayUrl}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${apiKey}` },
        body: JSON.stringify(body),
      });
      expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('Canary')]);
      await expect.poll(() => sql`select count(*) from capture_records`).not.toEqual([before]);
    });
  }

  const age = () =>
    onDatabase(async ({ sql }) => {
      await sql`update sessions set authenticated_at = now() - interval '1 hour'`;
    });

  async function keepOn(): Promise<AsyncDisposable> {
    await onDatabase(async ({ sql }) => {
      await sql`alter table key_captures add constraint test_kept_on check (stopped_at is null) not valid`;
    });
    const release = async ({ sql }: SqlDatabase): Promise<void> => {
      await sql`alter table key_captures drop constraint test_kept_on`;
    };
    return { [Symbol.asyncDispose]: () => onDatabase(release) };
  }

  async function expectNowhere(word: string): Promise<void> {
    await onDatabase(async (database) => {
      expect(await database.sql`select from capture_records`).toHaveLength(1);
      // As it is, and as a dump writes bytes.
      const written = [word, Buffer.from(word).toString('hex')];
      expect(await tablesWith(written, database)).toEqual([]);
      await database.sql`checkpoint`;
    });
    const { WEIR_DATA_DIR: dir } = product.settings;
    expect(await filesWith([word], dir, await realpath(join(dir, 'postgres')))).toEqual([]);
    expect(product.launcher.output()).not.toContain(word);
  }

  it.each([390, 1440])('are read by their holder alone, at %i px', { timeout: 180_000 }, async (width) => {
    const { dashboardUrl: baseUrl, adminEmail: email, adminPassword: password } = product.firstStart;
    const options = { baseUrl, width, email, password, age, call, meanwhile: expectNowhere, keepOn };
    expect(await walkCapture(browser, options)).toEqual([]);
  });

  it('are gone when their time is over, though nobody asks', { timeout: 120_000 }, async () => {
    await onDatabase(async ({ sql }) => {
      const [key] =
        await sql`select keys.id, keys.account_id, users.id as user_id from api_keys keys join users using (account_id)`;
      await sql`
        insert into key_captures (id, account_id, key_id, user_id, public_key, started_at, ends_at)
        values ('cap_test', ${key?.['account_id']}, ${key?.['id']}, ${key?.['user_id']}, ''::bytea,
                now() - interval '1 hour', now() - interval '1 second')`;
      await sql`
        insert into capture_records (capture_id, request_id, account_id, started_at, duration_ms, request_bytes,
                                     reply_bytes, encapsulated, sealed_request, sealed_reply)
        values ('cap_test', 'req_test', ${key?.['account_id']}, now(), 1, 1, 1, ''::bytea, ''::bytea, ''::bytea)`;
      const left = () => sql`select from key_captures full join capture_records on capture_id = id`;
      expect(await left()).not.toEqual([]);
      await expect.poll(left, { timeout: 90_000, interval: 500 }).toEqual([]);
    });
  });
});
