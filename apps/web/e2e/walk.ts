/// <reference lib="dom" />
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type Axe from 'axe-core';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { expect } from 'vitest';
import { parseUsd } from '@weir/core/money';

const CHROMIUM = process.env['WEIR_E2E_CHROMIUM'] ?? '/usr/bin/chromium';
const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Why tests in the browser are skipped; empty where they run. In CI they run in any case: without a browser they fail. */
export function browserMissing({ CI } = process.env): string {
  if (existsSync(CHROMIUM) || CI === 'true') return '';
  return `: skipped, as there is no Chromium at ${CHROMIUM}; install it, or set WEIR_E2E_CHROMIUM`;
}

export interface WalkOptions {
  /** Where the dashboard is served. */
  baseUrl: string;
  /** Width of the window in CSS pixels. */
  width: number;
  /** The text of the newest mail to this address, once there is one that has this in it. */
  mailTo: (recipient: string, containing: RegExp) => Promise<string>;
  /** Gives the account something to spend: a new one has nothing. */
  credit: (accountId: string) => Promise<void>;
}

const AXE = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
export const PASSWORD = 'correct horse battery staple';
const NEW_PASSWORD = 'weir stream level gauge';

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_FLAGS });
}

/**
 * The path of a new customer: sign up, be credited, create a key with limits, change them and rotate it, talk to a model, find the
 * request in the activity, see that the balance adds up, revoke the key, sign out.
 * @returns what the browser complained of on the way.
 */
export async function walk(
  browser: Browser,
  { baseUrl, width, mailTo, credit }: WalkOptions,
): Promise<string[]> {
  await using context = await openContext(browser, baseUrl, width);
  const { page, complaints } = await openPage(context);

  const email = await signUp(page, mailTo);
  await page.goto('/settings');
  await credit((await page.locator('[data-account-id]').innerText()).trim());
  await createKey(page);
  await changeKey(page);
  await rotateKey(page);
  await talk(page);
  await readActivity(page);
  await readProof(page);
  await readPrices(page);
  await revokeKey(page);
  await meetNoConsole(context);
  await readNotices(page);
  await signOut(page);
  await recover(page, email, mailTo);
  return complaints;
}

export interface StaffWalkOptions {
  baseUrl: string;
  width: number;
  email: string;
  password: string;
}

/**
 * The path of somebody of the staff: sign in, find the console, have the ledger checked.
 * @returns what the browser complained of on the way.
 */
export async function walkConsole(
  browser: Browser,
  { baseUrl, width, email, password }: StaffWalkOptions,
): Promise<string[]> {
  await using context = await openContext(browser, baseUrl, width);
  const { page, complaints } = await openPage(context);
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('link', { name: 'Ledger' }).filter({ visible: true }).click();
  await page.getByText('Not checked yet').waitFor();
  await expectSound(page);
  await page.getByRole('button', { name: 'Check now' }).click();
  await page.getByText('Everything adds up.').waitFor();
  expect(await page.getByRole('main').innerText()).toMatch(/Accounts checked\s+[1-9]/);
  await expectSound(page);
  await page.getByRole('link', { name: 'Channels' }).filter({ visible: true }).click();
  await page.getByRole('heading', { name: 'Channels' }).waitFor();
  await page.getByRole('main').getByText('sandbox', { exact: true }).first().waitFor();
  await expectSound(page);
  await page.getByRole('link', { name: 'Outbox' }).filter({ visible: true }).click();
  await page.getByText('No mail server is set up').waitFor();
  await expectSound(page);
  return complaints;
}

export function openContext(browser: Browser, baseUrl: string, width: number): Promise<BrowserContext> {
  return browser.newContext({ baseURL: baseUrl, locale: 'en', viewport: { width, height: 900 } });
}

export async function openPage(context: BrowserContext): Promise<{ page: Page; complaints: string[] }> {
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return { page, complaints };
}

async function signUp(page: Page, mailTo: WalkOptions['mailTo']): Promise<string> {
  const email = `walk-${crypto.randomUUID()}@example.com`;
  await page.goto('/');
  await expectSound(page);
  await page.getByRole('main').getByRole('link', { name: 'Create account' }).first().click();
  await page.getByRole('button', { name: 'Create account' }).click();
  // Nothing was sent: the first wrong field has the focus and says why.
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('email');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('User name').fill('walker');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByRole('heading', { name: 'Check your mail' }).waitFor();
  await expectSound(page);
  await typeMailedCode(page, await mailTo(email, MAILED_CODE));
  await expectSound(page);
  return email;
}

