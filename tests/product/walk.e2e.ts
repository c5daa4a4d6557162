import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { openSql } from '@weir/db/open-sql';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { walkLeaving, walkLegal } from '../../apps/web/e2e/walk-leaving.ts';
import { walkNotices } from '../../apps/web/e2e/walk-notices.ts';
import { browserMissing, launchBrowser, walk, walkConsole } from '../../apps/web/e2e/walk.ts';
import { mailReader } from './mail-reader.ts';
import { walkSecurity } from '../../apps/web/e2e/walk-security.ts';
import { startProduct } from './start-product.ts';

const missing = browserMissing();
if (missing) process.stderr.write(`The walk through the dashboard${missing}.\n`);

/** A server that takes webhooks. */
async function startReceiver() {
  const titles: string[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    const { data } = (await json(request)) as { data: { title: string } };
    titles.push(data.title);
    response.writeHead(204).end();
  };
  const server = createServer((...exchange) => void take(...exchange)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/notices`,
    postedTitles: () => titles,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}

describe.skipIf(missing)(`in the browser${missing}`, () => {
  let product: Awaited<ReturnType<typeof startProduct>>;
  let browser: Browser;

  beforeAll(async () => {
    // A person's own server is beside it.
    product = await startProduct({ WEIR_WEBHOOK_PRIVATE_HOSTS: '127.0.0.1' });
    browser = await launchBrowser();
  }, 120_000);

  afterAll(async () => {
    await browser.close();
    await product[Symbol.asyncDispose]();
  });

  const credit = async (accountId: string): Promise<void> => {
    const ref = `test:${accountId}`;
    const { code } = await product.weir('account', 'credit', accountId, '--usd', '1', '--ref', ref);
    expect(code).toBe(0);
  };

  it.each([390, 1440])(
    'a new customer gets from the landing page to a charged request, and out again, at %i px',
    { timeout: 120_000 },
    async (width) => {
      const { dashboardUrl: baseUrl } = product.firstStart;
      const mailTo = await mailReader(product.firstStart);
      expect(await walk(browser, { baseUrl, width, mailTo, credit })).toEqual([]);
    },
  );

  it.each([390, 1440])('the operator has the ledger checked at %i px', { timeout: 60_000 }, async (width) => {
    const { dashboardUrl: baseUrl, adminEmail: email, adminPassword: password } = product.firstStart;
    expect(await walkConsole(browser, { baseUrl, width, email, password })).toEqual([]);
  });

  it.each([390, 1440])('a person secures their account at %i px', { timeout: 180_000 }, async (width) => {
    // Passkeys are bound to a name.
    const baseUrl = product.firstStart.dashboardUrl.replace('127.0.0.1', 'localhost');
    const age = async (): Promise<void> => {
      const settings = { DATABASE_URL: undefined, WEIR_DATA_DIR: product.settings.WEIR_DATA_DIR };
      const database = await openSql(settings, { applicationName: 'weir test', connectionsMax: 1 });
      await database.sql`update sessions set authenticated_at = now() - interval '1 hour'`;
      await database.close();
    };
    const mailTo = await mailReader(product.firstStart);
    expect(await walkSecurity(browser, { baseUrl, width, mailTo, age })).toEqual([]);
  });

  it.each([390, 1440])(
    'a customer leaves, and can come back, at %i px',
    { timeout: 120_000 },
    async (width) => {
      const { dashboardUrl: baseUrl } = product.firstStart;
      const mailTo = await mailReader(product.firstStart);
      expect(await walkLeaving(browser, { baseUrl, width, mailTo, credit })).toEqual([]);
    },
  );

  it.each([390, 1440])(
    'an announcement reaches a person, and their webhook, at %i px',
    { timeout: 120_000 },
    async (width) => {
      const { dashboardUrl: baseUrl, adminEmail: email, adminPassword: password } = product.firstStart;
      await using receiver = await startReceiver();
      const mailTo = await mailReader(product.firstStart);
      const { url: webhookUrl, postedTitles } = receiver;
      const staff = { email, password };
      expect(await walkNotices(browser, { baseUrl, width, mailTo, staff, webhookUrl, postedTitles })).toEqual(
        [],
      );
    },
  );

  it.each([390, 1440])('the owner answers a court at %i px', { timeout: 60_000 }, async (width) => {
    const { dashboardUrl: baseUrl, adminEmail: email, adminPassword: password } = product.firstStart;
    const { json } = await product.weir(
      'account',
      'create',
      '--email',
      `held-${width}@example.com`,
      '--json',
    );
    const { accountId } = json as { accountId: string };
    expect(await walkLegal(browser, { baseUrl, width, email, password, accountId })).toEqual([]);
  });
});
