import { once } from 'node:events';
import http from 'node:http';
import { describe, expect, it } from 'vitest';
import {
  answers,
  DONE,
  sse,
  standInVendor,
  streams,
  textChunk,
  usageChunk,
} from '../testing/stand-in-vendor.ts';
import { startTestRelay } from '../testing/test-relay.ts';

const USD = 1_000_000_000n;
const HELLO = { model: 'test/model', messages: [{ role: 'user', content: 'hello' }] };

describe('a streamed call', () => {
  const chunks = [textChunk('Hel'), textChunk('lo 水'), textChunk('', 'stop')];

  it('passes the vendor’s bytes untouched, however they are split', async () => {
    const body = Buffer.from(`: a comment\n\n${chunks.join('')}${usageChunk(5, 2)}${DONE}`);
    await using vendor = await standInVendor(async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const byte of body) await new Promise((sent) => response.write(Buffer.of(byte), sent));
      response.end();
    });
    await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
    await relay.addModel({ baseUrl: vendor.baseUrl });
    const { key, accountId } = await relay.createCaller(USD);

    const response = await relay.post(key, {
      ...HELLO,
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    expect(await response.text()).toBe(body.toString());
    expect(await relay.money(accountId)).toEqual({ balance: USD - 7n, held: 0n });
  });

  it('asks the vendor for usage always, and shows it only to the client that asked', async () => {
    await using vendor = await standInVendor(streams(...chunks, usageChunk(5, 2), DONE));
    await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
    await relay.addModel({ baseUrl: vendor.baseUrl });
    const { key } = await relay.createCaller(USD);
    const response = await relay.post(key, { ...HELLO, stream: true });
    expect(await response.text()).toBe(chunks.join('') + DONE);
    expect(vendor.calls[0]?.stream_options).toEqual({ include_usage: true });
    expect(await relay.closedRow()).toMatchObject({
      inputTokens: 5,
      outputTokens: 2,
      usageSource: 'vendor',
      streamed: true,
    });
  });

  it('ends right after [DONE], even when the vendor goes on or leaves its socket open', async () => {
    await using vendor = await standInVendor((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write([...chunks, usageChunk(5, 2), DONE, textChunk('more')].join(''));
    });
    await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
    await relay.addModel({ baseUrl: vendor.baseUrl });
    const { key } = await relay.createCaller(USD);
    const response = await relay.post(key, { ...HELLO, stream: true });
    expect(await response.text()).toBe(chunks.join('') + DONE);
  });

  it('settles before the terminator, and delivers each event without waiting for the next', async () => {
    const { promise: firstSeen, resolve: sawFirst } = Promise.withResolvers<void>();
    await using vendor = await standInVendor(async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(textChunk('first'));
      await firstSeen;
      response.end(textChunk(' second', 'stop') + usageChunk(5, 2) + DONE);
    });
    await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
    await relay.addModel({ baseUrl: vendor.baseUrl });
    const { key, accountId } = await relay.createCaller(USD);
    const response = await relay.post(key, { ...HELLO, stream: true, max_tokens: 10 });

    let text = '';
    for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) {
      text += piece;
      if (!text.includes('[DONE]') && text.includes('first')) {
        const { held } = await relay.money(accountId);
        if (!text.includes('second')) expect(held).toBeGreaterThan(0n);
        sawFirst();
      }
      if (text.includes('[DONE]'))
        expect(await relay.money(accountId)).toEqual({ balance: USD - 7n, held: 0n });
    }
    expect(text).toContain('[DONE]');
  });

  it('whose client goes is cancelled upstream and charged for what was produced', async () => {
    const { promise: cancelled, resolve: onCancelled } = Promise.withResolvers<void>();
    await using vendor = await standInVendor((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(textChunk('one two') + textChunk(' three'));
      response.on('close', onCancelled);
    });
    await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
    await relay.addModel({ baseUrl: vendor.baseUrl });
    const { key, accountId } = await relay.createCaller(USD);
    const abort = new AbortController();
    const response = await relay.post(key, { ...HELLO, stream: true }, { signal: abort.signal });
    const reader = response.body!.getReader();
    await reader.read();
    abort.abort();
    await cancelled;
    const row = await relay.closedRow();
    expect(row).toMatchObject({
      state: 'settled',
      outcome: 'client_closed',
      outputTokens: 3,
      usageSource: 'counted',
    });
    expect(row.chargeNanoUsd).toBe(BigInt((row.inputTokens ?? 0) + 3));
    expect(await relay.money(accountId)).toEqual({ balance: USD - row.chargeNanoUsd, held: 0n });
  });

  it('whose client goes before anything was produced costs nothing', async () => {
    const { promise: asked, resolve: onAsked } = Promise.withResolvers<void>();
    await using vendor = await standInVendor(() => onAsked());
    await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
    await relay.addModel({ baseUrl: vendor.baseUrl });
    const { key } = await relay.createCaller(USD);
    const abort = new AbortController();
    const response = relay.post(key, { ...HELLO, stream: true }, { signal: abort.signal });
    await asked;
    abort.abort();
    await expect(response).rejects.toThrow();
    expect(await relay.closedRow()).toMatchObject({
      state: 'voided',
      outcome: 'client_closed',
      chargeNanoUsd: 0n,
    });
  });

  it('is kept alive by comments, and then carries an error inside the stream', async () => {
    const { promise: patience, resolve: lose } = Promise.withResolvers<void>();
    await using vendor = await standInVendor(async (response) => {
      await patience;
      answers(500, { error: { message: 'boom' } })(response, { model: '' }, response.req);
    });
    await using relay = await startTestRelay({
      WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host,
      WEIR_KEEP_ALIVE_FIRST_MS: '20',
      WEIR_KEEP_ALIVE_EVERY_MS: '20',
    });
    await relay.addModel({ baseUrl: vendor.baseUrl });
    const { key } = await relay.createCaller(USD);
    const response = await relay.post(key, { ...HELLO, stream: true });
    expect(response.status).toBe(200);
    let text = '';
    for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) {
      text += piece;
      if (text.startsWith(': weir\n\n: weir\n\n')) lose();
    }
    expect(text.replace(/^(: weir\n\n)+/, '')).toMatch(
      /^data: \{"error":\{"message":"[^"]+","type":"server_error","code":"upstream_error","param":null\}\}\n\n$/,
    );
    expect(await relay.closedRow()).toMatchObject({
      state: 'voided',
      outcome: 'upstream_error',
      upstreamStatus: 500,
    });
  });

  it.each([
    ['is cut off', [textChunk('one two'), textChunk(' three', 'stop')], 'upstream_truncated'],
    [
      'carries the vendor’s error',
      [textChunk('one two three'), sse({ error: { message: 'overloaded' } })],
      'upstream_error',
    ],
    [
      'turns to garbage',
      [textChunk('one two three'), 'data: {"id":"chatcmpl-1\n\n'],
      'upstream_invalid_reply',
    ],
  ])('that %s says so, and is charged for what was delivered', async (_case, pieces, code) => {
    await using vendor = await standInVendor(streams(...pieces));
    await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
    await relay.addModel({ baseUrl: vendor.baseUrl });
    const { key } = await relay.createCaller(USD);
    const text = await (await relay.post(key, { ...HELLO, stream: true })).text();
    expect(text.trim().split('\n\n').at(-1)).toContain(`"code":"${code}"`);
    expect(text).not.toContain('[DONE]');
    expect(await relay.closedRow()).toMatchObject({
      state: 'settled',
      outcome: code,
      outputTokens: 3,
      usageSource: 'counted',
    });
  });

  it.each([
    ['no stream at all', answers(200, '<html>'), 502],
    ['an empty stream', streams(), 502],
    ['garbage from the first event', streams('data: nonsense\n\n'), 502],
    [
      'only a role',
      streams(sse({ choices: [{ index: 0, delta: { role: 'assistant', content: '' } }] })),
      200,
    ],
  ])('of %s costs nothing', async (_case, script, status) => {
    await using vendor = await standInVendor(script);
    await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
    await relay.addModel({ baseUrl: vendor.baseUrl });
    const { key, accountId } = await relay.createCaller(USD);
    const response = await relay.post(key, { ...HELLO, stream: true });
    expect(response.status).toBe(status);
    expect(await response.text()).toContain('"error"');
    expect(await relay.closedRow()).toMatchObject({ state: 'voided', chargeNanoUsd: 0n });
    expect(await relay.money(accountId)).toEqual({ balance: USD, held: 0n });
  });
});

