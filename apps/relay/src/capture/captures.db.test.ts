import { newCaptureKeyPair, openCapture } from '@weir/core/capture-seal';
import { newId } from '@weir/core/ids';
import { apiKeys, captureRecords, keyCaptures, users } from '@weir/db/schema';
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
import { startTestRelay, type TestRelay } from '../testing/test-relay.ts';

const USD = 1_000_000_000n;
const HOUR_MS = 3_600_000;
const WAIT = { timeout: 10_000, interval: 10 };
const HELLO = { model: 'test/model', messages: [{ role: 'user', content: 'hello 水' }] };
const REPLY = {
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 10, completion_tokens: 30 },
};

async function start(script: VendorScript, settings: Record<string, string> = {}) {
  const stack = new AsyncDisposableStack();
  const vendor = stack.use(await standInVendor(script));
  const relay = stack.use(
    await startTestRelay({
      WEIR_BRAND: 'bananarouter',
      WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host,
      ...settings,
    }),
  );
  await relay.addModel({ baseUrl: vendor.baseUrl });
  const caller = await relay.createCaller(USD);
  return { vendor, relay, ...caller, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

type Started = Awaited<ReturnType<typeof start>>;

/** Switches the capture of the caller's key on, as the api does. */
async function capture({ relay, accountId, keyId }: Started, endsAt = new Date(Date.now() + HOUR_MS)) {
  const userId = newId('user');
  const captureId = newId('capture');
  const { keyPair, publicKey } = await newCaptureKeyPair();
  await relay.db
    .insert(users)
    .values({ id: userId, accountId, email: `${userId}@example.com`, username: 'ada' });
  await relay.db.insert(keyCaptures).values({ id: captureId, accountId, keyId, userId, publicKey, endsAt });
  return {
    captureId,
    read: async () => {
      const records = await relay.db.select().from(captureRecords).orderBy(captureRecords.requestId);
      return Promise.all(
        records.map(async ({ requestId, encapsulated, sealedRequest, sealedReply, ...record }) => {
          const sealed = { encapsulated, request: sealedRequest, reply: sealedReply };
          const { request, reply } = await openCapture(keyPair, { captureId, requestId }, sealed);
          return { ...record, requestId, request: textOf(request), reply: textOf(reply) };
        }),
      );
    },
    row: async () => (await relay.db.select().from(keyCaptures))[0],
  };
}

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const count = (relay: TestRelay) => relay.db.$count(captureRecords);
const hasRecords = (relay: TestRelay, records: number) =>
  vi.waitFor(async () => expect(await count(relay)).toBe(records), WAIT);

/** A call that is told of whatever the relay knows by then. */
async function call({ relay, key }: Started, body: unknown = HELLO, init: RequestInit = {}) {
  const response = await relay.post(key, body, init);
  return { status: response.status, id: response.headers.get('x-request-id'), text: await response.text() };
}

describe('a key whose calls are captured', () => {
  it('has each request and reply kept as they were, for its holder alone; another key has none', async () => {
    await using test = await start(answers(200, REPLY));
    const { read } = await capture(test);
    const other = await test.relay.createCaller(USD);
    await call({ ...test, ...other });
    const body = JSON.stringify(HELLO, null, 1);
    const { id, text } = await call(test, body);
    await hasRecords(test.relay, 1);
    expect(await read()).toMatchObject([
      {
        requestId: id,
        accountId: test.accountId,
        modelId: 'test/model',
        status: 200,
        request: body,
        requestBytes: Buffer.byteLength(body),
        reply: text,
        replyBytes: Buffer.byteLength(text),
      },
    ]);
    expect(test.relay.logLines.join()).not.toContain('hello');
    const [{ found } = { found: true }] = await test.relay.sql<{ found: boolean }[]>`
      select bool_or(one::text like '%hello%' or position('hello'::bytea in sealed_request) > 0) as found
      from capture_records as one`;
    expect(found).toBe(false);
  });

  it('has a stream kept as its client got it, translated and all', async () => {
    await using test = await start(
      streams(textChunk('Hel'), textChunk('lo', 'stop'), usageChunk(5, 2), DONE),
    );
    const { read } = await capture(test);
    const replies = [
      await call(test, { ...HELLO, stream: true }),
      await call(test, { ...HELLO, stream: true, max_tokens: 9 }, { path: '/v1/messages' } as RequestInit),
    ];
    await hasRecords(test.relay, 2);
    expect((await read()).map(({ reply }) => reply)).toEqual(replies.map(({ text }) => text));
    expect(replies[1]?.text).toContain('message_stop');
  });

  it('has errors kept, those of what is no call too', async () => {
    await using test = await start(answers(500, { error: { message: 'no' } }));
    const { read } = await capture(test);
    const calls = [
      await call(test, '{"model": '),
      await call(test, { ...HELLO, model: 'nobody/knows' }),
      await call(test),
    ];
    expect(calls.map(({ status }) => status)).toEqual([400, 404, 502]);
    await hasRecords(test.relay, 3);
    const kept = await read();
    expect(kept.map(({ requestId, status, reply }) => ({ id: requestId, status, text: reply }))).toEqual(
      calls,
    );
    expect(kept.map(({ modelId }) => modelId)).toEqual([null, null, 'test/model']);
    expect(kept[0]?.request).toBe('{"model": ');
  });

  it('has what was sent until its client went away', async () => {
    await using test = await start((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(textChunk('Hel'));
    });
    const { read } = await capture(test);
    const leaving = new AbortController();
    const response = await test.relay.post(test.key, { ...HELLO, stream: true }, { signal: leaving.signal });
    await response.body?.getReader().read();
    leaving.abort();
    await hasRecords(test.relay, 1);
    expect(await read()).toMatchObject([{ reply: textChunk('Hel'), status: 200 }]);
  });

  it('has the beginning of what is long, and no more records than there may be; the rest is counted', async () => {
    await using test = await start(answers(200, REPLY), {
      WEIR_CAPTURE_BYTES_MAX: '1024',
      WEIR_CAPTURE_RECORDS_MAX: '2',
    });
    const { read, row } = await capture(test);
    const long = { ...HELLO, messages: [{ role: 'user', content: 'x'.repeat(5_000) }] };
    for (let calls = 0; calls < 5; calls++) expect((await call(test, long)).status).toBe(200);
    await vi.waitFor(async () => expect(await row()).toMatchObject({ records: 2, dropped: 3 }), WAIT);
    const [first] = await read();
    expect(first?.request).toBe(JSON.stringify(long).slice(0, 1024));
    expect(first?.requestBytes).toBe(JSON.stringify(long).length);
    expect(await count(test.relay)).toBe(2);
  });

  it('has nothing kept of what does not fit into memory, and gets its reply all the same', async () => {
    await using test = await start(answers(200, REPLY), { WEIR_CAPTURE_MEMORY_BYTES_MAX: '1024' });
    const { row } = await capture(test);
    // The request fits, and the reply does not any more.
    const long = { ...HELLO, messages: [{ role: 'user', content: 'x'.repeat(850) }] };
    expect((await call(test, long)).status).toBe(200);
    await vi.waitFor(async () => expect(await row()).toMatchObject({ records: 0, dropped: 1 }), WAIT);
    // What was dropped, and what is written, has given its room back.
    for (let calls = 1; calls <= 6; calls++) {
      await call(test);
      await hasRecords(test.relay, calls);
    }
  });

  it('loses what comes while the database is away, which is counted, and no call waits for it', async () => {
    await using test = await start(answers(200, REPLY));
    const { row } = await capture(test);
    await call(test);
    await hasRecords(test.relay, 1);
    await test.relay.withDatabaseClosed(async () => {
      // Known already, and refused for what is wrong with it: nothing of it needs the database.
      expect((await call(test, { nonsense: true })).status).toBe(400);
      await vi.waitFor(() => expect(test.relay.logLines.join()).toContain('they are dropped'), WAIT);
    });
    await vi.waitFor(async () => expect(await row()).toMatchObject({ records: 1, dropped: 1 }), WAIT);
    await call(test);
    await hasRecords(test.relay, 2);
  });
});

describe('a capture that is over', () => {
  const AT_ONCE = { timeout: 1_000, interval: 10 };

  it('begins and ends on every relay within a second', async () => {
    await using test = await start(answers(200, REPLY));
    const { relay, key } = test;
    const another = await relay.startAnother();
    const post = (url: string) =>
      fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}` },
        body: JSON.stringify(HELLO),
      }).then((response) => response.text());
    try {
      await vi.waitFor(() => post(another.url), WAIT);
      await post(relay.url);
      const { captureId } = await capture(test);
      for (const url of [relay.url, another.url]) {
        const before = await count(relay);
        await vi.waitFor(async () => {
          await post(url);
          expect(await count(relay)).toBeGreaterThan(before);
        }, AT_ONCE);
      }
      await relay.db.update(keyCaptures).set({ stoppedAt: new Date() }).where(eq(keyCaptures.id, captureId));
      const atTheEnd = await count(relay);
      for (let calls = 0; calls < 3; calls++) await Promise.all([relay.url, another.url].map(post));
      await relay.stop();
      await another.stop();
      expect(await count(relay)).toBe(atTheEnd);
    } finally {
      await another.stop();
    }
  });

  it.each([
    ['stopped', (test: Started) => test.relay.db.update(keyCaptures).set({ stoppedAt: new Date() })],
    [
      'out of time',
      (test: Started) =>
        test.relay.sql`update key_captures set started_at = now() - interval '2 hours', ends_at = now()`,
    ],
    ['deleted', (test: Started) => test.relay.db.delete(keyCaptures)],
    [
      'that of a revoked key',
      (test: Started) =>
        test.relay.db.update(apiKeys).set({ revokedAt: new Date() }).where(eq(apiKeys.id, test.keyId)),
    ],
  ])('leaves nothing of a call that was under way: %s', async (_how, end) => {
    const gate = Promise.withResolvers<void>();
    await using test = await start(async (response) => {
      await gate.promise;
      answers(200, REPLY)(response, { model: '' }, undefined as never);
    });
    await capture(test);
    const calling = call(test);
    await vi.waitFor(() => expect(test.vendor.calls).toHaveLength(1), WAIT);
    await end(test);
    gate.resolve();
    expect((await calling).status).toBe(200);
    await test.relay.stop();
    expect(await count(test.relay)).toBe(0);
  });

  it('captures nothing by itself, even before the relay is told', async () => {
    await using test = await start(answers(200, REPLY));
    await capture(test, new Date(Date.now() + 700));
    await call(test);
    await hasRecords(test.relay, 1);
    await vi.waitFor(async () => {
      const [now] = await test.relay.sql`select now() > ends_at as over from key_captures`;
      expect(now?.['over']).toBe(true);
    }, WAIT);
    await call(test);
    await test.relay.stop();
    expect(await count(test.relay)).toBe(1);
  });
});

it('nothing is captured under a brand that does not allow it, whatever the database says', async () => {
  await using test = await start(answers(200, REPLY), { WEIR_BRAND: 'treerouter' });
  await capture(test);
  expect((await call(test)).status).toBe(200);
  await test.relay.stop();
  expect(await count(test.relay)).toBe(0);
});
