import { expect, it } from 'vitest';
import { answers, sse, standInVendor, streams } from '../testing/stand-in-vendor.ts';
import { startTestRelay } from '../testing/test-relay.ts';

const BALANCE = 1_000_000_000n;
const CALL = { model: 'test/model', max_tokens: 100, messages: [{ role: 'user', content: 'Hi?' }] };
const BROKEN = {
  candidates: [
    {
      content: { role: 'model', parts: [{ text: 'Let me look.' }] },
      finishReason: 'MALFORMED_FUNCTION_CALL',
      finishMessage: 'Malformed function call: find(',
    },
  ],
  usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 3, totalTokenCount: 8 },
};
const SAID = 'MALFORMED_FUNCTION_CALL): Malformed function call: find(';

it('a reply that broke off at Google’s is an error to an Anthropic client, and costs nothing', async () => {
  await using vendor = await standInVendor(answers(200, BROKEN));
  await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
  const { key, accountId } = await relay.createCaller(BALANCE);
  await relay.addModel({ baseUrl: vendor.baseUrl, dialect: 'google-gemini' });

  const response = await relay.post(key, CALL, { path: '/v1/messages' });

  expect(response.status).toBe(502);
  expect(await response.json()).toMatchObject({
    type: 'error',
    error: { type: 'api_error', message: expect.stringContaining(SAID) as string },
  });
  expect(await relay.closedRow()).toMatchObject({ state: 'voided' });
  expect(await relay.money(accountId)).toEqual({ balance: BALANCE, held: 0n });
});

it('and in a stream an error after what was said, which is paid, and no end', async () => {
  await using vendor = await standInVendor(streams(sse(BROKEN)));
  await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
  const { key } = await relay.createCaller(BALANCE);
  await relay.addModel({ baseUrl: vendor.baseUrl, dialect: 'google-gemini' });

  const response = await relay.post(key, { ...CALL, stream: true }, { path: '/v1/messages' });

  const text = await response.text();
  expect(text).toContain('Let me look.');
  expect(text).toContain('event: error\n');
  expect(text).toContain(SAID);
  expect(text).not.toContain('message_stop');
  expect(await relay.closedRow()).toMatchObject({ state: 'settled', outputTokens: 3 });
});
