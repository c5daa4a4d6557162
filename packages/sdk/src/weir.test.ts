import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Weir, type UsagePage } from './index.ts';
import { failureOf } from './testing/failure-of.ts';
import { json, KEY, type StandInGateway, startStandInGateway } from './testing/stand-in-gateway.ts';

let gateway: StandInGateway;
let weir: Weir;

beforeEach(async () => {
  gateway = await startStandInGateway();
  weir = new Weir({ apiKey: KEY, baseUrl: `${gateway.url}/v1` });
});

afterEach(() => gateway[Symbol.asyncDispose]());

test('the balance is asked for with the key', async () => {
  expect(await weir.account.balance()).toEqual({ accountId: `Bearer ${KEY}`, balanceNanoUsd: '5000000000' });
  expect(gateway.calls[0]?.path).toBe('/trpc/account.balance');
});

test('models are listed', async () => {
  expect(await weir.models.list()).toEqual([{ modelId: 'sandbox/echo', simulated: true }]);
});

test('usage comes by the page, with its filters', async () => {
  const page = await weir.usage.list({ cursor: '2', limit: 1, outcome: 'ok' });
  expect(page.nextCursor).toBe('3');
  expect(JSON.parse(page.items[0]?.modelId ?? '')).toEqual({ cursor: '2', limit: 1, outcome: 'ok' });
  expect(await weir.usage.summary({ days: 7 })).toEqual({ requests: 3, query: { days: 7 } });
});

test('usage.pages goes through all pages with the same filters, each when the loop comes to it', async () => {
  const pages: UsagePage[] = [];
  for await (const page of weir.usage.pages({ limit: 1 })) {
    pages.push(page);
    expect(gateway.calls).toHaveLength(pages.length);
  }
  expect(pages.map((page) => page.items[0]?.requestId)).toEqual(['req_page1', 'req_page2', 'req_page3']);
  expect(JSON.parse(pages[2]?.items[0]?.modelId ?? '')).toEqual({ cursor: '3', limit: 1 });
});

test('an error has the gateway’s code, status, field and request id', async () => {
  expect(await failureOf(weir.usage.get('req_none'))).toMatchObject({
    message: 'There is no such request.',
    code: 'not_found',
    status: 404,
    param: 'requestId',
    requestId: 'req_1',
    retryable: false,
  });
});

test('an answer that may pass is asked for again', async () => {
  gateway.answer(
    json(503, 'starting', { 'retry-after': '0' }),
    json(200, { result: { data: { balanceNanoUsd: '1' } } }),
  );
  expect(await weir.account.balance()).toEqual({ balanceNanoUsd: '1' });
  expect(gateway.calls).toHaveLength(2);
});

test.each([
  [502, 'upstream_error'],
  [200, 'invalid_reply'],
])('a page that is no answer of the API (%i)', async (status, code) => {
  gateway.answer(json(status, '<html>', { 'retry-after': '0' }));
  expect(await failureOf(weir.account.balance())).toMatchObject({ code, status });
});

test('a gateway that is not there', async () => {
  const fetch = () => Promise.reject(new TypeError('fetch failed'));
  const client = new Weir({ apiKey: KEY, baseUrl: gateway.url, maxRetries: 0, fetch });
  expect(await failureOf(client.models.list())).toMatchObject({ code: 'connection_failed', retryable: true });
});

test('a call can be aborted, and is timed out', async () => {
  gateway.answer(() => {});
  const controller = new AbortController();
  const aborted = failureOf(weir.account.balance({ signal: controller.signal }));
  while (gateway.calls.length === 0) await new Promise((resolve) => setImmediate(resolve));
  controller.abort();
  expect((await aborted).code).toBe('aborted');
  expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  const hasty = new Weir({ apiKey: KEY, baseUrl: gateway.url, timeoutMs: 50 });
  expect((await failureOf(hasty.account.balance())).code).toBe('timed_out');
});
