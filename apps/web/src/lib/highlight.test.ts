import { expect, test } from 'vitest';
import { highlight } from './highlight.ts';

test('nothing of the code is lost', () => {
  const code = `curl -N http://x/v1 \\\n  -H "A: b" # note\nconst a = 'it\\'s';`;
  expect(
    highlight(code)
      .map(({ text }) => text)
      .join(''),
  ).toBe(code);
});

test('an address in a string is no comment, and a word in one no keyword', () => {
  const tokens = highlight(`import x from 'https://example.com/import';`);
  expect(tokens.filter(({ kind }) => kind === 'comment')).toEqual([]);
  expect(tokens.filter(({ kind }) => kind === 'keyword').map(({ text }) => text)).toEqual(['import', 'from']);
});

test('an address outside a string is no comment', () => {
  expect(highlight('curl http://127.0.0.1:8787/v1').some(({ kind }) => kind === 'comment')).toBe(false);
});
