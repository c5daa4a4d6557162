import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { root } from './product/start-product.ts';

const PINNED = /^\s*-?\s*uses: [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+(\.\d+)*$/;

it('workflows use actions by the commit that was looked at, with no more rights than they need', () => {
  const files = globSync('.github/workflows/*.{yml,yaml}', { cwd: root });
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) {
    const text = readFileSync(`${root}/${file}`, 'utf8');
    const uses = text.split('\n').filter((line) => /^\s*-?\s*uses:/.test(line));
    expect([file, uses.filter((line) => !PINNED.test(line))]).toEqual([file, []]);
    expect([file, /^permissions:\n {2}contents: read\n\n/m.test(text)]).toEqual([file, true]);
    expect([file, /pull_request_target|write-all/.test(text)]).toEqual([file, false]);
  }
});
