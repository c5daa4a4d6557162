import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { failureOf } from './testing/failure-of.ts';
import { events, json, KEY, type StandInGateway, startStandInGateway } from './testing/stand-in-gateway.ts';
import { Weir, type ChatCompletionChunk, type ChatCompletionStream, type WeirOptions } from './index.ts';

let gateway: StandInGateway;

beforeEach(async () => {
  gateway = await startStandInGateway();
});

afterEach(() => gateway[Symbol.asyncDispose]());

const weir = (options: WeirOptions = {}) => new Weir({ apiKey: KEY, baseUrl: gateway.url, ...options });
const params = { model: 'sandbox/echo', messages: [{ role: 'user' as const, content: 'hi' }] };
const completion = { id: 'c1', object: 'chat.completion', created: 1, model: 'm', choices: [], extra: 7 };

function chunk(content: string): string {
  return JSON.stringify({
    id: 'c1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'm',
    choices: [{ index: 0, delta: { content }, finish_reason: null }],
  });
}

async function readAll(stream: ChatCompletionStream): Promise<ChatCompletionChunk[]> {
  const chunks: ChatCompletionChunk[] = [];
  for await (const next of stream) chunks.push(next);
  return chunks;
}

const textOf = (chunks: readonly ChatCompletionChunk[]) =>
  chunks.map((next) => next.choices[0]?.delta.content ?? '').join('');

describe('a whole reply', () => {
  test('is asked for with the key and the parameters as they are, and returned with its request id', async () => {
    gateway.answer(json(200, completion));
    const reply = await weir().chat.completions.create({ ...params, top_k: 5 });
    expect(reply).toEqual({ ...completion, requestId: 'req_1' });
    const [call] = gateway.calls;
    expect(call).toMatchObject({ method: 'POST', path: '/v1/chat/completions' });
    expect(call?.headers).toMatchObject({
      authorization: `Bearer ${KEY}`,
      'content-type': 'application/json',
    });
    expect(JSON.parse(call?.body ?? '')).toEqual({ ...params, top_k: 5 });
  });

  test.each(['', '/', '/v1', '/v1/'])('the base URL may end in "%s"', async (end) => {
    gateway.answer(json(200, completion));
    await weir({ baseUrl: gateway.url + end }).chat.completions.create(params);
    expect(gateway.calls[0]?.path).toBe('/v1/chat/completions');
  });

  test('key and address come from the environment', async () => {
    vi.stubEnv('WEIR_API_KEY', 'sk-weir-env');
    vi.stubEnv('WEIR_BASE_URL', `${gateway.url}/v1`);
    onTestFinished(() => void vi.unstubAllEnvs());
    gateway.answer(json(200, completion));
    await new Weir().chat.completions.create(params);
    expect(gateway.calls[0]?.headers.authorization).toBe('Bearer sk-weir-env');
  });

  test.each([
    [{ baseUrl: 'http://localhost' }, 'apiKey'],
    [{ apiKey: KEY }, 'baseUrl'],
    [{ apiKey: KEY, baseUrl: 'localhost:8787' }, 'baseUrl'],
  ])('the options %j lack %s', (options, param) => {
    vi.stubEnv('WEIR_API_KEY', undefined);
    vi.stubEnv('WEIR_BASE_URL', undefined);
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(() => new Weir(options)).toThrow(
      expect.objectContaining({ code: 'invalid_configuration', param }),
    );
  });

  test.each([
    ['no JSON', '<html>'],
    ['no completion', { object: 'list' }],
  ])('%s in an answer of status 200 is an error', async (_name, body) => {
    gateway.answer(json(200, body));
    const failure = await failureOf(weir().chat.completions.create(params));
    expect(failure).toMatchObject({ code: 'invalid_reply', requestId: 'req_1' });
  });
});

describe('errors', () => {
  test('carry what the gateway said', async () => {
    const error = {
      message: 'Top up.',
      type: 'insufficient_quota',
      code: 'insufficient_credit',
      param: 'max_tokens',
      details: { availableNanoUsd: '12', maxTokensThatFit: 3 },
    };
    gateway.answer(json(402, { error }));
    const failure = await failureOf(weir().chat.completions.create(params));
    expect(failure).toMatchObject({
      message: 'Top up.',
      code: 'insufficient_credit',
      status: 402,
      param: 'max_tokens',
      requestId: 'req_1',
      retryable: false,
      details: { availableNanoUsd: '12', maxTokensThatFit: 3 },
    });
    expect(gateway.calls).toHaveLength(1);
  });

  test('a code that this version does not know is retryable by its status', async () => {
    gateway.answer(json(503, { error: { message: 'later', code: 'brand_new' } }));
    const failure = await failureOf(weir({ maxRetries: 0 }).chat.completions.create(params));
    expect(failure).toMatchObject({ code: 'brand_new', retryable: true });
  });

  test('a proxy’s HTML page has the code of its status', async () => {
    gateway.answer(json(502, '<html>Bad Gateway</html>'));
    const failure = await failureOf(weir({ maxRetries: 0 }).chat.completions.create(params));
    expect(failure).toMatchObject({ code: 'upstream_error', status: 502, retryable: true });
  });
});

