import { hashSecret, newApiKey } from '@weir/core/api-key';
import { apiKeys, keySpend } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import { describe, expect, it, vi } from 'vitest';
import { DONE, standInVendor, textChunk, type VendorScript } from './testing/stand-in-vendor.ts';
import { startTestRelay } from './testing/test-relay.ts';

const USD = 1_000_000_000n;
const HELLO = { model: 'test/model', stream: true, messages: [{ role: 'user', content: 'hello' }] };
const WITHIN_A_SECOND = { timeout: 1_000, interval: 5 };
const SOON = { timeout: 10_000, interval: 10 };

/** Two relays on one database. */
async function start(script: VendorScript) {
  const stack = new AsyncDisposableStack();
  const vendor = stack.use(await standInVendor(script));
  const relay = stack.use(await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host }));
  await relay.addModel({ baseUrl: vendor.baseUrl, inputNanoUsdPerMtok: 0n });
  const another = await relay.startAnother();
  stack.defer(() => another.stop());
  const callAt = (url: string, key: string) =>
    fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body: JSON.stringify(HELLO),
    });
  return { relay, urls: [relay.url, another.url], callAt, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

const short: VendorScript = (response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end(textChunk('hi') + textChunk('', 'stop') + DONE);
};

/** Begins, and never ends. */
const endless: VendorScript = (response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(textChunk('one two three'));
};

describe('a revocation', () => {
  it('reaches every relay within a second', async () => {
    await using test = await start(short);
    const { relay, urls, callAt } = test;
    const { key, keyId } = await relay.createCaller(USD);
    for (const url of urls) expect((await callAt(url, key)).status).toBe(200);
    await relay.db.update(apiKeys).set({ revokedAt: new Date() }).where(eq(apiKeys.id, keyId));
    await Promise.all(
      urls.map((url) =>
        vi.waitFor(async () => expect((await callAt(url, key)).status).toBe(401), WITHIN_A_SECOND),
      ),
    );
  });

  it('that cuts ends the key’s calls on every relay, charged for what was delivered; others go on', async () => {
    await using test = await start(endless);
    const { relay, urls, callAt } = test;
    const [{ key, keyId }, other] = [await relay.createCaller(USD), await relay.createCaller(USD)];
    const begun = await Promise.all(
      [...urls.map((url) => callAt(url, key)), callAt(relay.url, other.key)].map(async (calling) => {
        const reader = (await calling).body?.pipeThrough(new TextDecoderStream()).getReader();
        expect((await reader?.read())?.value).toContain('one two three');
        return reader;
      }),
    );
    await relay.db
      .update(apiKeys)
      .set({ revokedAt: new Date(), cutsRunning: true })
      .where(eq(apiKeys.id, keyId));
    for (const reader of begun.slice(0, 2)) {
      const { value } = (await reader?.read()) ?? {};
      expect(value).toContain('api_key_revoked');
      expect(value).toContain('This API key was revoked');
      expect((await reader?.read())?.done).toBe(true);
    }
    const rows = await relay.rows();
    const cut = rows.filter((row) => row.keyId === keyId);
    expect(cut).toHaveLength(2);
    for (const row of cut) {
      expect(row).toMatchObject({ state: 'settled', outcome: 'api_key_revoked' });
      expect(row.chargeNanoUsd).toBeGreaterThan(0n);
    }
    expect(rows.filter((row) => row.keyId === other.keyId)).toMatchObject([{ state: 'held' }]);
    await begun[2]?.cancel();
    await vi.waitFor(async () =>
      expect((await relay.rows()).every(({ state }) => state !== 'held')).toBe(true),
    );
  });
});

it('a key that was reported as leaked is refused by every relay within a second, which say what its holder has to do', async () => {
  await using test = await start(short);
  const { relay, urls, callAt } = test;
  const { key, keyId } = await relay.createCaller(USD);
  for (const url of urls) expect((await callAt(url, key)).status).toBe(200);
  await relay.db.update(apiKeys).set({ leakedAt: new Date() }).where(eq(apiKeys.id, keyId));
  await Promise.all(
    urls.map((url) =>
      vi.waitFor(async () => {
        const refused = await callAt(url, key);
        expect([refused.status, await refused.json()]).toMatchObject([
          401,
          {
            error: {
              code: 'api_key_leaked',
              message: expect.stringMatching(/found in public.*Rotate it in the dashboard/),
            },
          },
        ]);
      }, WITHIN_A_SECOND),
    ),
  );
});

describe('a rotated key', () => {
  it('works by both secrets as one key, until the overlap ends', async () => {
    await using test = await start(short);
    const { relay, urls, callAt } = test;
    const { key: old, keyId } = await relay.createCaller(USD);
    expect((await callAt(relay.url, old)).status).toBe(200);
    const secret = newApiKey();
    await relay.db
      .update(apiKeys)
      .set({
        hash: hashSecret(secret),
        previousHash: hashSecret(old),
        previousExpiresAt: new Date(Date.now() + 60_000),
      })
      .where(eq(apiKeys.id, keyId));
    const spend = async () => (await relay.db.select().from(keySpend).where(eq(keySpend.keyId, keyId)))[0];
    for (const url of urls) {
      await vi.waitFor(async () => expect((await callAt(url, secret)).status).toBe(200), SOON);
    }
    expect((await spend())?.previousSecretUsedAt).toBeNull();
    await vi.waitFor(async () => {
      expect(await (await callAt(relay.url, old)).text()).toContain('hi');
      expect((await spend())?.previousSecretUsedAt).not.toBeNull();
    }, SOON);
    expect(new Set((await relay.rows()).map((row) => row.keyId))).toEqual(new Set([keyId]));

    await relay.db.update(apiKeys).set({ previousExpiresAt: new Date() }).where(eq(apiKeys.id, keyId));
    await vi.waitFor(async () => {
      const refused = await callAt(relay.url, old);
      expect(refused.status).toBe(401);
      expect(await refused.text()).toContain('replaced by a rotation');
    }, SOON);
    expect((await callAt(relay.url, secret)).status).toBe(200);
  });
});
