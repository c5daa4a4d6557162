import { expect, it } from 'vitest';
import { answers, standInVendor } from './testing/stand-in-vendor.ts';
import { startTestRelay } from './testing/test-relay.ts';

const HELLO = { model: 'test/model', messages: [{ role: 'user', content: 'hello' }] };
const REPLY = {
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1, completion_tokens: 1 },
};

async function addressOf(settings: Record<string, string>, ...forwardedFor: string[]) {
  await using vendor = await standInVendor(answers(200, REPLY));
  await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host, ...settings });
  await relay.addModel({ baseUrl: vendor.baseUrl });
  const { key } = await relay.createCaller(1_000_000_000n);
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const response = await relay.post(key, HELLO, {
    headers: { ...headers, ...(forwardedFor.length > 0 && { 'x-forwarded-for': forwardedFor.join(', ') }) },
  });
  expect(response.status).toBe(200);
  const { sourceIp } = await relay.closedRow();
  // Where it is not in its own column it is nowhere.
  const rows = JSON.stringify(
    await relay.sql`select * from ${relay.sql('requests')}`,
    (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value),
  );
  for (const address of ['127.0.0.1', ...forwardedFor]) {
    if (address !== sourceIp) {
      expect(rows).not.toContain(address);
      expect(relay.logLines.join('')).not.toContain(`"${address}"`);
    }
  }
  return sourceIp;
}

it.each(['', 'treerouter'])('no address is noted of a call under the profile "%s"', async (WEIR_BRAND) => {
  expect(await addressOf({ WEIR_BRAND, WEIR_TRUSTED_PROXIES: '127.0.0.1' }, '203.0.113.9')).toBeNull();
});

it('BananaRouter notes the peer, whatever it says of itself', async () => {
  expect(await addressOf({ WEIR_BRAND: 'bananarouter' }, '203.0.113.9')).toBe('127.0.0.1');
});

it('BananaRouter notes whom a trusted proxy names', async () => {
  const settings = { WEIR_BRAND: 'bananarouter', WEIR_TRUSTED_PROXIES: '127.0.0.1' };
  expect(await addressOf(settings, '198.51.100.1', '203.0.113.9')).toBe('203.0.113.9');
});
