import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { hashSecret, newApiKey } from '@weir/core/api-key';
import { keyLeakReports, notices } from '@weir/db/schema';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../config.ts';
import { startTestApi, type TestApi } from '../testing/start-test-api.ts';

const ed25519 = generateKeyPairSync('ed25519');
const p256 = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const der = (key: KeyObject) => key.export({ format: 'der', type: 'spki' }).toString('base64');
const SCANNERS = `github=${der(ed25519.publicKey)}, other=${der(p256.publicKey)}`;

const start = () =>
  startTestApi({ scannerKeys: readConfig({ WEIR_SCANNER_KEYS: SCANNERS }).WEIR_SCANNER_KEYS });

interface Report {
  scanner?: string;
  ageSeconds?: number;
  key?: KeyObject;
  digest?: string;
  /** What arrives in the place of the body that was signed. */
  arrives?: string;
}

function report(api: TestApi, body: unknown, options: Report = {}) {
  const { scanner = 'github', ageSeconds = 0, key = ed25519.privateKey, digest } = options;
  const text = JSON.stringify(body);
  const timestamp = String(Math.floor(Date.now() / 1000) - ageSeconds);
  return fetch(`${api.url}/v1/leaked-keys`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-weir-scanner': scanner,
      'x-weir-timestamp': timestamp,
      'x-weir-signature': sign(digest ?? null, Buffer.from(`${timestamp}.${text}`), key).toString('base64'),
    },
    body: options.arrives ?? text,
  });
}

describe('a report of leaked keys', () => {
  it('disables a key until it is rotated, tells its holder once, and leaves a trail', async () => {
    await using api = await start();
    const { client, userId } = await api.signUp('ada@example.com');
    const { key, keyId, last4 } = await client.keys.create.mutate({ name: 'CI' });
    const hashes = [hashSecret(key).toUpperCase(), hashSecret(newApiKey())];

    const first = await report(api, { hashes });
    expect(first.status).toBe(200);
    expect(await first.json()).toEqual({
      results: [
        { hash: hashSecret(key), outcome: 'disabled' },
        { hash: hashes[1], outcome: 'unknown' },
      ],
    });
    await expect(api.client(key).account.balance.query()).rejects.toMatchObject({
      message: expect.stringContaining('found in public'),
      data: { weirCode: 'api_key_leaked' },
    });
    expect((await client.keys.list.query()).items).toMatchObject([{ state: 'leaked' }]);
    // Enabling is not enough.
    expect(await client.keys.update.mutate({ keyId, disabled: false })).toMatchObject({ state: 'leaked' });

    const signedOtherwise = { scanner: 'other', key: p256.privateKey, digest: 'sha256' };
    for (const again of [await report(api, { hashes }), await report(api, { hashes }, signedOtherwise)]) {
      expect(await again.json()).toMatchObject({ results: [{ outcome: 'dead' }, { outcome: 'unknown' }] });
    }
    const { db } = api.database;
    expect(await db.select().from(notices)).toMatchObject([
      {
        userId,
        kind: 'security',
        name: 'key_leaked',
        data: { keyId, keyName: 'CI', last4, scanner: 'github' },
      },
    ]);
    expect(await db.select().from(keyLeakReports)).toMatchObject([
      { keyId, scanner: 'github', hash: hashSecret(key) },
      { keyId, scanner: 'other', hash: hashSecret(key) },
    ]);
    await expect(db.delete(keyLeakReports)).rejects.toThrow();

    // The leaked secret gets no time beside the new one.
    const rotated = await client.keys.rotate.mutate({ keyId, overlapHours: 24 });
    await api.client(rotated.key).account.balance.query();
    await expect(api.client(key).account.balance.query()).rejects.toThrow('rotation');
    expect(api.logLines.join('')).not.toContain(hashSecret(key));
  });

  it('ends the old secret of a rotation alone', async () => {
    await using api = await start();
    const { client } = await api.signUp('ada@example.com');
    const { key, keyId } = await client.keys.create.mutate({ name: 'CI' });
    const rotated = await client.keys.rotate.mutate({ keyId });
    await report(api, { hashes: [hashSecret(key)] });
    await expect(api.client(key).account.balance.query()).rejects.toThrow('rotation');
    await api.client(rotated.key).account.balance.query();
    expect((await client.keys.list.query()).items).toMatchObject([{ state: 'active', previousSecret: null }]);
  });

  it.each<[string, Report]>([
    ['by an unknown scanner', { scanner: 'nobody' }],
    ['with another scanner’s key', { scanner: 'other' }],
    ['with an old timestamp', { ageSeconds: 301 }],
    ['with one of the future', { ageSeconds: -301 }],
    ['and changed on its way', { arrives: '{"hashes":[]}' }],
  ])('that is signed %s is refused before it is read', async (_how, options) => {
    await using api = await start();
    const { client } = await api.signUp('ada@example.com');
    const { key } = await client.keys.create.mutate({ name: 'CI' });
    const refused = await report(api, { hashes: [hashSecret(key)] }, options);
    expect(refused.status).toBe(401);
    expect(await refused.json()).toMatchObject({ error: { code: 'wrong_credentials' } });
    await api.client(key).account.balance.query();
  });

  it('that can’t be read is refused with what is wrong', async () => {
    await using api = await start();
    for (const body of [{ hashes: ['sk-weir-'] }, { hashes: [] }, [], 'text']) {
      expect((await report(api, body)).status).toBe(400);
    }
  });

  it('has no place to go where no scanner is set', async () => {
    await using api = await startTestApi();
    expect((await report(api, { hashes: [hashSecret(newApiKey())] })).status).toBe(404);
  });
});

describe('the setting of scanners', () => {
  it.each(['github', 'github=AAAA', `a=${der(ed25519.publicKey)},a=${der(ed25519.publicKey)}`])(
    'is refused as %s',
    (text) => {
      expect(() => readConfig({ WEIR_SCANNER_KEYS: text })).toThrow(
        /^WEIR_SCANNER_KEYS: is no comma list of name=key/,
      );
    },
  );
});
