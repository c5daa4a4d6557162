import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { launchBrowser, walk } from './walk.ts';

const run = promisify(execFile);
const cli = fileURLToPath(new URL('../../api/src/cli/main.ts', import.meta.url));

/** The running product; its data directory is taken from `WEIR_DATA_DIR`. */
const baseUrl = process.env['WEIR_E2E_URL'];

async function credit(accountId: string): Promise<void> {
  await run(process.execPath, [
    cli,
    'account',
    'credit',
    accountId,
    '--usd',
    '1',
    '--ref',
    crypto.randomUUID(),
  ]);
}

describe.runIf(baseUrl)('a new customer', () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchBrowser();
  });

  afterAll(() => browser.close());

  it.each([390, 1440])(
    'gets from the landing page to a charged request at %i px',
    { timeout: 120_000 },
    async (width) => {
      expect(await walk(browser, { baseUrl: baseUrl ?? '', width, credit })).toEqual([]);
    },
  );
});
