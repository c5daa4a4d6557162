import { once } from 'node:events';
import type { TransactionSql } from '@weir/db/connect';
import { accountGroups, accounts, apiKeys } from '@weir/db/schema';
import { credit } from '@weir/ledger';
import { eq } from 'drizzle-orm';
import { describe, expect, it, vi } from 'vitest';
import {
  answers,
  DONE,
  standInVendor,
  streams,
  textChunk,
  usageChunk,
  type VendorScript,
} from '../testing/stand-in-vendor.ts';
import { startTestRelay, type ModelSpec, type TestRelay } from '../testing/test-relay.ts';

const USD = 1_000_000_000n;
const HELLO = { model: 'test/model', messages: [{ role: 'user', content: 'hello' }] };
const reply = (finishReason = 'stop') => ({
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: finishReason }],
  usage: { prompt_tokens: 10, completion_tokens: 90 },
});

async function start(script: VendorScript, model: Partial<ModelSpec> = {}) {
  const vendor = await standInVendor(script);
  const relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
  await relay.addModel({
    baseUrl: vendor.baseUrl,
    inputNanoUsdPerMtok: 0n,
    outputNanoUsdPerMtok: 1_000_000n,
    ...model,
  });
  return {
    vendor,
    relay,
    async [Symbol.asyncDispose]() {
      await relay[Symbol.asyncDispose]();
      await vendor[Symbol.asyncDispose]();
    },
  };
}

/** Holds the account's row while it runs: whoever wants to write a hold has to wait. */
async function whileLocked(
  relay: TestRelay,
  accountId: string,
  run: (tx: TransactionSql) => Promise<void>,
): Promise<void> {
  await relay.sql.begin(async (tx) => {
    await tx`select 1 from accounts where id = ${accountId} for update`;
    await run(tx);
  });
}