/** The shortest way to an account. */
export async function signUpPlainly(page: Page, mailTo: WalkOptions['mailTo']): Promise<string> {
  const email = `person-${crypto.randomUUID()}@example.com`;
  await page.goto('/sign-up');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('User name').fill('person');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Create account' }).click();
  await typeMailedCode(page, await mailTo(email, MAILED_CODE));
  return email;
}

const MAILED_CODE = /\d{4} \d{4}/;

/** The last step of a sign-up. */
async function typeMailedCode(page: Page, mail: string): Promise<void> {
  await page.getByLabel('Code').fill(MAILED_CODE.exec(mail)?.[0] ?? '');
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByRole('heading', { name: 'First steps' }).waitFor();
}

/** What is changed in the settings is told under the notices. */
async function readNotices(page: Page): Promise<void> {
  await page.goto('/notices');
  await page.getByText('No notices').waitFor();
  await expectSound(page);
  await page.goto('/settings');
  await expectSound(page);
  await page.getByLabel('Current password').fill(PASSWORD);
  await page.getByLabel('New password').fill(NEW_PASSWORD);
  await page.getByRole('button', { name: 'Change password' }).click();
  await page.getByText('Changed. Other sessions').waitFor();
  await page.goto('/notices');
  await page.getByRole('heading', { name: 'Your password was changed' }).waitFor();
  await page.getByText('1 unread').filter({ visible: true }).waitFor();
  await expectSound(page);
  await page.getByRole('button', { name: 'Mark all as read' }).click();
  await page.getByRole('button', { name: 'Mark all as read' }).waitFor({ state: 'hidden' });
}

/** Who has forgotten their password sets another one by a mailed link. */
async function recover(page: Page, email: string, mailTo: WalkOptions['mailTo']): Promise<void> {
  await page.goto('/sign-in');
  await page.getByRole('link', { name: 'Forgot password?' }).click();
  await page.getByRole('button', { name: 'Send link' }).waitFor();
  await page.getByLabel('E-mail').fill(email);
  await page.getByRole('button', { name: 'Send link' }).click();
  await page.getByText('a link is on its way').waitFor();
  await expectSound(page);
  const link = /https?:\S+\/reset\?token=\S+/.exec(await mailTo(email, /\/reset\?token=/))?.[0] ?? '';
  await page.goto(link);
  await page.getByLabel('New password').fill(PASSWORD);
  await expectSound(page);
  await page.getByRole('button', { name: 'Set password' }).click();
  await page.getByText('Your password is set.').waitFor();
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { name: 'Last requests' }).waitFor();
}

