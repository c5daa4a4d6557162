/// <reference lib="dom" />
import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';
import { expectSound, openContext, openPage, type StaffWalkOptions } from './walk.ts';

export interface CaptureWalkOptions extends StaffWalkOptions {
  /** As if everybody had proved long ago who they are. */
  age: () => Promise<void>;
  /** Calls with the person's key, saying this. */
  call: (prompt: string) => Promise<void>;
  /** Done while the call is captured and has been read. */
  meanwhile: (prompt: string) => Promise<void>;
  /** As long as what it returns is not disposed, no capture can be switched off. */
  keepOn: () => Promise<AsyncDisposable>;
}

/**
 * The path of a holder who looks for a fault: have a key's calls captured, read one, meet it sealed in another browser,
 * switch the capture off without JavaScript, delete what is left.
 * @returns what the browser complained of on the way.
 */
export async function walkCapture(browser: Browser, options: CaptureWalkOptions): Promise<string[]> {
  const { baseUrl, width, call, meanwhile } = options;
  await using context = await openContext(browser, baseUrl, width);
  const { page, complaints } = await openPage(context);
  await signIn(page, options);
  await options.age();
  const path = await startCapture(page, options.password);
  for (const place of ['/overview', '/playground', '/keys', '/settings']) {
    await page.goto(place);
    await page.getByText(/^The calls of “.*” are being captured until/).waitFor();
    await expectSound(page);
  }
  // What would be a picture, were it more than text.
  const prompt = `Canary${crypto.randomUUID().replaceAll('-', '')}<img src=x onerror=alert(1)>`;
  await call(prompt);
  await page.goto(path);
  await readCall(page, prompt);
  await meanwhile(prompt.slice(0, 38));
  await meetSealed(browser, options, page.url());
  await meetRefusals(browser, context, options, path);
  await switchOff(browser, context, options);
  await deleteAll(page, path);
  // What is refused on purpose on the way, the browser notes as a failed load.
  return complaints.filter((text) => !text.startsWith('Failed to load resource'));
}

async function signIn(page: Page, { email, password }: CaptureWalkOptions): Promise<void> {
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL('**/overview');
}

/** @returns where the key's capture is. */
async function startCapture(page: Page, password: string): Promise<string> {
  await page.goto('/keys');
  await page
    .getByRole('link', { name: /^Capture calls of key/ })
    .first()
    .click();
  await page.getByRole('heading', { name: 'Capture this key’s calls' }).waitFor();
  await expectSound(page);
  await page.getByLabel('For how long').selectOption('4');
  await page.getByRole('button', { name: 'Start capturing' }).click();
  await page.getByRole('heading', { name: 'Confirm that it’s you' }).waitFor();
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.getByText('Nothing captured yet').waitFor();
  await page
    .getByText(/^Switched on until/)
    .first()
    .waitFor();
  await expectSound(page);
  return new URL(page.url()).pathname;
}

async function readCall(page: Page, prompt: string): Promise<void> {
  await page.getByRole('table', { name: 'Captured calls' }).getByRole('link').first().click();
  const request = page.getByRole('dialog').locator('pre').first();
  await request.getByText(prompt).waitFor();
  expect(await page.getByRole('dialog').locator('pre').nth(1).innerText()).toContain(prompt);
  expect(await page.getByRole('dialog').locator('img').count()).toBe(0);
  await expectSound(page);
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download as JSON' }).click();
  const file = JSON.parse(await readFile(await (await downloading).path(), 'utf8')) as object;
  expect(file).toMatchObject({ status: 200, request: { messages: [{ content: prompt }] } });
}

/** The same person in another browser sees that there is something, and can't read it. */
async function meetSealed(browser: Browser, options: CaptureWalkOptions, url: string): Promise<void> {
  await using context = await openContext(browser, options.baseUrl, options.width);
  const { page } = await openPage(context);
  await signIn(page, options);
  await page.goto(url);
  await page.getByRole('dialog').getByText('The key to these calls is not in this browser').waitFor();
  expect(await page.content()).not.toContain('Canary');
  await expectSound(page);
}

const REFUSAL = 'Something failed inside the gateway.';

const banner = (page: Page) => page.getByRole('region', { name: /^Capture of key/ });

/** A capture that stays on says why where it was to be switched off, with a script and without. */
async function meetRefusals(
  browser: Browser,
  context: BrowserContext,
  options: CaptureWalkOptions,
  path: string,
): Promise<void> {
  await using _kept = await options.keepOn();
  const page = await context.newPage();
  await page.goto('/activity');
  await scriptRuns(page);
  await banner(page).getByRole('button', { name: 'Switch off' }).click();
  await banner(page).getByRole('alert').getByText(REFUSAL).waitFor();
  expect(new URL(page.url()).pathname).toBe('/activity');
  await expectSound(page);
  await page.goto(path);
  await scriptRuns(page);
  await page.getByRole('main').getByRole('button', { name: 'Switch off' }).click();
  await page.getByRole('main').getByRole('alert').getByText(REFUSAL).waitFor();
  await page.close();

  await using plain = await openPlainContext(browser, context, options);
  const bare = await plain.newPage();
  for (const place of ['/activity', path]) {
    await bare.goto(place);
    await banner(bare).getByRole('button', { name: 'Switch off' }).click();
    await bare.getByRole('main').getByRole('alert').getByText(REFUSAL).waitFor();
    expect(new URL(bare.url()).pathname).toBe(path);
  }
}

/** Resolves when forms are sent by the page’s script: SvelteKit adds its announcer then. */
const scriptRuns = (page: Page) => page.locator('#svelte-announcer').waitFor({ state: 'attached' });

/** The same person without JavaScript. */
async function openPlainContext(
  browser: Browser,
  context: BrowserContext,
  { baseUrl, width }: CaptureWalkOptions,
): Promise<BrowserContext> {
  return browser.newContext({
    baseURL: baseUrl,
    locale: 'en',
    viewport: { width, height: 900 },
    javaScriptEnabled: false,
    storageState: await context.storageState(),
  });
}

async function switchOff(browser: Browser, context: BrowserContext, options: CaptureWalkOptions) {
  await using plain = await openPlainContext(browser, context, options);
  const bare = await plain.newPage();
  await bare.goto('/activity');
  await banner(bare).getByRole('button', { name: 'Switch off' }).click();
  await bare.getByText('Switched off').first().waitFor();
  // The key would have to be made by a script.
  expect(await bare.getByRole('button', { name: 'Start capturing' }).isVisible()).toBe(false);
}

async function deleteAll(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await page.getByRole('link', { name: 'Delete everything' }).click();
  await page.getByRole('dialog').getByText('They can’t be brought back.').waitFor();
  await expectSound(page);
  await page.getByRole('dialog').getByRole('button', { name: 'Delete everything' }).click();
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await page.getByText('Deleted', { exact: true }).first().waitFor();
  expect(await page.getByRole('table', { name: 'Captured calls' }).count()).toBe(0);
  await expectSound(page);
}