const holdWaits = (relay: TestRelay) =>
  vi.waitFor(async () => {
    const [row] = await relay.sql`
      select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    expect(row).toBeDefined();
  });

async function errorOf(response: Response) {
  const { error } = (await response.json()) as { error: Record<string, unknown> };
  return { ...error, status: response.status };
}

describe('a call of an account far from the end of its balance', () => {
  it('goes out while its hold is being written, and the client hears nothing before that is done', async () => {
    await using test = await start(answers(200, reply()));
    const { vendor, relay } = test;
    const { key, accountId } = await relay.createCaller(USD);
    await (await relay.post(key, { ...HELLO, max_tokens: 100 })).text();
    let answered = false;
    let response: Promise<Response> | undefined;
    await whileLocked(relay, accountId, async () => {
      response = relay.post(key, { ...HELLO, max_tokens: 100 });
      void response.then(() => (answered = true));
      await vi.waitFor(() => expect(vendor.calls).toHaveLength(2));
      await holdWaits(relay);
      expect(answered).toBe(false);
    });
    expect((await response)?.status).toBe(200);
    expect(await relay.rows()).toMatchObject([{ state: 'settled' }, { state: 'settled' }]);
  });

  it.each([
    ['a short one', 'x'],
    ['more than is kept of it meanwhile', 'x'.repeat(150_000)],
  ])('hears nothing of a stream before its hold stands, and then all of it: %s', async (_what, text) => {
    await using test = await start(answers(200, reply()));
    const { vendor, relay } = test;
    const { key, accountId } = await relay.createCaller(USD);
    await (await relay.post(key, { ...HELLO, max_tokens: 1 })).text();
    const { promise: sent, resolve: onSent } = Promise.withResolvers<unknown>();
    const pieces = [...Array.from({ length: 4 }, () => textChunk(text)), textChunk('', 'stop'), DONE];
    vendor.script = (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const piece of pieces) response.write(piece, onSent);
      response.end();
    };
    let answered = false;
    let calling: Promise<Response> | undefined;
    await whileLocked(relay, accountId, async () => {
      calling = relay.post(key, { ...HELLO, max_tokens: 100, stream: true });
      void calling.then(() => (answered = true));
      await sent;
      await holdWaits(relay);
      await fetch(relay.url);
      expect(answered).toBe(false);
    });
    expect(await (await calling)?.text()).toBe(pieces.join(''));
    expect(await relay.rows()).toMatchObject([{ state: 'settled' }, { state: 'settled', outcome: 'ok' }]);
  });

  it('is taken back from the vendor when the hold is refused after all', async () => {
    let aborted: Promise<unknown> | undefined;
    await using test = await start((response, body, request) => {
      if (vendorCalls() === 1) return answers(200, reply())(response, body, request);
      aborted = once(response, 'close');
    });
    const { vendor, relay } = test;
    const vendorCalls = () => vendor.calls.length;
    const { key, accountId } = await relay.createCaller(USD);
    await (await relay.post(key, { ...HELLO, max_tokens: 100 })).text();
    const left = 50n - (USD - 90n);
    await credit(relay, { accountId, kind: 'adjustment', amountNanoUsd: left, ref: 'taken away' });
    expect(await errorOf(await relay.post(key, { ...HELLO, max_tokens: 100 }))).toMatchObject({
      status: 402,
      code: 'insufficient_credit',
      details: { refusedBy: 'balance', availableNanoUsd: '50', maxTokensThatFit: 50 },
    });
    await aborted;
    expect(vendor.calls).toHaveLength(2);
    expect(await relay.rows()).toHaveLength(1);
  });
});

/** What makes the ledger refuse the hold of a call that has been sent out already. */
const REFUSALS: [string, object, (tx: TransactionSql, accountId: string) => Promise<unknown>][] = [
  [
    'balance is spent',
    { status: 402, code: 'insufficient_credit' },
    (sql, accountId) =>
      credit({ sql }, { accountId, kind: 'adjustment', amountNanoUsd: 50n - USD, ref: 'taken away' }),
  ],
  [
    'group gets a limit for each key',
    { status: 429, code: 'rate_limited' },
    async (sql, accountId) => {
      await sql`insert into account_groups (id, key_tokens_per_minute_max) values ('small', 50)`;
      await sql`update accounts set group_id = 'small' where id = ${accountId}`;
    },
  ],
];

describe.each(REFUSALS)('a call whose %s while its vendor answers', (_, refusal, bringAbout) => {
  /** What refuses the hold comes about once the vendor has come so far. */
  async function expectRefused(
    relay: TestRelay,
    { key, accountId }: { key: string; accountId: string },
    { stream, until }: { stream: boolean; until: Promise<unknown> },
  ): Promise<void> {
    let calling: Promise<Response> | undefined;
    await whileLocked(relay, accountId, async (tx) => {
      calling = relay.post(key, { ...HELLO, max_tokens: 100, stream });
      await until;
      await holdWaits(relay);
      // Written before this is asked, the vendor's bytes are read before it is answered.
      await fetch(relay.url);
      await bringAbout(tx, accountId);
    });
    const response = await calling;
    expect(response && (await errorOf(response))).toMatchObject(refusal);
  }

  it.each([
    ['a JSON reply', false, answers(200, reply())],
    ['a stream', true, streams(textChunk('not paid for', 'stop'), DONE)],
  ])('gets nothing of %s that was complete before', async (_what, stream, script) => {
    await using test = await start(answers(200, reply()));
    const { vendor, relay } = test;
    const { key, accountId } = await relay.createCaller(USD);
    await (await relay.post(key, { ...HELLO, max_tokens: 1 })).text();
    const { promise: sent, resolve: onSent } = Promise.withResolvers<unknown>();
    vendor.script = (response, body, request) => {
      response.once('finish', onSent);
      return script(response, body, request);
    };
    await expectRefused(relay, { key, accountId }, { stream, until: sent });
    const rows = await relay.rows();
    expect(rows.map(({ outcome }) => outcome)).toEqual(['ok']);
    expect(await relay.money(accountId)).toMatchObject({ held: 0n });
  });

  it('is taken back where that has only begun, says why to its client, and leaves its place on the channel', async () => {
    const { promise: begun, resolve: onBegun } = Promise.withResolvers<unknown>();
    const { promise: ended, resolve: onEnded } = Promise.withResolvers<boolean>();
    await using test = await start(answers(200, reply()), { inFlightMax: 1 });
    const { vendor, relay } = test;
    const [{ key, accountId }, other] = [await relay.createCaller(USD), await relay.createCaller(USD)];
    await (await relay.post(key, { ...HELLO, max_tokens: 1 })).text();
    vendor.script = (response) => {
      response.on('close', () => onEnded(response.writableFinished));
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(textChunk('not paid for'), onBegun);
    };
    await expectRefused(relay, { key, accountId }, { stream: true, until: begun });
    expect(await ended).toBe(false);
    vendor.script = answers(200, reply());
    expect((await relay.post(other.key, HELLO)).status).toBe(200);
    const rows = await relay.rows();
    expect(rows.map(({ outcome }) => outcome)).toEqual(['ok', 'ok']);
  });
});

describe('a call of an account near the end of its balance, or of which nothing is known', () => {
  it('is held first', async () => {
    await using test = await start(answers(200, reply()));
    const { vendor, relay } = test;
    const { key, accountId } = await relay.createCaller(1_000n);
    let response: Promise<Response> | undefined;
    for (const calls of [0, 1]) {
      await whileLocked(relay, accountId, async () => {
        response = relay.post(key, { ...HELLO, max_tokens: 100 });
        await holdWaits(relay);
        expect(vendor.calls).toHaveLength(calls);
      });
      expect((await response)?.status).toBe(200);
    }
  });
});

describe('a call without a limit of its own', () => {
  it('gets the limit that the balance affords, and says so when the reply ends for it', async () => {
    await using test = await start(answers(200, reply('length')), { outputTokensMax: 5_000 });
    const { vendor, relay } = test;
    const { key, accountId } = await relay.createCaller(400n);
    const response = await relay.post(key, HELLO);
    expect(await response.json()).toEqual({
      ...reply('length'),
      weir: { output_limit: { reason: 'credit', max_tokens: 400 } },
    });
    expect(vendor.calls).toMatchObject([{ max_tokens: 400 }]);
    expect(await relay.rows()).toMatchObject([{ holdNanoUsd: 400n, affordableOutputTokens: 400 }]);
    expect(await relay.money(accountId)).toEqual({ balance: 310n, held: 0n });
  });

  it('says so in a stream, beside the finish reason', async () => {
    const last = textChunk('end', 'length');
    await using test = await start(streams(textChunk('hi'), last, usageChunk(10, 90), DONE));
    const { relay } = test;
    const { key } = await relay.createCaller(400n);
    const text = await (await relay.post(key, { ...HELLO, stream: true })).text();
    const marked = last.replace(
      /\}\n\n$/,
      ',"weir":{"output_limit":{"reason":"credit","max_tokens":400}}}\n\n',
    );
    expect(text).toBe(textChunk('hi') + marked + DONE);
  });

  it('is left as it is when the limit was the model’s', async () => {
    await using test = await start(answers(200, reply('length')), { outputTokensMax: 50 });
    const { key } = await test.relay.createCaller(USD);
    expect(await (await test.relay.post(key, HELLO)).json()).toEqual(reply('length'));
    expect(await test.relay.rows()).toMatchObject([{ affordableOutputTokens: null }]);
  });

  it('is refused when next to nothing is left', async () => {
    await using test = await start(answers(200, reply()));
    const { key } = await test.relay.createCaller(15n);
    expect(await errorOf(await test.relay.post(key, HELLO))).toMatchObject({
      status: 402,
      details: { maxTokensThatFit: 15 },
    });
    expect(test.vendor.calls).toHaveLength(0);
  });
});

describe('a limit of the key', () => {
  const limit = async (relay: TestRelay, keyId: string, limits: Partial<typeof apiKeys.$inferInsert>) => {
    await relay.db.update(apiKeys).set(limits).where(eq(apiKeys.id, keyId));
  };

  it('on what it may spend is named, with what is left and when it begins anew', async () => {
    await using test = await start(answers(200, reply()));
    const { relay } = test;
    const { key, keyId } = await relay.createCaller(USD);
    await limit(relay, keyId, { budgetWeekNanoUsd: 150n });
    expect((await relay.post(key, { ...HELLO, max_tokens: 100 })).status).toBe(200);
    const refused = await errorOf(await relay.post(key, { ...HELLO, max_tokens: 100 }));
    expect(refused).toMatchObject({
      status: 402,
      code: 'budget_exceeded',
      message: expect.stringMatching(
        /budget for the week has 0\.00000006 USD left.*max_tokens to 60.*wait until/,
      ),
      details: { refusedBy: 'key_budget', period: 'week', leftNanoUsd: '60', maxTokensThatFit: 60 },
    });
    const resetsAt = new Date((refused as { details?: { resetsAt?: string } }).details?.resetsAt ?? '');
    expect(resetsAt.getUTCDay()).toBe(1);
    expect(resetsAt.toISOString()).toMatch(/T00:00:00\.000Z$/);
    expect(resetsAt.getTime() - Date.now()).toBeLessThanOrEqual(7 * 86_400_000);
    expect(resetsAt.getTime()).toBeGreaterThan(Date.now());
    expect((await relay.post(key, { ...HELLO, max_tokens: 60 })).status).toBe(200);
  });

  it('on calls at a time is answered with 429', async () => {
    const { promise: release, resolve: onRelease } = Promise.withResolvers<void>();
    await using test = await start(async (response, body, request) => {
      await release;
      answers(200, reply())(response, body, request);
    });
    const { vendor, relay } = test;
    const { key, keyId } = await relay.createCaller(USD);
    await limit(relay, keyId, { concurrencyMax: 1 });
    const first = relay.post(key, HELLO);
    await vi.waitFor(() => expect(vendor.calls).toHaveLength(1));
    const second = await relay.post(key, HELLO);
    expect(second.headers.get('retry-after')).toBe('1');
    expect(await errorOf(second)).toMatchObject({
      status: 429,
      code: 'concurrency_limited',
      details: { refusedBy: 'key_concurrency', running: 1, concurrencyMax: 1 },
    });
    onRelease();
    expect((await first).status).toBe(200);
    expect((await relay.post(key, HELLO)).status).toBe(200);
  });
});

describe('an account’s group', () => {
  it('pays its margin on top of the price, from the moment it is set', async () => {
    await using test = await start(answers(200, reply()));
    const { relay } = test;
    const { key, accountId } = await relay.createCaller(USD);
    await relay.db.insert(accountGroups).values({ id: 'resellers', marginPpm: 200_000 });
    await relay.db.update(accounts).set({ groupId: 'resellers' }).where(eq(accounts.id, accountId));
    await vi.waitFor(async () => {
      await (await relay.post(key, { ...HELLO, max_tokens: 100 })).text();
      const row = (await relay.rows()).at(-1);
      expect(row).toMatchObject({ marginPpm: 200_000, chargeNanoUsd: 108n, holdNanoUsd: 120n });
    });
  });
});

describe('a client that goes away', () => {
  it.each(['cancel', 'drain'] as const)('leaves a call whose key says %s', async (policy) => {
    const { promise: gone, resolve: onGone } = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<boolean>();
    await using test = await start(async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(textChunk('one two three'));
      response.on('close', () => closed.resolve(response.writableFinished));
      await gone;
      if (policy === 'drain')
        response.end(textChunk(' four') + textChunk('', 'stop') + usageChunk(10, 90) + DONE);
    });
    const { relay } = test;
    const { key, keyId } = await relay.createCaller(USD);
    await relay.db.update(apiKeys).set({ disconnectPolicy: policy }).where(eq(apiKeys.id, keyId));
    const leaving = new AbortController();
    const response = await relay.post(key, { ...HELLO, stream: true }, { signal: leaving.signal });
    await response.body?.getReader().read();
    leaving.abort();
    if (policy === 'drain') {
      await vi.waitFor(() => expect(relay.logLines.join('')).toContain('The client went away'));
      onGone();
    }
    expect(await closed.promise).toBe(policy === 'drain');
    onGone();
    expect(await relay.closedRow()).toMatchObject({
      state: 'settled',
      outcome: 'client_closed',
      disconnectPolicy: policy,
      ...(policy === 'drain'
        ? { chargeNanoUsd: 90n, usageSource: 'vendor', finishReason: 'stop' }
        : { chargeNanoUsd: 3n, usageSource: 'counted', finishReason: null }),
    });
  });
});

it('a picture is held for as the most that its model may read it as', async () => {
  await using test = await start(answers(200, reply()), {
    inputNanoUsdPerMtok: USD,
    outputNanoUsdPerMtok: 0n,
  });
  // For 4,000 tokens: more than a picture usually has, and less than one may have.
  const { key } = await test.relay.createCaller(4_000n * (USD / 1_000_000n));
  const image_url = { url: 'data:image/png;base64,AAAA' };
  const messages = [{ role: 'user', content: [{ type: 'image_url', image_url }] }];
  const response = await test.relay.post(key, { ...HELLO, max_tokens: 9, messages });
  expect(response.status).toBe(402);
  expect(test.vendor.calls).toEqual([]);
});