describe('retries', () => {
  const busy = json(429, { error: { message: 'slow down', code: 'rate_limited' } }, { 'retry-after': '0' });

  test('come before the first byte', async () => {
    gateway.answer(busy, busy, json(200, completion));
    expect((await weir().chat.completions.create(params)).requestId).toBe('req_3');
    expect(gateway.calls.map((call) => call.body)).toEqual(Array(3).fill(JSON.stringify(params)));
  });

  test('come before the first byte of a stream', async () => {
    gateway.answer(busy, events([chunk('ok'), '[DONE]']));
    const reply = await weir().chat.completions.create({ ...params, stream: true });
    expect(textOf(await readAll(reply))).toBe('ok');
    expect(gateway.calls).toHaveLength(2);
  });

  test.each([0, 1, 2])('are at most %i', async (maxRetries) => {
    gateway.answer(busy);
    const failure = await failureOf(weir({ maxRetries }).chat.completions.create(params));
    expect(failure).toMatchObject({ code: 'rate_limited', status: 429, retryable: true });
    expect(gateway.calls).toHaveLength(maxRetries + 1);
  });

  test('do not wait for an hour', async () => {
    gateway.answer(
      json(429, { error: { message: 'later', code: 'rate_limited' } }, { 'retry-after': '3600' }),
    );
    await failureOf(weir().chat.completions.create(params));
    expect(gateway.calls).toHaveLength(1);
  });

  test('follow a connection that failed, after a wait that grows', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const attemptsAtMs: number[] = [];
    const startMs = Date.now();
    const fetch = () => {
      attemptsAtMs.push(Date.now() - startMs);
      return Promise.reject(new TypeError('fetch failed'));
    };
    const failing = failureOf(weir({ fetch }).chat.completions.create(params));
    await vi.runAllTimersAsync();
    expect(await failing).toMatchObject({ code: 'connection_failed', status: undefined, retryable: true });
    const [first, second = 0, third = 0] = attemptsAtMs;
    expect(attemptsAtMs).toHaveLength(3);
    expect(first).toBe(0);
    expect(second).toBeGreaterThanOrEqual(375);
    expect(second).toBeLessThanOrEqual(501);
    expect(third - second).toBeGreaterThanOrEqual(750);
    expect(third - second).toBeLessThanOrEqual(1001);
  });

  test('do not follow a reply that broke off', async () => {
    gateway.answer((res) => {
      res.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      res.write('{"id":', () => res.destroy());
    });
    const failure = await failureOf(weir().chat.completions.create(params));
    expect(failure).toMatchObject({ code: 'connection_failed', requestId: 'req_1' });
    expect(gateway.calls).toHaveLength(1);
  });

  test('end when the caller aborts during the wait', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const controller = new AbortController();
    const fetch = () =>
      Promise.resolve(new Response('{}', { status: 503, headers: { 'retry-after': '59' } }));
    const failing = failureOf(weir({ fetch }).chat.completions.create(params, { signal: controller.signal }));
    await vi.advanceTimersByTimeAsync(1000);
    expect(vi.getTimerCount()).toBe(1);
    controller.abort();
    expect((await failing).code).toBe('aborted');
    expect(vi.getTimerCount()).toBe(0);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });
});