describe('a slow vendor', () => {
  const limits = { WEIR_UPSTREAM_FIRST_BYTE_TIMEOUT_MS: '60', WEIR_UPSTREAM_IDLE_TIMEOUT_MS: '60' };

  it('that never begins is given up with 504', async () => {
    await using vendor = await standInVendor(() => {});
    await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host, ...limits });
    await relay.addModel({ baseUrl: vendor.baseUrl });
    const { key } = await relay.createCaller(USD);
    const response = await relay.post(key, HELLO);
    expect(response.status).toBe(504);
    expect(await relay.closedRow()).toMatchObject({ state: 'voided', outcome: 'upstream_timeout' });
  });

  it('that stalls in the middle ends the stream with an error, charged for what was delivered', async () => {
    await using vendor = await standInVendor((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(textChunk('one two three'));
    });
    await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host, ...limits });
    await relay.addModel({ baseUrl: vendor.baseUrl });
    const { key } = await relay.createCaller(USD);
    const text = await (await relay.post(key, { ...HELLO, stream: true })).text();
    expect(text).toContain('"code":"upstream_timeout"');
    expect(await relay.closedRow()).toMatchObject({
      state: 'settled',
      outcome: 'upstream_timeout',
      outputTokens: 3,
    });
  });
});

describe('a client that reads slowly', () => {
  it('sets the pace: the vendor is read no faster, and not blamed for the pauses', async () => {
    const word = textChunk('x'.repeat(16_000));
    let written = 0;
    const { promise: stalled, resolve: onStalled } = Promise.withResolvers<void>();
    await using vendor = await standInVendor(async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (; written < 2_000; written++) {
        if (response.write(word)) continue;
        const timer = setTimeout(onStalled, 200);
        await once(response, 'drain');
        clearTimeout(timer);
      }
      response.end(usageChunk(5, 2) + DONE);
    });
    await using relay = await startTestRelay({
      WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host,
      WEIR_UPSTREAM_IDLE_TIMEOUT_MS: '100',
    });
    await relay.addModel({ baseUrl: vendor.baseUrl });
    const { key } = await relay.createCaller(USD);

    const request = http.request(`${relay.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
    });
    request.end(JSON.stringify({ ...HELLO, stream: true }));
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    await stalled;
    expect(written).toBeLessThan(1_500);
    let bytes = 0;
    let tail = '';
    for await (const chunk of response.setEncoding('utf8')) {
      bytes += (chunk as string).length;
      tail = (tail + (chunk as string)).slice(-DONE.length);
    }
    expect(tail).toBe(DONE);
    expect(bytes).toBe(2_000 * word.length + DONE.length);
    expect(await relay.closedRow()).toMatchObject({ state: 'settled', outcome: 'ok' });
  });
});
