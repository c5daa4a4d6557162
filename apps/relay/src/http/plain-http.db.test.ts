import { expect, it } from 'vitest';
import { startTestRelay } from '../testing/test-relay.ts';

const PRODUCTION = { NODE_ENV: 'production', WEIR_TRUSTED_PROXIES: '127.0.0.1' };

async function statusOf(settings: Record<string, string>, headers: Record<string, string>, path: string) {
  await using relay = await startTestRelay(settings);
  const { key } = await relay.createCaller(0n);
  const response = await fetch(`${relay.url}${path}`, {
    method: path === '/v1/models' ? 'GET' : 'POST',
    headers: { ...headers, authorization: `Bearer ${key}` },
  });
  const { error } = (await response.json()) as { error?: { code: string } };
  return [response.status, error?.code];
}

it.each(['/v1/models', '/v1/chat/completions', '/v1/messages'])(
  'what a trusted proxy says came unencrypted is refused in production: %s',
  async (path) => {
    expect((await statusOf(PRODUCTION, { 'x-forwarded-proto': 'http' }, path))[0]).toBe(403);
  },
);

it('says so, and what to do', async () => {
  const refused = await statusOf(PRODUCTION, { 'x-forwarded-proto': 'HTTP, https' }, '/v1/chat/completions');
  expect(refused).toEqual([403, 'https_required']);
});

it.each([
  [PRODUCTION, 'https'],
  [{ ...PRODUCTION, WEIR_PLAIN_HTTP: 'allowed' }, 'http'],
  [{ ...PRODUCTION, WEIR_TRUSTED_PROXIES: '' }, 'http'],
  [{ ...PRODUCTION, NODE_ENV: 'development' }, 'http'],
])('everything else is served: with %o, %s', async (settings, proto) => {
  expect((await statusOf(settings, { 'x-forwarded-proto': proto }, '/v1/models'))[0]).toBe(200);
});

it.each([
  ['https://api.example.com', 'max-age=31536000'],
  ['http://127.0.0.1:8787', null],
])('every reply of a relay at %s says of https: %s', async (WEIR_PUBLIC_RELAY_URL, said) => {
  await using relay = await startTestRelay({ WEIR_PUBLIC_RELAY_URL });
  const replies = [
    await fetch(`${relay.url}/healthz`),
    await fetch(`${relay.url}/v1/models`),
    await relay.post('sk-weir-none', {}),
    await relay.post((await relay.createCaller(0n)).key, { model: 'none/such', messages: [] }),
  ];
  expect(replies.map(({ headers }) => headers.get('strict-transport-security'))).toEqual(
    replies.map(() => said),
  );
});
