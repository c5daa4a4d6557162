import { Secret, TOTP } from 'otpauth';
import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import { expectSound, openContext, openPage, PASSWORD, signUpPlainly, type WalkOptions } from './walk.ts';

export interface SecurityWalkOptions extends Omit<WalkOptions, 'credit'> {
  /** Makes what people have proved of themselves too old for what is sensitive. */
  age: () => Promise<void>;
}

/**
 * The path of a person who cares: set up an authenticator app, confirm who they are in the middle of making a key, sign
 * in by code and by recovery code, add a passkey, sign in by it, end the sessions that this left open.
 * @returns what the browser complained of on the way.
 */
export async function walkSecurity(
  browser: Browser,
  { baseUrl, width, mailTo, age }: SecurityWalkOptions,
): Promise<string[]> {
  await using context = await openContext(browser, baseUrl, width);
  const { page, complaints } = await openPage(context);
  const email = await signUpPlainly(page, mailTo);

  const { secret, recoveryCodes } = await setUpApp(page);
  await age();
  await createKeyAfterConfirming(page);
  await signInAgain(page, email, () => totpCode(secret, 1));
  await signInAgain(page, email, () => recoveryCodes[0] ?? '');
  await addVirtualAuthenticator(page);
  await addPasskey(page);
  await signInByPasskey(page);
  await endSessions(page);
  // What is refused on purpose on the way, the browser notes as a failed load.
  return complaints.filter((text) => !text.startsWith('Failed to load resource'));
}

function totpCode(secret: string, steps: number): string {
  return TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: Date.now() + steps * 30_000 });
}

async function setUpApp(page: Page): Promise<{ secret: string; recoveryCodes: string[] }> {
  await page.goto('/settings');
  await page.getByRole('link', { name: 'Security settings' }).click();
  await page.getByText('This device').waitFor();
  await expectSound(page);
  await page.getByRole('button', { name: 'Set up an app' }).click();
  await page.getByRole('img', { name: 'QR code' }).waitFor();
  await expectSound(page);
  const shown = await page.locator('[data-totp-secret]').innerText();
  const secret = shown.replaceAll(' ', '');
  expect(await page.locator('[data-qr]').getAttribute('data-qr')).toContain(`secret=${secret}`);
  await page.getByLabel('Code that the app shows').fill('000000');
  await page.getByRole('button', { name: 'Turn on' }).click();
  await page.getByText('This code is wrong').waitFor();
  // The same key is there still: the app was given it already.
  expect(await page.locator('[data-totp-secret]').innerText()).toBe(shown);
  await page.getByLabel('Code that the app shows').fill(totpCode(secret, 0));
  await page.getByRole('button', { name: 'Turn on' }).click();

  const dialog = page.getByRole('dialog', { name: 'Your recovery codes' });
  await dialog.waitFor();
  const recoveryCodes = await dialog.locator('[data-recovery-codes] li').allInnerTexts();
  expect(recoveryCodes).toHaveLength(10);
  await expectSound(page);
  const download = page.waitForEvent('download');
  await dialog.getByRole('link', { name: 'Download' }).click();
  expect((await download).suggestedFilename()).toBe('Weir recovery codes.txt');
  await dialog.getByRole('link', { name: 'I have saved them' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await page.reload();
  expect(await page.content()).not.toContain(recoveryCodes[0]);
  await page.getByText('Unused codes: 10').waitFor();
  return { secret, recoveryCodes };
}

/** What was typed is there after the dialog, and is what is done. */
async function createKeyAfterConfirming(page: Page): Promise<void> {
  await page.goto('/keys?create');
  await page.getByRole('dialog').getByLabel('Name').fill('confirmed key');
  await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click();
  const dialog = page.getByRole('dialog', { name: 'Confirm that it’s you' });
  await dialog.getByLabel('Password').fill('not the password');
  await dialog.getByRole('button', { name: 'Confirm' }).click();
  await dialog.getByText('This is not your current password.').waitFor();
  await expectSound(page);
  await dialog.getByLabel('Password').fill(PASSWORD);
  await dialog.getByRole('button', { name: 'Confirm' }).click();
  await page.getByRole('dialog', { name: 'Key “confirmed key” is ready' }).waitFor();
  expect(await page.locator('[data-key]').innerText()).toMatch(/^sk-weir-/);
}

/** Without signing out: the session stays, for the list. */
async function signInAgain(page: Page, email: string, code: () => string): Promise<void> {
  await page.context().clearCookies();
  await page.goto('/sign-in?next=%2Fsettings%2Fsecurity');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { name: 'One more step' }).waitFor();
  await expectSound(page);
  await page.getByLabel('Code or recovery code').fill(code());
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByText('This device').waitFor();
  expect(new URL(page.url()).pathname).toBe('/settings/security');
}

async function addVirtualAuthenticator(page: Page): Promise<void> {
  const client = await page.context().newCDPSession(page);
  await client.send('WebAuthn.enable');
  await client.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

async function addPasskey(page: Page): Promise<void> {
  await page.getByLabel('Name of a new passkey').fill('walker’s laptop');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByText('The passkey is added.').waitFor();
  await page.getByRole('button', { name: 'Rename passkey walker’s laptop' }).click();
  await page.getByLabel('New name').fill('work laptop');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('The passkey is renamed.').waitFor();
  await page.getByRole('button', { name: 'Remove passkey work laptop' }).waitFor();
  await expectSound(page);
}

async function signInByPasskey(page: Page): Promise<void> {
  await page.context().clearCookies();
  await page.goto('/sign-in');
  await expectSound(page);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await page.waitForURL('**/overview');
}

async function endSessions(page: Page): Promise<void> {
  await page.goto('/settings/security');
  const sessions = page.locator('[data-session]');
  await sessions.first().waitFor();
  // What was open when the app was set up has ended: since then one went on, and three were begun.
  expect(await sessions.count()).toBe(4);
  await sessions.getByRole('button', { name: 'End the session on' }).first().click();
  await page.getByText('The session is ended.').waitFor();
  await page.getByRole('button', { name: 'End all other sessions' }).click();
  await page.getByText('All other sessions are ended.').waitFor();
  expect(await sessions.count()).toBe(1);
  await page.getByRole('button', { name: 'Remove passkey work laptop' }).click();
  await page.getByText('The passkey is removed.').waitFor();
}
