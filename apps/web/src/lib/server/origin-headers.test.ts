import type { IncomingHttpHeaders } from 'node:http';
import { expect, test } from 'vitest';
import { ORIGIN_HEADERS, setOrigin } from './origin-headers.ts';

function originOf(publicUrl: string, headers: IncomingHttpHeaders): string {
  setOrigin(headers, new URL(publicUrl));
  return `${String(headers[ORIGIN_HEADERS.protocol])}://${String(headers[ORIGIN_HEADERS.host])}`;
}

test('a first start answers under every name of the machine', () => {
  expect(originOf('http://127.0.0.1:3000', { host: 'localhost:3000' })).toBe('http://localhost:3000');
});

test('behind a proxy the public name stands, whatever arrives', () => {
  const headers = {
    host: 'web:3000',
    [ORIGIN_HEADERS.host]: 'evil.example.com',
    [ORIGIN_HEADERS.protocol]: 'http',
  };
  expect(originOf('https://weir.example.com', headers)).toBe('https://weir.example.com');
});
