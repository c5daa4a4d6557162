import { expect, test } from 'vitest';
import { safeNext } from './safe-next.ts';

test.each(['/keys', '/activity?key=key_1&outcome=ok', '/docs#first-call', '/'])(
  '%s is a path of this site',
  (next) => {
    expect(safeNext(next, '/overview')).toBe(next);
  },
);

test.each([
  null,
  '',
  'keys',
  'https://example.com/',
  '//example.com',
  '/\\example.com',
  '/\t/example.com',
  '\t//example.com',
  'javascript:alert(1)',
  '/.//example.com',
  '/a/..//example.com',
])('%j leads to the fallback', (next) => {
  expect(safeNext(next, '/overview')).toBe('/overview');
});