describe('a streamed reply', () => {
  const stream = { ...params, stream: true as const };

  test('is an iterable of chunks, with the request’s id', async () => {
    const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
    const last = JSON.stringify({ id: 'c1', choices: [], usage });
    gateway.answer(events([chunk('Hel'), chunk('lo'), last, '[DONE]']));
    const reply = await weir().chat.completions.create(stream);
    expect(reply.requestId).toBe('req_1');
    const chunks = await readAll(reply);
    expect(textOf(chunks)).toBe('Hello');
    expect(chunks.at(-1)?.usage).toEqual(usage);
  });

  test('is the same wherever the network cuts it', async () => {
    const wire = Buffer.from(
      `: keep-alive\n\ndata: ${chunk('é😀')}\r\n\r\ndata:${chunk('好')}\n\ndata: [DONE]\n\n`,
    );
    const fetch = () => {
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          for (const byte of wire) controller.enqueue(Uint8Array.of(byte));
          controller.close();
        },
      });
      return Promise.resolve(new Response(body, { headers: { 'content-type': 'text/event-stream' } }));
    };
    const chunks = await readAll(await weir({ fetch }).chat.completions.create(stream));
    expect(textOf(chunks)).toBe('é😀好');
  });

  test('throws the error that comes inside it', async () => {
    const error = {
      message: 'The vendor broke off.',
      type: 'server_error',
      code: 'upstream_truncated',
      param: null,
    };
    gateway.answer(events([chunk('a'), JSON.stringify({ error })]));
    const reply = await weir().chat.completions.create(stream);
    const iterator = reply[Symbol.asyncIterator]();
    expect((await iterator.next()).value?.choices[0]?.delta.content).toBe('a');
    expect(await failureOf(iterator.next())).toMatchObject({
      message: 'The vendor broke off.',
      code: 'upstream_truncated',
      status: undefined,
      requestId: 'req_1',
      retryable: true,
    });
  });

  test('that ends without its terminator is an error', async () => {
    gateway.answer(events([chunk('a')]));
    const failure = await failureOf(readAll(await weir().chat.completions.create(stream)));
    expect(failure).toMatchObject({ code: 'stream_truncated', requestId: 'req_1', retryable: true });
  });

  test('whose connection breaks is an error', async () => {
    gateway.answer((res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      res.write(`data: ${chunk('a')}\n\n`, () => res.destroy());
    });
    const failure = await failureOf(readAll(await weir().chat.completions.create(stream)));
    expect(failure).toMatchObject({ code: 'connection_failed', requestId: 'req_1' });
  });

  test.each(['{"id":"c1","choices":[{"del', '"text"', '{"id":"c1"}'])(
    'with the event %s is an error',
    async (data) => {
      gateway.answer(events([data, '[DONE]']));
      const failure = await failureOf(readAll(await weir().chat.completions.create(stream)));
      expect(failure.code).toBe('invalid_reply');
    },
  );

  test('is refused when it is no event stream', async () => {
    gateway.answer(json(200, completion));
    expect((await failureOf(weir().chat.completions.create(stream))).code).toBe('invalid_reply');
  });

  test('ends with its terminator, though the server leaves the connection open', async () => {
    gateway.answer(events([chunk('a'), '[DONE]'], { stayOpen: true }));
    expect(await readAll(await weir().chat.completions.create(stream))).toHaveLength(1);
    await gateway.closed();
  });

  test('is iterated once', async () => {
    gateway.answer(events(['[DONE]']));
    const reply = await weir().chat.completions.create(stream);
    await readAll(reply);
    expect((await failureOf(readAll(reply))).code).toBe('stream_already_read');
  });

  test('leaving the loop closes the connection', async () => {
    gateway.answer(events([chunk('a'), chunk('b')], { stayOpen: true }));
    for await (const next of await weir().chat.completions.create(stream)) {
      expect(next.choices[0]?.delta.content).toBe('a');
      break;
    }
    await gateway.closed();
  });

  test('abort() ends the loop without an error and closes the connection', async () => {
    gateway.answer(events([chunk('a')], { stayOpen: true }));
    const reply = await weir().chat.completions.create(stream);
    let count = 0;
    for await (const next of reply) {
      count += next.choices.length;
      reply.abort();
    }
    expect(count).toBe(1);
    await gateway.closed();
  });

  test('abort() before the loop closes the connection', async () => {
    gateway.answer(events([], { stayOpen: true }));
    const reply = await weir().chat.completions.create(stream);
    reply.abort();
    await gateway.closed();
    expect(await readAll(reply)).toEqual([]);
  });

  test('the caller’s signal closes the connection and throws', async () => {
    gateway.answer(events([chunk('a')], { stayOpen: true }));
    const controller = new AbortController();
    const reply = await weir().chat.completions.create(stream, { signal: controller.signal });
    const reason = new Error('enough');
    const reading = async () => {
      for await (const next of reply) if (next.choices.length > 0) controller.abort(reason);
    };
    expect(await failureOf(reading())).toMatchObject({ code: 'aborted', requestId: 'req_1', cause: reason });
    await gateway.closed();
  });

  test('a silence longer than the time-out ends it', async () => {
    gateway.answer(events([chunk('a')], { stayOpen: true }));
    const reply = await weir({ timeoutMs: 100 }).chat.completions.create(stream);
    expect(await failureOf(readAll(reply))).toMatchObject({ code: 'timed_out', requestId: 'req_1' });
    await gateway.closed();
  });
});

test('a gateway that never answers is timed out, and not asked again', async () => {
  gateway.answer(() => {});
  expect((await failureOf(weir({ timeoutMs: 50 }).chat.completions.create(params))).code).toBe('timed_out');
  expect(gateway.calls).toHaveLength(1);
});

test('a signal that is aborted already sends nothing', async () => {
  const failing = weir().chat.completions.create(params, { signal: AbortSignal.abort() });
  expect((await failureOf(failing)).code).toBe('aborted');
  expect(gateway.calls).toHaveLength(0);
});

test('no call leaves a listener on its caller’s signal', async () => {
  const { signal } = new AbortController();
  const { completions } = weir({ maxRetries: 0 }).chat;
  const whole = () => completions.create(params, { signal });
  const stream = () => completions.create({ ...params, stream: true }, { signal });
  gateway.answer(json(200, completion));
  await whole();
  await failureOf(stream());
  gateway.answer(json(500, {}));
  await failureOf(whole());
  await failureOf(stream());
  gateway.answer(events([chunk('a'), '[DONE]']));
  await readAll(await stream());
  gateway.answer(events([chunk('a')]));
  await failureOf(readAll(await stream()));
  expect(gateway.calls).toHaveLength(6);
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});
