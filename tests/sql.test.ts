import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { root } from './product/start-product.ts';

/**
 * Where SQL is more than a tagged template, whose every value is a parameter: a text made beforehand. Each has been looked
 * at, and says what the text is made of; none of that comes from a caller. One that is added has to be put here.
 */
const TEXTS: Readonly<Record<string, { uses: number; madeOf: string }>> = {
  'apps/api/src/archive/clickhouse-archive.ts': {
    uses: 1,
    madeOf: 'names of the list of archived columns; values are parameters',
  },
  'apps/api/src/archive/copy-day.ts': {
    uses: 2,
    madeOf: 'names of the list of archived columns, the name of a day’s partition, and a number',
  },
  'apps/api/src/auth/attempts.ts': {
    uses: 1,
    madeOf: 'what the rate limiter’s library writes; keys are parameters',
  },
  'apps/api/src/export/read-table.ts': { uses: 1, madeOf: 'names and constants of the inventory of data' },
  'apps/api/src/leaving/erase-account.ts': { uses: 2, madeOf: 'names of the inventory of data' },
  'apps/api/src/notices/watch-spending.ts': { uses: 1, madeOf: 'numbers of a constant' },
  'apps/relay/src/database-changes.ts': { uses: 1, madeOf: 'a constant' },
  'packages/db/src/cluster.ts': { uses: 1, madeOf: 'a constant' },
  'packages/db/src/schema-notices.ts': { uses: 1, madeOf: 'a number that is a constant' },
  'packages/ledger/src/account-figures.ts': { uses: 1, madeOf: 'a constant' },
  'packages/ledger/src/account-movements.ts': { uses: 1, madeOf: 'a constant' },
  'packages/ledger/src/close-day.ts': { uses: 5, madeOf: 'the name of a day’s partition, and a constant' },
  'packages/ledger/src/expire-holds.ts': { uses: 1, madeOf: 'the name of a day’s partition' },
  'packages/ledger/src/read-keys.ts': { uses: 1, madeOf: 'a constant' },
  'packages/ledger/src/verify-account.ts': { uses: 1, madeOf: 'a constant' },
  'packages/ledger/src/verify.ts': { uses: 2, madeOf: 'constants' },
  'packages/ledger/src/write.ts': { uses: 1, madeOf: 'the name of a day’s partition, and constants' },
};

/** Ways past the tagged template, of postgres.js and of drizzle, and the clients of other libraries. */
const MADE_BEFOREHAND = /\.unsafe\b|\bsql\s*\.\s*raw\b|\bnew StringChunk\b|\bclient\.query\(/g;

it('is a tagged template wherever a caller’s words may come in', () => {
  const sources = globSync('{apps,packages}/*/src/**/*.{ts,svelte}', { cwd: root }).filter(
    (path) => !/\.test\.ts$|\/testing\/|\/testing\.ts$|\/model\/|\/paraglide\//.test(path),
  );
  expect(sources.length).toBeGreaterThan(300);
  const found = sources.map((path) => [
    path,
    readFileSync(`${root}/${path}`, 'utf8').match(MADE_BEFOREHAND)?.length ?? 0,
  ]);
  const known = Object.entries(TEXTS).map(([path, { uses }]) => [path, uses]);
  expect(Object.fromEntries(found.filter(([, uses]) => uses !== 0))).toEqual(Object.fromEntries(known));
});
