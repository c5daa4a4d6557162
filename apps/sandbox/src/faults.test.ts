import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { InternalServerError, RateLimitError } from 'openai';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dataLines, hello, type RunningSandbox, startSandbox } from './testing/running-sandbox.ts';

let sandbox: RunningSandbox;

beforeEach(async () => {
  sandbox = await startSandbox();
});

afterEach(() => sandbox[Symbol.asyncDispose]());

describe('faults', () => {
  test('429 says when to come back', async () => {
    const error = await sandbox
      .client()
      .chat.completions.create({ ...hello, model: 'sandbox/error-429' })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toMatchObject({ code: 'rate_limit_exceeded' });
    expect((await sandbox.post(hello, { 'x-sandbox-fault': '429' })).headers.get('retry-after')).toBe('1');
  });

  test('500', async () => {
    const call = sandbox.client().chat.completions.create({ ...hello, model: 'sandbox/error-500' });
    await expect(call).rejects.toThrow(InternalServerError);
  });

  test('garbage is no JSON, in a body and in an event', async () => {
    const body = await (await sandbox.post(hello, { 'x-sandbox-fault': 'garbage' })).text();
    expect(() => JSON.parse(body)).toThrow(SyntaxError);
    const stream = await (await sandbox.post({ ...hello, stream: true, model: 'sandbox/garbage' })).text();
    const [role, broken, done] = dataLines(stream);
    expect(JSON.parse(role ?? '')).toHaveProperty('choices');
    expect(() => JSON.parse(broken ?? '')).toThrow(SyntaxError);
    expect(done).toBe('[DONE]');
  });

  test('no-usage', async () => {
    const asked = { ...hello, model: 'sandbox/no-usage' };
    expect(await (await sandbox.post(asked)).json()).not.toHaveProperty('usage');
    const stream = await sandbox.post({ ...asked, stream: true, stream_options: { include_usage: true } });
    expect(await stream.text()).not.toContain('"usage"');
    expect(sandbox.served.map((entry) => entry.outputTokens)).toEqual([3, 3]);
  });

  test('empty', async () => {
    const completion = await sandbox.client().chat.completions.create({ ...hello, model: 'sandbox/empty' });
    expect(completion.choices[0]?.message.content).toBe('');
    expect(completion.usage?.completion_tokens).toBe(0);
  });

  test('cut destroys the connection after some events, with no terminator', async () => {
    const response = await sandbox.post(
      { ...hello, model: 'sandbox/cut', stream: true },
      { 'x-sandbox-events': '7', 'x-sandbox-event-ms': '0' },
    );
    const decoder = new TextDecoder();
    let text = '';
    const read = async () => {
      for await (const bytes of response.body ?? []) text += decoder.decode(bytes, { stream: true });
    };
    await expect(read()).rejects.toThrow('terminated');
    expect(dataLines(text)).toHaveLength(1 + 7);
    expect(await sandbox.firstServed()).toMatchObject({ outcome: 'faulted', events: 7, outputTokens: 7 });
  });

  test('cut ends a JSON body early', async () => {
    const response = await sandbox.post(hello, { 'x-sandbox-fault': 'cut' });
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow('terminated');
  });

  test('stall goes silent until the client goes, and notices that', async () => {
    const controller = new AbortController();
    const stream = await sandbox
      .client({ 'x-sandbox-request': 'stalled' })
      .chat.completions.create(
        { ...hello, model: 'sandbox/stall', stream: true },
        { signal: controller.signal },
      );
    let events = 0;
    for await (const chunk of stream) {
      if (chunk.choices[0]?.delta.content) events++;
      if (events === 3) controller.abort();
    }
    expect(await sandbox.firstServed()).toMatchObject({
      requestName: 'stalled',
      outcome: 'cancelled',
      events: 3,
      outputTokens: 3,
      endedAt: expect.any(String),
    });
  });
});

describe('a client that goes', () => {
  test.each([true, false])('before the first byte ends the wait (stream: %s)', async (stream) => {
    const sent = httpRequest(`${sandbox.url}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        authorization: 'Bearer any',
        'content-type': 'application/json',
        'x-sandbox-first-byte-ms': '120000',
      },
    });
    sent.on('error', () => {});
    sent.end(JSON.stringify({ ...hello, stream }));
    while ((await sandbox.tally()).requests === 0) await new Promise((resolve) => setImmediate(resolve));
    sent.destroy();
    expect(await sandbox.firstServed()).toMatchObject({
      outcome: 'cancelled',
      events: 0,
      inputTokens: 10,
      outputTokens: 0,
    });
  });

  test('and does not read is not written to: the stream waits, and ends when it goes', async () => {
    const events = 100_000;
    const socket = connect(Number(new URL(sandbox.url).port), '127.0.0.1');
    const body = JSON.stringify({ ...hello, model: 'sandbox/story', stream: true });
    socket.write(
      [
        'POST /v1/chat/completions HTTP/1.1',
        'Host: localhost',
        'Authorization: Bearer any',
        'Content-Type: application/json',
        `Content-Length: ${body.length}`,
        `X-Sandbox-Events: ${events}`,
        'X-Sandbox-Event-Ms: 0',
        '',
        body,
      ].join('\r\n'),
    );
    await once(socket, 'readable');
    socket.pause();
    socket.destroy();
    const entry = await sandbox.firstServed();
    expect(entry.outcome).toBe('cancelled');
    expect(entry.events).toBeLessThan(events);
    expect(entry.outputTokens).toBe(entry.events);
  });

  test('by closing the sandbox, every open stream ends', async () => {
    const response = await sandbox.post({ ...hello, model: 'sandbox/stall', stream: true });
    await sandbox[Symbol.asyncDispose]();
    await expect(response.text()).rejects.toThrow('terminated');
    expect(await sandbox.firstServed()).toMatchObject({ outcome: 'cancelled' });
  });
});
