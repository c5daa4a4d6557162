import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import {
  expectSound,
  openContext,
  openPage,
  PASSWORD,
  signUpPlainly,
  type StaffWalkOptions,
  type WalkOptions,
} from './walk.ts';

/**
 * The path of a customer who leaves, and changes their mind: take the data along, read the statement, ask for the
 * deletion, sign in again, keep the account; then leave for good, in a browser without JavaScript.
 * @returns what the browser complained of on the way.
 */
export async function walkLeaving(
  browser: Browser,
  { baseUrl, width, mailTo, credit }: WalkOptions,
): Promise<string[]> {
  await using context = await openContext(browser, baseUrl, width);
  const { page, complaints } = await openPage(context);
  const email = await signUpPlainly(page, mailTo);
  await page.goto('/settings');
  await credit((await page.locator('[data-account-id]').innerText()).trim());

  await page.getByRole('link', { name: 'Your data' }).click();
  await takeData(page);
  await readStatement(page);
  await askForDeletion(page, email);
  await signIn(page, email);
  await keepAccount(page);

  await using plain = await browser.newContext({
    baseURL: baseUrl,
    locale: 'en',
    viewport: { width, height: 900 },
    javaScriptEnabled: false,
  });
  const bare = await plain.newPage();
  await signIn(bare, email);
  await bare.goto('/settings/delete');
  await bare.getByLabel(/^Type “/).fill('somebody@example.com');
  await bare.getByRole('button', { name: 'Delete account' }).click();
  await bare.getByText('This is not the e-mail of your account.').waitFor();
  await bare.getByLabel(/^Type “/).fill(email);
  await bare.getByRole('button', { name: 'Delete account' }).click();
  await bare.getByRole('heading', { name: 'Your account is to be deleted' }).waitFor();
  await signIn(bare, email);
  await bare.getByRole('button', { name: 'Keep my account' }).waitFor();
  return complaints;
}

/** What an owner does when a court asks: hold an account, hand its data out, release it. */
export async function walkLegal(
  browser: Browser,
  { baseUrl, width, email, password, accountId }: StaffWalkOptions & { accountId: string },
): Promise<string[]> {
  await using context = await openContext(browser, baseUrl, width);
  const { page, complaints } = await openPage(context);
  await signIn(page, email, password);
  await page.goto('/admin/legal');
  await page.getByText('No account is under a hold').waitFor();
  await expectSound(page);
  await page.getByRole('button', { name: 'Place a hold' }).click();
  await page.getByText('Write an account ID').waitFor();
  const fill = async () => {
    await page.getByLabel('Account ID').fill(accountId);
    await page.getByLabel('What it rests on').fill('7 O 12/26');
  };
  await fill();
  await page.getByRole('button', { name: 'Place a hold' }).click();
  await page.getByText('The hold is placed.').waitFor();
  await expectSound(page);
  await fill();
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export the account’s data' }).click();
  expect((await downloading).suggestedFilename()).toBe('account-data.zip');
  await page.getByText('The export is ready').waitFor();
  await fill();
  await page.getByRole('button', { name: 'Release the hold' }).click();
  await page.getByText('No account is under a hold').waitFor();
  return complaints;
}

export async function signIn(page: Page, email: string, password = PASSWORD): Promise<void> {
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL('**/overview');
}

async function takeData(page: Page): Promise<void> {
  await page.getByRole('heading', { name: 'Your data' }).waitFor();
  await expectSound(page);
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export my data' }).click();
  const download = await downloading;
  expect((await readFile(await download.path())).subarray(0, 2).toString()).toBe('PK');
  await page.getByText('The export is ready').waitFor();
  await expectSound(page);
}

async function readStatement(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Open the statement' }).click();
  const table = page.getByRole('table', { name: 'Movements of the balance' });
  await table.waitFor();
  expect(await table.innerText()).toMatch(/Adjustment[\s\S]*\$1\.00[\s\S]*Balance now\s+\$1\.00/);
  await expectSound(page);
  const downloading = page.waitForEvent('download');
  await page.getByRole('link', { name: 'All as CSV' }).click();
  const csv = await readFile(await (await downloading).path(), 'utf8');
  expect(csv.split('\r\n')).toMatchObject({
    0: 'time,day_utc,kind,entry_id,reference,amount_usd,balance_usd',
    2: expect.stringMatching(/,adjustment,ent_\w+,test:acc_\w+,1,1$/),
    3: ',,closing_balance,,,,1',
  });
}

async function askForDeletion(page: Page, email: string): Promise<void> {
  await page.goto('/settings/delete');
  await page.getByText('is still on your balance').waitFor();
  const statement = await page.getByRole('table', { name: 'Final statement' }).innerText();
  expect(statement).toMatch(
    /Topped up\s+\$0\.00[\s\S]*adjusted\s+\$1\.00[\s\S]*Left on the balance\s+\$1\.00/,
  );
  await expectSound(page);
  await page.getByLabel(`Type “${email}” to confirm`).fill('leaver');
  await page.getByRole('button', { name: 'Delete account' }).click();
  await page.getByText('This is not the e-mail of your account.').waitFor();
  await page.getByLabel(`Type “${email}” to confirm`).fill(email);
  await page.getByRole('button', { name: 'Delete account' }).click();
  await page.getByRole('heading', { name: 'Your account is to be deleted' }).waitFor();
  await expectSound(page);
  await page.goto('/overview');
  expect(new URL(page.url()).pathname).toBe('/sign-in');
}

/** The state is visible wherever one goes, and so is the way back. */
async function keepAccount(page: Page): Promise<void> {
  for (const path of ['/overview', '/keys', '/settings/delete', '/models']) {
    await page.goto(path);
    await page.getByText('Your account is to be deleted, and your data erased').waitFor();
    await expectSound(page);
  }
  await page.getByRole('button', { name: 'Keep my account' }).click();
  await page.waitForURL('**/overview');
  expect(await page.getByRole('button', { name: 'Keep my account' }).count()).toBe(0);
}
