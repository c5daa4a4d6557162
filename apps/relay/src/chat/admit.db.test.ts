import { apiKeys, accountGroups, accounts, keySpend } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import { describe, expect, it, vi } from 'vitest';
import { answers, standInVendor } from '../testing/stand-in-vendor.ts';
import { startTestRelay } from '../testing/test-relay.ts';

const USD = 1_000_000_000n;
const HELLO = { model: 'test/model', messages: [{ role: 'user', content: 'hello' }] };
const REPLY = {
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 10, completion_tokens: 30 },
};

async function start(settings: Record<string, string> = {}) {
  const stack = new AsyncDisposableStack();
  const vendor = stack.use(await standInVendor(answers(200, REPLY)));
  const relay = stack.use(await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host, ...settings }));
  await relay.addModel({ baseUrl: vendor.baseUrl });
  return { vendor, relay, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

async function refusalOf(response: Response) {
  const { error } = (await response.json()) as {
    error: { code: string; message: string; details?: Record<string, string | number> };
  };
  return { status: response.status, ...error };
}

const AT_ONCE = { timeout: 1_000, interval: 10 };

/** Long enough for what is done now to be over before the minute is. */
async function earlyInMinute(): Promise<void> {
  const leftMs = 60_000 - (Date.now() % 60_000);
  if (leftMs < 4_000) await new Promise((resolve) => setTimeout(resolve, leftMs));
}

describe('a key that is disabled', () => {
  it('is refused within a second, and works again within another when it is enabled', async () => {
    await using test = await start();
    const { relay } = test;
    const { key, keyId } = await relay.createCaller(USD);
    expect((await relay.post(key, HELLO)).status).toBe(200);
    const set = (disabledAt: Date | null) =>
      relay.db.update(apiKeys).set({ disabledAt }).where(eq(apiKeys.id, keyId));
    await set(new Date());
    await vi.waitFor(async () => {
      const refusal = await refusalOf(await relay.post(key, HELLO));
      expect(refusal).toMatchObject({ status: 401, code: 'api_key_disabled' });
    }, AT_ONCE);
    await set(null);
    await vi.waitFor(async () => expect((await relay.post(key, HELLO)).status).toBe(200), AT_ONCE);
  });
});

describe('a key with a list of models', () => {
  it('calls and sees those alone; a refusal names the key and the model', async () => {
    await using test = await start();
    const { relay, vendor } = test;
    await relay.addModel({ baseUrl: vendor.baseUrl, modelId: 'other/model' });
    const { key } = await relay.createCaller(USD, { name: 'CI', models: ['other/*'] });
    const authorization = { headers: { authorization: `Bearer ${key}` } };

    expect((await relay.post(key, { ...HELLO, model: 'other/model' })).status).toBe(200);
    expect(await refusalOf(await relay.post(key, HELLO))).toMatchObject({
      status: 403,
      code: 'model_not_allowed',
      message: expect.stringMatching(/“CI”.*test\/model/),
    });
    const listed = (await (await fetch(`${relay.url}/v1/models`, authorization)).json()) as {
      data: { id: string }[];
    };
    expect(listed.data.map(({ id }) => id)).toEqual(['other/model']);
    expect((await fetch(`${relay.url}/v1/models/test/model`, authorization)).status).toBe(403);
    expect(vendor.calls).toHaveLength(1);
  });

  it('is refused a call that names another to fall back to, before anybody is called', async () => {
    await using test = await start();
    const { relay, vendor } = test;
    await relay.addModel({ baseUrl: vendor.baseUrl, modelId: 'other/model' });
    const { key } = await relay.createCaller(USD, { name: 'CI', models: ['other/*'] });
    const call = (models: string[]) => relay.post(key, { ...HELLO, model: 'other/model', models });

    expect(await refusalOf(await call(['test/model']))).toMatchObject({
      status: 403,
      code: 'model_not_allowed',
      message: expect.stringMatching(/“CI”.*test\/model/),
    });
    expect(vendor.calls).toEqual([]);
    expect(await relay.rows()).toEqual([]);
    expect((await call(['other/model'])).status).toBe(200);
  });
});

describe('a key with a list of addresses', () => {
  it('works from these alone, and nobody can claim to be there', async () => {
    await using test = await start();
    const { relay } = test;
    const { key } = await relay.createCaller(USD, { name: 'CI', addresses: ['203.0.113.0/24'] });
    const { key: local } = await relay.createCaller(USD, { addresses: ['127.0.0.0/8', '::1'] });
    const headers = { authorization: `Bearer ${key}`, 'x-forwarded-for': '203.0.113.7' };
    expect((await relay.post(local, HELLO)).status).toBe(200);
    expect(await refusalOf(await relay.post(key, HELLO, { headers }))).toMatchObject({
      status: 403,
      code: 'address_not_allowed',
      message: expect.stringMatching(/“CI”.*127\.0\.0\.1/),
    });
    expect((await fetch(`${relay.url}/v1/models`, { headers })).status).toBe(403);
    expect((await fetch(`${relay.url}/trpc/account.balance`, { headers })).status).toBe(403);
  });

  it('behind a trusted proxy is judged by the last address that the proxy did not vouch for', async () => {
    await using test = await start({ WEIR_TRUSTED_PROXIES: '127.0.0.0/8, ::1, 10.0.0.0/8' });
    const { relay } = test;
    const { key } = await relay.createCaller(USD, { addresses: ['203.0.113.0/24', '2001:db8::/32'] });
    const from = async (forwardedFor: string) => {
      const headers = { authorization: `Bearer ${key}`, 'x-forwarded-for': forwardedFor };
      return (await relay.post(key, HELLO, { headers })).status;
    };
    expect(await from('203.0.113.7')).toBe(200);
    expect(await from('203.0.113.7, 10.1.2.3')).toBe(200);
    expect(await from('[2001:db8::7]:443, ::ffff:10.1.2.3')).toBe(200);
    // Written by the caller itself, in front of what the proxy wrote.
    expect(await from('203.0.113.7, 198.51.100.1')).toBe(403);
    expect(await from('203.0.113.7, 198.51.100.1, 10.1.2.3')).toBe(403);
    expect(await from('203.0.113.7, unknown')).toBe(403);
    expect(await from('10.1.2.3')).toBe(403);
  });
});

describe('a key with limits of a minute', () => {
  it('makes so many calls through all relays together, and is told what is left', async () => {
    await using test = await start();
    const { relay } = test;
    const another = await relay.startAnother();
    try {
      const { key, keyId, accountId } = await relay.createCaller(USD, { requestsPerMinuteMax: 5 });
      await earlyInMinute();
      const first = await relay.post(key, HELLO);
      expect(first.headers.get('x-ratelimit-limit-requests')).toBe('5');
      expect(first.headers.get('x-ratelimit-remaining-requests')).toBe('4');
      expect(first.headers.get('x-ratelimit-reset-requests')).toMatch(/^\d{1,2}s$/);
      expect(first.headers.get('x-ratelimit-limit-tokens')).toBeNull();
      const rest = await Promise.all(
        Array.from({ length: 12 }, (_, i) =>
          fetch(`${i % 2 === 0 ? relay.url : another.url}/v1/chat/completions`, {
            method: 'POST',
            headers: { authorization: `Bearer ${key}` },
            body: JSON.stringify(HELLO),
          }),
        ),
      );
      expect(rest.filter(({ status }) => status === 200)).toHaveLength(4);
      const refused = await relay.post(key, HELLO);
      expect(refused.headers.get('x-ratelimit-remaining-requests')).toBe('0');
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(await refusalOf(refused)).toMatchObject({
        status: 429,
        code: 'rate_limited',
        message: expect.stringContaining('5 calls a minute'),
        details: { refusedBy: 'key_requests', perMinuteMax: 5, left: 0 },
      });
      await relay.db.update(keySpend).set({ minute: 1 }).where(eq(keySpend.keyId, keyId));
      expect((await relay.post(key, HELLO)).status).toBe(200);

      // A group's limit holds where it is the lower one, from now on.
      await relay.db.insert(accountGroups).values({ id: 'small', keyRequestsPerMinuteMax: 2 });
      await relay.db.update(accounts).set({ groupId: 'small' }).where(eq(accounts.id, accountId));
      expect((await relay.post(key, HELLO)).headers.get('x-ratelimit-limit-requests')).toBe('2');
      expect((await relay.post(key, HELLO)).status).toBe(429);
    } finally {
      await another.stop();
    }
  });

  it('counts the tokens that a call may use when it begins, and those that it used when it has ended', async () => {
    await using test = await start();
    const { relay } = test;
    const { key } = await relay.createCaller(USD, { tokensPerMinuteMax: 100 });
    await earlyInMinute();
    const left = (response: Response) => Number(response.headers.get('x-ratelimit-remaining-tokens'));

    const never = await relay.post(key, { ...HELLO, max_tokens: 200 });
    expect(never.headers.get('retry-after')).toBeNull();
    expect(await refusalOf(never)).toMatchObject({
      status: 429,
      message: expect.stringContaining('would never fit'),
      details: { refusedBy: 'key_tokens', perMinuteMax: 100, left: 100 },
    });
    const limited = await relay.post(key, { ...HELLO, max_tokens: 80 });
    expect(limited.status).toBe(200);
    expect(left(limited)).toBeLessThan(20);
    // It used 40 of them.
    const unlimited = await relay.post(key, HELLO);
    expect(unlimited.status).toBe(200);
    expect(left(unlimited)).toBeGreaterThan(40);
    // It used 40 as well, though it counted only its prompt at first.
    const last = await relay.post(key, { ...HELLO, max_tokens: 30 });
    expect(await refusalOf(last)).toMatchObject({
      status: 429,
      details: { refusedBy: 'key_tokens', left: 20 },
    });
  });

  it('without any has no such headers', async () => {
    await using test = await start();
    const { key } = await test.relay.createCaller(USD);
    const response = await test.relay.post(key, HELLO);
    expect([...response.headers.keys()].filter((name) => name.startsWith('x-ratelimit'))).toEqual([]);
  });
});