async function createKey(page: Page): Promise<void> {
  await page.goto('/keys');
  await page.getByRole('link', { name: 'Create key' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('walk key');
  await dialog.getByText('Limits', { exact: true }).click();
  await dialog.getByLabel('Per day').fill('5,00');
  await dialog.getByLabel('Calls at a time').fill('3');
  await dialog.getByRole('button', { name: 'Create key' }).click();
  // What is wrong says so; what was typed stays.
  await dialog.getByText('Write an amount of US dollars above 0').waitFor();
  expect(await dialog.getByLabel('Per day').inputValue()).toBe('5,00');
  expect(await dialog.getByLabel('Name').inputValue()).toBe('walk key');
  expect(await dialog.getByLabel('Calls at a time').inputValue()).toBe('3');
  await expectSound(page);
  await dialog.getByLabel('Per day').fill('5');
  await dialog.getByRole('button', { name: 'Create key' }).click();
  const key = await page.locator('[data-key]').innerText();
  expect(key).toMatch(/^sk-weir-[0-9a-z]{39}$/);
  expect(await page.getByRole('dialog').getByRole('tabpanel').first().innerText()).toContain(key);
  await page.getByRole('link', { name: 'I have saved it' }).click();
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await page.reload();
  await page.getByText('walk key').waitFor();
  expect(await page.content()).not.toContain(key);
  await page.getByRole('meter', { name: '$0.00 of $5.00 today' }).waitFor();
  await page.getByText('Calls running: 0 of 3').waitFor();
  await expectSound(page);
}

async function changeKey(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Edit key walk key' }).click();
  const dialog = page.getByRole('dialog');
  expect(await dialog.getByLabel('Per day').inputValue()).toBe('5');
  expect(await dialog.getByLabel('Stop and charge what was produced').isChecked()).toBe(true);
  await dialog.getByLabel('Let it finish and charge all').check();
  await dialog.getByLabel('Per day').fill('');
  await dialog.getByLabel('Per month').fill('$40');
  await dialog.getByLabel('Calls at a time').fill('');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await page.reload();
  await page.getByRole('meter', { name: '$0.00 of $40.00 this month' }).waitFor();
  await page.getByText('Finishes calls whose caller hangs up').waitFor();
  expect(await page.getByRole('meter').count()).toBe(1);
  expect(await page.getByText('Calls running').count()).toBe(0);
}

async function rotateKey(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Rotate key walk key' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('The old secret works for').selectOption('7 days');
  await dialog.getByLabel('Type “walk key” to confirm').fill('walk key');
  await dialog.getByRole('button', { name: 'Rotate key' }).click();
  expect(await page.locator('[data-key]').innerText()).toMatch(/^sk-weir-[0-9a-z]{39}$/);
  await page.getByRole('link', { name: 'I have saved it' }).click();
  await page.getByText('not used since').waitFor();
  await expectSound(page);
  await page.getByRole('button', { name: 'End now the old secret of walk key' }).click();
  await page.getByText('not used since').waitFor({ state: 'detached' });
}

async function talk(page: Page): Promise<void> {
  // The one page that does nothing without its script.
  await page.goto('/playground?model=sandbox/story', { waitUntil: 'networkidle' });
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
  expect(await panel.innerText()).toMatch(
    /When the caller hangs up\s+Stop and charge what was produced\s+Price version\s+prc_/,
  );
  await page.keyboard.press('Escape');
  await panel.waitFor({ state: 'hidden' });
  await page.keyboard.press('g');
  await page.keyboard.press('o');
  await page.getByRole('heading', { name: 'Last requests' }).waitFor();
  expect(await page.getByRole('heading', { name: 'First steps' }).count()).toBe(0);
}

/** What was credited, less what was charged, is what is there: to the last digit. */
async function readProof(page: Page): Promise<void> {
  await page.goto('/overview');
  const proof = page.getByText('Your balance adds up:').locator('..');
  const amounts = [...(await proof.innerText()).matchAll(/\$([\d.]+)/g)].map(([, amount]) => amount);
  expect(amounts).toHaveLength(3);
  const [credited = 0n, charged = 0n, balance] = amounts.map((amount) => parseUsd(amount ?? ''));
  expect(charged).toBeGreaterThan(0n);
  expect(credited - charged).toBe(balance);
  await proof.click();
  await page.getByRole('table', { name: 'What the balance is made of' }).waitFor();
  await expectSound(page);
}

async function readPrices(page: Page): Promise<void> {
  await page.goto('/models');
  await page.getByText('sandbox/story').waitFor();
  expect(
    await page
      .getByText(/^(In force since )?[A-Z][a-z]{2} \d+, 20\d\d$/)
      .filter({ visible: true })
      .count(),
  ).toBeGreaterThan(0);
  await expectSound(page);
}

/** The console is not there for who is not of the staff. */
async function meetNoConsole(context: BrowserContext): Promise<void> {
  // In a page of its own: the browser complains of a 404.
  const page = await context.newPage();
  const response = await page.goto('/admin/ledger');
  expect(response?.status()).toBe(404);
  await page.goto('/overview');
  expect(await page.getByRole('link', { name: 'Ledger' }).count()).toBe(0);
  await page.close();
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
export async function expectSound(page: Page): Promise<void> {
  expect(
    await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
  ).toBeLessThanOrEqual(0);
  // What is only just being shown has other colours until it is.
  await page.evaluate(async () => {
    const running = document
      .getAnimations()
      .filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(running.map(({ finished }) => finished));
  });
  await page.evaluate(AXE);
  const violations = await page.evaluate(async () => {
    const results = await axe.run(document, { resultTypes: ['violations'] });
    return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  });
  expect(violations, page.url()).toEqual([]);
}

/** What the script of axe leaves in the page. */
declare const axe: typeof Axe;
