import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { root } from './product/start-product.ts';

const NAMED = /`(?<file>[\w./-]+\.(?:test|e2e)\.ts)`: (?<names>“[^”]+”(?:, “[^”]+”)*)/g;

const rows = readFileSync(`${root}/docs/security.md`, 'utf8')
  .split('\n## Threats\n')[1]
  ?.split('\n## ')[0]
  ?.split('\n')
  .filter((line) => line.startsWith('|') && !/^\| (threat|-+) /.test(line));

it('docs/security.md names tests that there are, in every row', () => {
  expect(rows?.length).toBeGreaterThan(25);
  for (const row of rows ?? []) {
    const named = [...row.matchAll(NAMED)].flatMap(({ groups }) =>
      [...(groups?.['names'] ?? '').matchAll(/“([^”]+)”/g)].map(([, name = '']) => ({
        file: groups?.['file'] ?? '',
        name,
      })),
    );
    expect([row.slice(0, 60), named.length]).not.toEqual([row.slice(0, 60), 0]);
    // None is passed over for the way it is written.
    expect(named.length).toBe(row.match(/“/g)?.length);
    for (const { file, name } of named) {
      expect([file, existsSync(`${root}/${file}`)]).toEqual([file, true]);
      const source = readFileSync(`${root}/${file}`, 'utf8');
      const isThere = [`'${name}'`, `\`${name}\``, `"${name}"`].some((quoted) => source.includes(quoted));
      expect([file, name, isThere]).toEqual([file, name, true]);
    }
  }
});
