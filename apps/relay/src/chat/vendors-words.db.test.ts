import { describe, expect, it } from 'vitest';
import { answers, sse, standInVendor, streams, textChunk } from '../testing/stand-in-vendor.ts';
import { startTestRelay } from '../testing/test-relay.ts';

const USD = 1_000_000_000n;
const CALL = { model: 'test/model', messages: [{ role: 'user', content: 'hi' }], max_tokens: 50 };
const SAID = {
  message:
    'team 7c3a0a52-91f4-4d1e-8a0b-3f2c9d1e7b60 at inference-17.prod.acme-hosting.com with fw_3ZabcdEFGH: max_tokens is too large',
  param: 'https://internal.acme/x sk-abcdef123456 org-abcdef123',
};
const TOLD = 'team [id] at [address] with [key]: max_tokens is too large';

describe('what a vendor says of the operator’s machines, keys and accounts', () => {
  it('is left out of a refusal, and of the field that it names', async () => {
    await using vendor = await standInVendor(answers(400, { error: SAID }));
    await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
    await relay.addModel({ baseUrl: vendor.baseUrl });
    const { key } = await relay.createCaller(USD);

    const refusal = await relay.post(key, CALL);
    expect([refusal.status, await refusal.json()]).toMatchObject([
      400,
      { error: { message: TOLD, param: null } },
    ]);
  });

  it.each(['/v1/chat/completions', '/v1/messages'])('is left out of a stream of %s', async (path) => {
    await using vendor = await standInVendor(streams(textChunk('one two'), sse({ error: SAID })));
    await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
    await relay.addModel({ baseUrl: vendor.baseUrl });
    const { key } = await relay.createCaller(USD);

    const reply = await relay.post(key, { ...CALL, stream: true }, { path });
    const text = await reply.text();
    expect(text).toContain('one two');
    expect(text).toContain(TOLD);
    expect(text).not.toMatch(/acme|fw_3Z|sk-abc|org-abc|7c3a0a52/);
  });
});
