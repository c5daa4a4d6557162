import { globSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { secretBox } from '@weir/core/secret-box';
import { openSql } from '@weir/db/open-sql';
import { loadSecretKey } from '../../../packages/settings/src/secret-key.ts';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { browserMissing, launchBrowser, openContext } from '../../../apps/web/e2e/walk.ts';
import { root, startProduct } from '../start-product.ts';
import {
  HOSTILE_STRINGS,
  payload,
  PAYLOAD,
  PAYLOAD_WITHOUT_BLANKS,
  SHORT_PAYLOAD,
} from './hostile-strings.ts';

const missing = browserMissing();

/** A brand whose every text is hostile. */
const BRAND = {
  name: SHORT_PAYLOAD,
  contact: { email: 'support@weir.example.com', address: PAYLOAD },
  legalEntity: PAYLOAD,
  region: 'eu-central',
  collects: { phone: true },
  logging: { sourceIp: true },
  debugCapture: { allowed: false },
  currencies: ['USD'],
  paymentMethods: ['card'],
  locales: ['en', 'zh-CN'],
};

/** Names of what any page reads from its address. */
const QUERY = (
  'next id token cursor request key model outcome month from to until version search action actor target edit rotate ' +
  'revoke create reset undone emailChanged'
).split(' ');

/** Every page of the dashboard, with a payload in place of each parameter of its path. */
const PAGES = globSync('**/+page.svelte', { cwd: `${root}/apps/web/src/routes` }).map((path) => {
  const parts = path.split('/').slice(0, -1);
  const named = parts.filter((part) => !part.startsWith('('));
  return `/${named.map((part) => (part.startsWith('[') ? encodeURIComponent(SHORT_PAYLOAD) : part)).join('/')}`;
});

/** What the browser did with a payload, or said about one. */
async function watched(context: BrowserContext): Promise<{ page: Page; hits: string[] }> {
  const hits: string[] = [];
  await context.exposeFunction('hit', (what: unknown) => void hits.push(`ran: ${String(what)}`));
  await context.exposeFunction('violated', (what: string) => void hits.push(`policy: ${what}`));
  await context.addInitScript(`document.addEventListener('securitypolicyviolation', (event) =>
    violated(event.effectiveDirective + ' ' + event.blockedURI + ' ' + event.sample + ' ' + location.pathname))`);
  const page = await context.newPage();
  page.on('dialog', (dialog) => void hits.push(`dialog: ${dialog.message()}`));
  return { page, hits };
}

/** Numbers of the payloads of `HOSTILE_STRINGS`. */
const FIRST = 100;

/** Markup that only a payload can have made. */
const planted = (page: Page): Promise<number> => page.locator('img[src="x"], [onerror]').count();

/** What is to be read on a page, in its text or in its fields. */
const shown = (page: Page): Promise<string> =>
  page.evaluate(
    `[document.body.innerText, ...[...document.querySelectorAll('input, option, textarea')].map((one) => one.value)].join('\\n')`,
  );

async function settle(page: Page, path: string): Promise<void> {
  await page.goto(path);
  // Streamed parts are there, and the page's own script has taken over.
  await page.waitForLoadState('networkidle');
}

describe.skipIf(missing)(`what people and vendors call things${missing}`, () => {
  let product: Awaited<ReturnType<typeof startProduct>>;
  let browser: Browser;
  let brandDir: string;
  let context: BrowserContext;
  let page: Page;
  let hits: string[];
  let accountId: string;

  beforeAll(async () => {
    brandDir = await mkdtemp(join(tmpdir(), 'weir-brand-'));
    await writeFile(join(brandDir, 'brand.json'), JSON.stringify(BRAND));
    product = await startProduct({ WEIR_BRAND: join(brandDir, 'brand.json') });
    browser = await launchBrowser();
    context = await openContext(browser, product.firstStart.dashboardUrl, 1440);
    ({ page, hits } = await watched(context));
    ({ accountId } = await plant());
  }, 120_000);

  afterAll(async () => {
    // First, as there is none of the other where no browser could be started.
    await product[Symbol.asyncDispose]();
    await browser.close();
    await rm(brandDir, { recursive: true });
  });

  /** The owner, signed in, with everything around them called by payloads. */
  async function plant(): Promise<{ accountId: string }> {
    const { adminEmail, adminPassword } = product.firstStart;
    await page.goto('/sign-in');
    await page.getByLabel('E-mail').fill(adminEmail);
    await page.getByLabel('Password').fill(adminPassword);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.waitForURL('**/overview');
    await product.weir('account', 'create', '--email', 'second@example.com');

    const settings = { DATABASE_URL: undefined, WEIR_DATA_DIR: product.settings.WEIR_DATA_DIR };
    const database = await openSql(settings, { applicationName: 'weir test', connectionsMax: 1 });
    const [owner] = await database.sql<{ id: string; account: string; channel: string }[]>`
      select u.id, u.account_id as account, (select id from channels where vendor = 'sandbox') as channel
      from users u where email = ${adminEmail}`;
    if (!owner) throw new Error('there is no owner');
    const { id: userId, account: accountId, channel } = owner;
    const secrets = secretBox(loadSecretKey({ NODE_ENV: 'development', ...product.settings }));
    const seal = (text: string, context: string) => secrets.seal(text, context);
    for (const [at, { put }] of HOSTILE_STRINGS.entries()) {
      await put(database.sql, { userId, accountId, payload: payload(FIRST + at), seal });
    }
    await database.close();
    const model = await product.weir(
      ...`model add --channel ${channel} --upstream-model sandbox/echo`.split(' '),
      ...`--input-usd-per-mtok 1 --output-usd-per-mtok 1 --id ${PAYLOAD_WITHOUT_BLANKS}`.split(' '),
    );
    expect(model.code).toBe(0);
    return { accountId };
  }

  /** A call of the hostile model, with a hostile prompt, answered with a hostile reply. */
  async function talk(): Promise<void> {
    await expect
      .poll(async () => {
        await page.goto(`/playground?model=${encodeURIComponent(PAYLOAD_WITHOUT_BLANKS)}`);
        return shown(page);
      })
      .toContain(PAYLOAD_WITHOUT_BLANKS);
    const message = page.getByLabel('Message');
    await message.fill(PAYLOAD);
    await message.press('Enter');
    await page.locator('[data-reply]').waitFor();
    await page.getByRole('button', { name: 'Send' }).waitFor();
    expect(await page.locator('[data-reply]').innerText()).toContain(PAYLOAD);
    expect(await planted(page)).toBe(0);
  }

  it('is text wherever it is shown, and nothing else anywhere', { timeout: 240_000 }, async () => {
    await talk();

    await settle(page, '/');
    expect(await shown(page)).toContain(SHORT_PAYLOAD);
    await settle(page, '/legal/privacy');
    expect(await shown(page)).toContain(PAYLOAD);
    for (const where of ['/models', '/activity']) {
      await settle(page, where);
      expect([where, await shown(page)]).toEqual([where, expect.stringContaining(PAYLOAD_WITHOUT_BLANKS)]);
    }
    for (const [at, { what, pages, opened }] of HOSTILE_STRINGS.entries()) {
      for (const where of pages) {
        await settle(page, where.replace('ACCOUNT', accountId));
        if (opened !== undefined) await page.getByRole('button', { name: opened }).click();
        // Its own, and not that of another one on the page.
        await expect.poll(() => shown(page), { message: `${what}, ${where}` }).toContain(payload(FIRST + at));
        expect([what, where, await planted(page)]).toEqual([what, where, 0]);
      }
    }
    expect(hits).toEqual([]);
  });

  it('does nothing in any parameter of any address', { timeout: 240_000 }, async () => {
    const query = new URLSearchParams(QUERY.map((name) => [name, PAYLOAD])).toString();
    const scheme = new URLSearchParams(QUERY.map((name) => [name, 'javascript:hit(6)'])).toString();
    for (const path of PAGES) {
      for (const search of [query, scheme]) {
        await page.goto(`${path}?${search}#${PAYLOAD}`);
        expect([path, await planted(page)]).toEqual([path, 0]);
        expect([path, await page.locator('[href^="javascript:"], [action^="javascript:"]').count()]).toEqual([
          path,
          0,
        ]);
      }
    }
    expect(hits).toEqual([]);
  });
});
