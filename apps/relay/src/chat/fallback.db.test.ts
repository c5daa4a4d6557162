import { describe, expect, it } from 'vitest';
import { answers, standInVendor } from '../testing/stand-in-vendor.ts';
import { startTestRelay } from '../testing/test-relay.ts';

const BALANCE = 1_000_000_000n;
const CALL = { model: 'test/model', messages: [{ role: 'user', content: 'hi' }] };
const REPLY = {
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hello.' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 5, completion_tokens: 2 },
};
const BROKEN = answers(500, { error: { message: 'It broke.' } });
const BUSY = answers(429, { error: { message: 'Later.' } }, { 'retry-after': '9' });

async function twoVendors() {
  const first = await standInVendor(BROKEN);
  const second = await standInVendor(answers(200, REPLY));
  const relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: `${first.host},${second.host}` });
  const { key, accountId } = await relay.createCaller(BALANCE);
  return {
    first,
    second,
    relay,
    key,
    accountId,
    async [Symbol.asyncDispose]() {
      await relay[Symbol.asyncDispose]();
      await first[Symbol.asyncDispose]();
      await second[Symbol.asyncDispose]();
    },
  };
}

describe('a call whose first vendor fails', () => {
  it('is served by the next, which alone is paid; the row tells of both', async () => {
    await using stage = await twoVendors();
    const { first, second, relay, key, accountId } = stage;
    const dearer = { inputNanoUsdPerMtok: 9_000_000n, outputNanoUsdPerMtok: 9_000_000n };
    const { channelId } = await relay.addModel({
      baseUrl: first.baseUrl,
      vendor: 'one',
      priority: 0,
      ...dearer,
    });
    await relay.addModel({ baseUrl: second.baseUrl, vendor: 'two', priority: 1 });

    const response = await relay.post(key, CALL);

    expect([response.status, await response.json()]).toEqual([200, REPLY]);
    expect(await relay.closedRow()).toMatchObject({
      vendor: 'two',
      outcome: 'ok',
      upstreamStatus: 200,
      chargeNanoUsd: 7n,
      failedAttempts: [
        { channelId, vendor: 'one', status: 500, outcome: 'upstream_error', ms: expect.any(Number) },
      ],
    });
    expect(await relay.money(accountId)).toEqual({ balance: BALANCE - 7n, held: 0n });
  });

  it('goes to the next at once, when the first has failed too often,', async () => {
    await using stage = await twoVendors();
    const { first, second, relay, key } = stage;
    await relay.addModel({ baseUrl: first.baseUrl, priority: 0 });
    await relay.addModel({ baseUrl: second.baseUrl, priority: 1 });

    for (let i = 0; i < 8; i++) expect((await relay.post(key, CALL)).status).toBe(200);

    expect(first.calls).toHaveLength(5);
    expect(second.calls).toHaveLength(8);
  });

  it('is not sent to a vendor that said it is busy, and hears when to come again', async () => {
    await using stage = await twoVendors();
    const { first, relay, key } = stage;
    first.script = BUSY;
    await relay.addModel({ baseUrl: first.baseUrl });

    const told = await relay.post(key, CALL);
    expect([told.status, told.headers.get('retry-after')]).toEqual([429, '9']);
    const passed = await relay.post(key, CALL);
    expect(passed.status).toBe(503);
    expect(Number(passed.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(first.calls).toHaveLength(1);
    for (const row of await relay.rows())
      expect(row).toMatchObject({ state: 'voided', failedAttempts: null });
  });

  it('is not sent on for a mistake of its own', async () => {
    await using stage = await twoVendors();
    const { first, second, relay, key } = stage;
    first.script = answers(400, { error: { message: 'Bad.' } });
    await relay.addModel({ baseUrl: first.baseUrl, priority: 0 });
    await relay.addModel({ baseUrl: second.baseUrl, priority: 1 });

    for (let i = 0; i < 8; i++) expect((await relay.post(key, CALL)).status).toBe(400);

    expect(first.calls).toHaveLength(8);
    expect(second.calls).toHaveLength(0);
  });

  it('is told of the failure once it has waited for long enough', async () => {
    await using first = await standInVendor(BROKEN);
    await using second = await standInVendor(answers(200, REPLY));
    await using relay = await startTestRelay({
      WEIR_UPSTREAM_PRIVATE_HOSTS: `${first.host},${second.host}`,
      WEIR_FALLBACK_BUDGET_MS: '0',
    });
    const { key } = await relay.createCaller(BALANCE);
    await relay.addModel({ baseUrl: first.baseUrl, priority: 0 });
    await relay.addModel({ baseUrl: second.baseUrl, priority: 1 });

    expect((await relay.post(key, CALL)).status).toBe(502);
    expect(second.calls).toHaveLength(0);
  });
});
