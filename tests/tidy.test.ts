import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { root } from './product/start-product.ts';

const LINES_MAX = 400;
const GENERATED = /(^|\/)(migrations|dist|paraglide)\/|pnpm-lock\.yaml$/;

const sources = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts', '*.svelte', '*.css'],
  { cwd: root, encoding: 'utf8' },
)
  .split('\n')
  .filter((file) => file !== '' && !GENERATED.test(file));

const read = (file: string) => readFileSync(`${root}/${file}`, 'utf8');

describe('the sources', () => {
  it(`have files of at most ${LINES_MAX} lines`, () => {
    expect(sources.length).toBeGreaterThan(50);
    expect(sources.filter((file) => read(file).split('\n').length > LINES_MAX + 1)).toEqual([]);
  });

  it('are named in kebab case, after what they hold', () => {
    const route = /(^|\/)\+[\w.]+$/;
    const kebab = /^[a-z0-9.-]+$/;
    const names = sources.filter((file) => !route.test(file)).map((file) => file.split('/').at(-1) ?? '');
    expect(
      names.filter((name) => !kebab.test(name) || /^(utils?|helpers?|common|misc)\./.test(name)),
    ).toEqual([]);
  });

  it('carry no mark of unfinished work', () => {
    // A letter in brackets keeps this line from finding itself.
    const mark = /TO[D]O|FIX[M]E|@ts-[i]gnore|lint-[d]isable|as [a]ny\b/;
    expect(sources.filter((file) => mark.test(read(file)))).toEqual([]);
  });
});
