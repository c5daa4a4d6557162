import type { Browser, BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';
import { signIn } from './walk-leaving.ts';
import {
  expectSound,
  openContext,
  openPage,
  signUpPlainly,
  type StaffWalkOptions,
  type WalkOptions,
} from './walk.ts';

export interface NoticesWalkOptions extends Omit<WalkOptions, 'credit'> {
  /** Of the staff. */
  staff: Pick<StaffWalkOptions, 'email' | 'password'>;
  /** Where a server of the person's takes webhooks. */
  webhookUrl: string;
  /** The titles of what was posted there. */
  postedTitles: () => readonly string[];
}

/**
 * A person sets a webhook and tests it; an operator announces something, which the person sees, gets posted and puts
 * away; the operator takes it back.
 * @returns what the browser complained of on the way.
 */
export async function walkNotices(browser: Browser, options: NoticesWalkOptions): Promise<string[]> {
  const { baseUrl, width, mailTo, staff } = options;
  await using own = await openContext(browser, baseUrl, width);
  const { page, complaints } = await openPage(own);
  const email = await signUpPlainly(page, mailTo);
  await setWebhook(page, options);

  await using console = await openContext(browser, baseUrl, width);
  const { page: desk, complaints: ofConsole } = await openPage(console);
  await signIn(desk, staff.email, staff.password);
  const title = `Maintenance at ${width} px`;
  await announce(desk, title);

  await expect.poll(options.postedTitles, { timeout: 20_000 }).toContain(title);
  expect(await mailTo(email, /Calls go on\./)).toContain('Calls go on.');
  await putAway(page, title);
  await withdraw(desk, title);
  await page.goto('/notices');
  await page.getByRole('heading', { name: 'A webhook for your notices was set' }).waitFor();
  expect(await page.getByRole('heading', { name: title }).count()).toBe(0);

  await walkPlainly(browser, options);
  await removeWebhook(browser, own, page, options);
  // The URL that is refused on purpose, the browser notes as a failed load.
  return [...complaints.filter((text) => !text.startsWith('Failed to load resource')), ...ofConsole];
}

async function setWebhook(page: Page, { webhookUrl, postedTitles }: NoticesWalkOptions): Promise<void> {
  await page.goto('/settings');
  await page.getByRole('link', { name: 'Set up a webhook' }).click();
  await page.getByLabel('URL').fill('http://example.com/');
  await page.getByRole('button', { name: 'Set up the webhook' }).click();
  await page.getByText('Write an https:// URL at a public address.').waitFor();
  await expectSound(page);
  await page.getByLabel('URL').fill(webhookUrl);
  await page.getByRole('button', { name: 'Set up the webhook' }).click();
  const dialog = page.getByRole('dialog', { name: 'Your signing secret' });
  await dialog.waitFor();
  const secret = await dialog.locator('[data-webhook-secret]').innerText();
  expect(secret).toMatch(/^whsec_/);
  await expectSound(page);
  await dialog.getByRole('link', { name: 'I have saved it' }).click();
  await dialog.waitFor({ state: 'hidden' });

  await page.getByRole('button', { name: 'Send a test' }).click();
  await page.getByText('The test is on its way.').waitFor();
  await expect.poll(postedTitles, { timeout: 20_000 }).toContain('A test of your webhook');
  await page.reload();
  await page.locator('[data-delivery]').filter({ hasText: 'Test' }).getByText('Delivered').waitFor();
  expect(await page.content()).not.toContain(secret);
  await expectSound(page);

  await page.goto('/settings');
  await page.getByLabel('Webhook: Key budgets').uncheck();
  await page
    .locator('form', { has: page.getByLabel('Webhook: Key budgets') })
    .getByRole('button')
    .click();
  await page.getByText('Saved', { exact: true }).waitFor();
  await page.reload();
  expect(await page.getByLabel('Webhook: Key budgets').isChecked()).toBe(false);
  expect(await page.getByLabel('Webhook: Security').isChecked()).toBe(true);
  await expectSound(page);
}

/** It is asked for once more, with a script and without. */
async function removeWebhook(
  browser: Browser,
  context: BrowserContext,
  page: Page,
  { baseUrl, width, webhookUrl }: NoticesWalkOptions,
): Promise<void> {
  await page.goto('/settings/webhook', { waitUntil: 'networkidle' });
  const dialog = page.getByRole('dialog', { name: 'Remove the webhook?' });
  await page.getByRole('link', { name: 'Remove the webhook' }).click();
  await dialog.getByText(webhookUrl).waitFor();
  await expectSound(page);
  await dialog.getByRole('link', { name: 'Keep it' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await page.reload();
  expect(await page.getByLabel('URL').inputValue()).toBe(webhookUrl);
  await page.getByRole('link', { name: 'Remove the webhook' }).click();
  await dialog.getByRole('button', { name: 'Remove the webhook' }).click();
  await page.getByText('The webhook is removed.').waitFor();
  expect(await page.getByLabel('URL').inputValue()).toBe('');
  await expectSound(page);

  await page.getByLabel('URL').fill(webhookUrl);
  await page.getByRole('button', { name: 'Set up the webhook' }).click();
  await page.getByRole('link', { name: 'I have saved it' }).click();
  await using plain = await browser.newContext({
    baseURL: baseUrl,
    locale: 'en',
    viewport: { width, height: 900 },
    javaScriptEnabled: false,
    storageState: await context.storageState(),
  });
  const bare = await plain.newPage();
  await bare.goto('/settings/webhook');
  await bare.getByRole('link', { name: 'Remove the webhook' }).click();
  await bare.getByRole('dialog').getByRole('button', { name: 'Remove the webhook' }).click();
  await bare.getByText('The webhook is removed.').waitFor();
  expect(await bare.getByLabel('URL').inputValue()).toBe('');
}

async function announce(page: Page, title: string): Promise<void> {
  await page.getByRole('link', { name: 'Ledger' }).filter({ visible: true }).click();
  await page.getByRole('link', { name: 'Announcements' }).filter({ visible: true }).click();
  await page.getByLabel('Title (English)').waitFor();
  await expectSound(page);
  await page.getByRole('button', { name: 'Preview' }).click();
  await page.getByText('Write a title of 1 to 120 characters.').first().waitFor();
  await fillAnnouncement(page, title);
  await page.getByRole('button', { name: 'Preview' }).click();
  await page.getByText('People who get it in the dashboard').waitFor();
  await expectSound(page);
  await page.getByRole('button', { name: 'Back to the text' }).click();
  expect(await page.getByLabel('Title (English)').inputValue()).toBe(title);
  await page.getByRole('button', { name: 'Preview' }).click();
  await page.getByRole('button', { name: /^Publish to \d+ people$/ }).click();
  await page.getByText(/^Published\. People who get it: \d+\.$/).waitFor();
  await page.locator('[data-announcement]').filter({ hasText: title }).waitFor();
  expect(await page.getByLabel('Title (English)').inputValue()).toBe('');
  await expectSound(page);
}

async function fillAnnouncement(page: Page, title: string): Promise<void> {
  await page.getByLabel('Title (English)').fill(title);
  await page.getByLabel('Text (English)').fill('From 02:00 to 03:00 UTC.\n\nCalls go on.');
  await page.getByLabel('Title (简体中文)').fill('周日维护');
  await page.getByLabel('Text (简体中文)').fill('北京时间 10:00 至 11:00。');
}

async function putAway(page: Page, title: string): Promise<void> {
  await page.goto('/overview');
  const banner = page.locator('[data-announcement-banner]').filter({ hasText: title });
  await banner.waitFor();
  await expectSound(page);
  await banner.getByRole('button', { name: 'Dismiss' }).click();
  await page.waitForURL('**/overview');
  await banner.waitFor({ state: 'detached' });
  await page.goto('/notices');
  await page.getByRole('heading', { name: title }).waitFor();
  await expectSound(page);
}

async function withdraw(page: Page, title: string): Promise<void> {
  await page.reload();
  await page.getByRole('link', { name: `Withdraw “${title}”` }).click();
  const dialog = page.getByRole('dialog', { name: 'Withdraw this announcement?' });
  await dialog.waitFor();
  await expectSound(page);
  await dialog.getByRole('button', { name: 'Withdraw' }).click();
  await page.getByText('The announcement is withdrawn.').waitFor();
  await page.locator('[data-announcement]').filter({ hasText: title }).getByText('Withdrawn').waitFor();
  await expectSound(page);
}

/** The operator's part again, in a browser without JavaScript. */
async function walkPlainly(browser: Browser, { baseUrl, width, staff }: NoticesWalkOptions): Promise<void> {
  await using plain = await browser.newContext({
    baseURL: baseUrl,
    locale: 'en',
    viewport: { width, height: 900 },
    javaScriptEnabled: false,
  });
  const page = await plain.newPage();
  await signIn(page, staff.email, staff.password);
  await page.goto('/admin/announcements');
  const title = `Without a script at ${width} px`;
  await fillAnnouncement(page, title);
  await page.getByRole('button', { name: 'Preview' }).click();
  await page.getByRole('button', { name: /^Publish to \d+ people$/ }).click();
  await page.getByText(/^Published\. People who get it: \d+\.$/).waitFor();
  await page.getByRole('link', { name: `Withdraw “${title}”` }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).click();
  await page.getByText('The announcement is withdrawn.').waitFor();
}
