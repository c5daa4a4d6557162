/// <reference lib="dom" />
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type Axe from 'axe-core';
import { chromium, type Browser, type Page } from 'playwright-core';
import { expect } from 'vitest';

export const CHROMIUM = process.env['WEIR_E2E_CHROMIUM'] ?? '/usr/bin/chromium';
const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface WalkOptions {
  /** Where the dashboard is served. */
  baseUrl: string;
  /** Width of the window in CSS pixels. */
  width: number;
  /** Gives the account something to spend: a new one has nothing. */
  credit: (accountId: string) => Promise<void>;
}

const AXE = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
const PASSWORD = 'correct horse battery staple';

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_FLAGS });
}

/**
 * The path of a new customer: sign up, be credited, create a key, talk to a model, find the request in the activity,
 * revoke the key, sign out.
 * @returns what the browser complained of on the way.
 */
export async function walk(browser: Browser, { baseUrl, width, credit }: WalkOptions): Promise<string[]> {
  await using context = await browser.newContext({
    baseURL: baseUrl,
    locale: 'en',
    viewport: { width, height: 900 },
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));

  await signUp(page);
  await page.goto('/settings');
  await credit((await page.locator('[data-account-id]').innerText()).trim());
  await createKey(page);
  await talk(page);
  await readActivity(page);
  await revokeKey(page);
  await signOut(page);
  return complaints;
}

async function signUp(page: Page): Promise<void> {
  await page.goto('/');
  await expectSound(page);
  await page.getByRole('main').getByRole('link', { name: 'Create account' }).first().click();
  await page.getByRole('button', { name: 'Create account' }).click();
  // Nothing was sent: the first wrong field has the focus and says why.
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('email');
  await page.getByLabel('E-mail').fill(`walk-${crypto.randomUUID()}@example.com`);
  await page.getByLabel('User name').fill('walker');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByRole('heading', { name: 'First steps' }).waitFor();
  await expectSound(page);
}

async function createKey(page: Page): Promise<void> {
  await page.goto('/keys');
  await page.getByRole('link', { name: 'Create key' }).first().click();
  await page.getByLabel('Name').fill('walk key');
  await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click();
  const key = await page.locator('[data-key]').innerText();
  expect(key).toMatch(/^sk-weir-[0-9a-z]{39}$/);
  expect(await page.getByRole('dialog').getByRole('tabpanel').first().innerText()).toContain(key);
  await page.getByRole('link', { name: 'I have saved it' }).click();
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await page.reload();
  await page.getByText('walk key').waitFor();
  expect(await page.content()).not.toContain(key);
  await expectSound(page);
}

async function talk(page: Page): Promise<void> {
  await page.goto('/playground?model=sandbox/story');
  const message = page.getByLabel('Message');
  await message.fill('What does a weir measure?');
  await message.press('Enter');
  await page.getByRole('button', { name: 'Stop' }).waitFor();
  await page.locator('[data-reply]').waitFor();
  await page.getByRole('button', { name: 'Send' }).waitFor();
  expect((await page.locator('[data-reply]').innerText()).length).toBeGreaterThan(100);
  // The relay has said what was used: nothing is an estimate any more.
  expect(await page.locator('[data-total]').innerText()).toMatch(/^\d+ tokens · \$0\.0*[1-9]\d*$/);
  await expectSound(page);
}

async function readActivity(page: Page): Promise<void> {
  await page.goto('/activity');
  const row = page.locator('[data-request]').first();
  await row.waitFor();
  await expectSound(page);
  const requestId = await row.getAttribute('data-request');
  await row.click();
  const panel = page.getByRole('complementary', { name: 'Request' });
  await panel.getByText(requestId ?? 'no request', { exact: true }).waitFor();
  expect(await panel.innerText()).toMatch(
    /sandbox\/story[\s\S]*OK[\s\S]*Output tokens[\s\S]*Charge\s+\$0\.0*[1-9]/,
  );
  await page.keyboard.press('Escape');
  await panel.waitFor({ state: 'hidden' });
  await page.keyboard.press('g');
  await page.keyboard.press('o');
  await page.getByRole('heading', { name: 'Last requests' }).waitFor();
  expect(await page.getByRole('heading', { name: 'First steps' }).count()).toBe(0);
}

async function revokeKey(page: Page): Promise<void> {
  await page.goto('/keys');
  await page.getByRole('link', { name: 'Revoke key walk key' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Type “walk key” to confirm').fill('walk');
  await dialog.getByRole('button', { name: 'Revoke key' }).click();
  await dialog.getByText('This is not the key’s name.').waitFor();
  await dialog.getByLabel('Type “walk key” to confirm').fill('walk key');
  await dialog.getByRole('button', { name: 'Revoke key' }).click();
  await page.getByText('Revoked', { exact: true }).waitFor();
}

async function signOut(page: Page): Promise<void> {
  await page.goto('/settings');
  await page.getByRole('main').getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('link', { name: 'Sign in' }).waitFor();
  await page.goto('/keys');
  expect(new URL(page.url()).pathname).toBe('/sign-in');
  expect(new URL(page.url()).searchParams.get('next')).toBe('/keys');
}

/** Nothing reaches out of the window sideways, and axe finds nothing wrong. */
async function expectSound(page: Page): Promise<void> {
  expect(
    await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
  ).toBeLessThanOrEqual(0);
  await page.evaluate(AXE);
  const violations = await page.evaluate(async () => {
    const results = await axe.run(document, { resultTypes: ['violations'] });
    return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  });
  expect(violations, page.url()).toEqual([]);
}

/** What the script of axe leaves in the page. */
declare const axe: typeof Axe;
