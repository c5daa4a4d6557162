import { expect, test } from 'vitest';
import { readWebSettings } from './settings.ts';

test('an empty environment serves this machine', () => {
  const settings = readWebSettings({});
  expect(settings).toMatchObject({
    port: 3000,
    host: '127.0.0.1',
    apiUrl: 'http://127.0.0.1:8788',
    relayUrl: 'http://127.0.0.1:8787',
  });
  expect(settings.publicUrl.href).toBe('http://127.0.0.1:3000/');
  expect(settings.brand.name).toBe('Weir');
});

test('ports move the URLs that are not set', () => {
  const settings = readWebSettings({
    WEB_PORT: '20001',
    API_PORT: '20002',
    RELAY_PORT: '20003',
    WEIR_PUBLIC_RELAY_URL: 'https://api.example.com/',
  });
  expect(settings.publicUrl.href).toBe('http://127.0.0.1:20001/');
  expect(settings.apiUrl).toBe('http://127.0.0.1:20002');
  expect(settings.relayUrl).toBe('https://api.example.com');
});

test('a wrong value names its variable', () => {
  expect(() => readWebSettings({ WEIR_API_URL: 'api:8788' })).toThrow(
    /^WEIR_API_URL: .*Example: WEIR_API_URL=/,
  );
});
