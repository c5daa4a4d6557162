import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));

const numbered = (letter: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${letter}${index + 1}`);

/** In the order of the document. */
const PROMISES = [...numbered('T', 15), ...numbered('B', 16)];

interface Proof {
  readonly file: string;
  readonly test: string;
}

interface Promised {
  readonly id: string;
  readonly state: string | undefined;
  readonly missing: string | undefined;
  readonly proofs: readonly Proof[];
}

function readPromises(document: string): Promised[] {
  const [, ...sections] = document.split(/^### (?=[A-Z]\d+\. )/m);
  return sections.map((section) => {
    const [text = ''] = section.split(/^## /m);
    const proofs = [...text.matchAll(/^- \[(.+?)\]\(\.\.\/\1\): (`+) ?(.+?) ?\2$/gm)];
    const listed = text.split(/^\*\*Proved by:\*\*$/m)[1]?.match(/^- /gm) ?? [];
    if (listed.length !== proofs.length) throw new Error(`a proof can’t be read in:\n${text}`);
    return {
      id: /^[A-Z]\d+/.exec(text)?.[0] ?? '',
      state: /^\*\*State:\*\* (.+)$/m.exec(text)?.[1],
      missing: /^\*\*Missing:\*\* (.+)$/m.exec(text)?.[1],
      proofs: proofs.map(([, file = '', , test = '']) => ({ file, test })),
    };
  });
}

/** What is wrong with a document, in one line each. @param tests as `file: describe > test`. */
function gapsOf(document: string, tests: ReadonlySet<string>): string[] {
  const promises = readPromises(document);
  const ids = promises.map(({ id }) => id);
  return [
    ...PROMISES.filter((id) => !ids.includes(id)).map((id) => `${id} is missing`),
    ...ids.filter((id) => !PROMISES.includes(id)).map((id) => `${id} is no promise`),
    ...ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `${id} stands there twice`),
    ...promises.flatMap(({ id, state, missing, proofs }) => {
      return [
        ...(state === 'kept' ? [] : [`${id} is said to be ${state}`]),
        ...(missing === undefined ? [] : [`${id} says that something is missing`]),
        ...(proofs.length > 0 ? [] : [`${id} has no test`]),
        ...proofs
          .filter(({ file, test }) => !tests.has(`${file}: ${test}`))
          .map(({ file, test }) => `${id}: ${file} has no test “${test}”`),
      ];
    }),
  ];
}

/** The tests that run: those that are skipped, or are only to be, prove nothing. */
async function testsIn(files: readonly string[]): Promise<Set<string>> {
  // `--json` comes last: it would take a file after it for the one to write to.
  const { stdout } = await run(
    process.execPath,
    [join(root, 'node_modules/vitest/vitest.mjs'), 'list', ...files, '--json'],
    { cwd: root, maxBuffer: 64 * 1024 * 1024 },
  );
  const listed = JSON.parse(stdout.slice(stdout.indexOf('['))) as { name: string; file: string }[];
  return new Set(
    listed.map(({ name, file }) => `${file.slice(root.length)}: ${name.replaceAll('\\"', '"')}`),
  );
}

const document = await readFile(join(root, 'docs/privacy-promises.md'), 'utf8');

it('every promise stands in the document once, is wholly kept, and is proved by tests that there are', async () => {
  const files = new Set(readPromises(document).flatMap(({ proofs }) => proofs.map(({ file }) => file)));
  const tests = await testsIn([...files]);
  expect(tests.size).toBeGreaterThan(100);
  expect(gapsOf(document, tests)).toEqual([]);
});

describe('a gap', () => {
  const proofs = readPromises(document).flatMap((promise) => promise.proofs);
  const tests = new Set(proofs.map(({ file, test }) => `${file}: ${test}`));
  const [proof = { file: '', test: '' }] = proofs;
  const section = /^### T2\. [\s\S]*?(?=^### )/m.exec(document)?.[0] ?? '';
  const listed = section.split('**Proved by:**')[1] ?? '';

  it.each([
    ['no promise', document.replace(section, ''), ['T2 is missing']],
    ['a promise twice', document.replace(section, section + section), ['T2 stands there twice']],
    [
      'a promise of nobody',
      document.replace(section, section + section.replace('T2', 'T99')),
      ['T99 is no promise'],
    ],
    ['a promise without a test', document.replace(listed, '\n\n'), ['T2 has no test']],
    [
      'a promise that is less kept than it was',
      document.replace(
        section,
        section.replace(': kept', ': kept in part').replace('** kept', '** kept in part'),
      ),
      ['T2 is said to be kept in part'],
    ],
    [
      'a promise that lacks something',
      document.replace(listed, `${listed}**Missing:** half of it\n\n`),
      ['T2 says that something is missing'],
    ],
  ])('is %s', (_what, broken, gaps) => {
    expect(broken).not.toBe(document);
    expect(gapsOf(broken, tests)).toEqual(gaps);
  });

  it('is a test that there is none of', () => {
    const others = new Set([...tests].filter((test) => test !== `${proof.file}: ${proof.test}`));
    expect(gapsOf(document, others)).toContain(`T1: ${proof.file} has no test “${proof.test}”`);
  });

  it('is a proof that can’t be read', () => {
    expect(() => gapsOf(document.replace('](../tests', '](tests'), tests)).toThrow('can’t be read');
  });
});
