import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { root } from './product/start-product.ts';

const PINNED = /^\s*-?\s*uses: [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+(\.\d+)*$/;

const PINNED_IMAGE = /^\s*(container|image): [\w./:-]+@sha256:[0-9a-f]{64}$/;

it('workflows use actions by the commit that was looked at and images by their digest, with no more rights than they need', () => {
  const files = globSync('.github/workflows/*.{yml,yaml}', { cwd: root });
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) {
    const text = readFileSync(`${root}/${file}`, 'utf8');
    const uses = text.split('\n').filter((line) => /^\s*-?\s*uses:/.test(line));
    expect([file, uses.filter((line) => !PINNED.test(line))]).toEqual([file, []]);
    // A container that is a mapping names its image on a line of its own.
    const images = text.split('\n').filter((line) => /^\s*(container: \S|image:)|docker:\/\//.test(line));
    expect([file, images.filter((line) => !PINNED_IMAGE.test(line))]).toEqual([file, []]);
    expect([file, /^permissions:\n {2}contents: read\n\n/m.test(text)]).toEqual([file, true]);
    expect([file, /pull_request_target|write-all/.test(text)]).toEqual([file, false]);
  }
});
