import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const MODULE = fileURLToPath(new URL('end-on-uncaught.ts', import.meta.url));
const WORD = 'CanaryOfABody';

const endOf = (script: string) =>
  spawnSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' });

const thrown = `JSON.parse('{"content": ${WORD}');`;
const rejected = `await null; void Promise.reject(new Error('${WORD}', { cause: { body: '${WORD}' } }));`;

it.each([thrown, rejected])('an error that nobody caught is told without its words: %s', (script) => {
  expect(endOf(script).stderr).toContain(WORD);
  const ended = endOf(`import { endOnUncaught } from ${JSON.stringify(MODULE)}; endOnUncaught(); ${script}`);
  expect(ended).toMatchObject({ status: 1, stdout: '' });
  expect(ended.stderr).not.toContain(WORD);
  expect(JSON.parse(ended.stderr)).toMatchObject({
    level: 60,
    error: expect.stringMatching(/Error/),
    msg: 'Nobody caught an error.',
  });
});
