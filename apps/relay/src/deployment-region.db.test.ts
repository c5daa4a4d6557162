import { expect, it } from 'vitest';
import { answers, standInVendor } from './testing/stand-in-vendor.ts';
import { startTestRelay } from './testing/test-relay.ts';

const HELLO = { model: 'test/model', messages: [{ role: 'user', content: 'hello' }] };
const REPLY = {
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1, completion_tokens: 1 },
};

async function rowOfCall(settings: Record<string, string>) {
  await using vendor = await standInVendor(answers(200, REPLY));
  await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host, ...settings });
  await relay.addModel({ baseUrl: vendor.baseUrl, region: 'us' });
  const { key } = await relay.createCaller(1_000_000_000n);
  expect((await relay.post(key, HELLO)).status).toBe(200);
  return relay.closedRow();
}

it('the row of a call tells the region of its deployment, beside that of the vendor’s channel', async () => {
  expect(await rowOfCall({ WEIR_REGION: 'eu-west-1' })).toMatchObject({
    deploymentRegion: 'eu-west-1',
    region: 'us',
    sourceIp: null,
  });
});

it('a row has both the region of its deployment and the address of its caller where both are noted', async () => {
  expect(await rowOfCall({ WEIR_REGION: 'eu-west-1', WEIR_BRAND: 'bananarouter' })).toMatchObject({
    deploymentRegion: 'eu-west-1',
    sourceIp: '127.0.0.1',
  });
});

it('the row of a call has no region of its deployment where that has none', async () => {
  expect(await rowOfCall({})).toMatchObject({ deploymentRegion: null, region: 'us' });
});
