import { once } from 'node:events';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { SELF_SIGNED } from '../testing/self-signed.ts';
import { startTestRelay } from '../testing/test-relay.ts';

const HELLO = { model: 'test/model', messages: [{ role: 'user', content: 'hello' }] };

async function httpsVendor() {
  const calls: string[] = [];
  const server = createServer(SELF_SIGNED, (incoming, response) => {
    calls.push(incoming.url ?? '');
    response.end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

it('a vendor whose certificate nobody vouches for is sent nothing, also where its host is named', async () => {
  await using vendor = await httpsVendor();
  await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
  await relay.addModel({ baseUrl: `https://${vendor.host}/v1` });
  const { key } = await relay.createCaller(1_000_000_000n);
  const response = await relay.post(key, HELLO);
  expect(response.status).toBe(502);
  expect(await response.json()).toMatchObject({ error: { code: 'upstream_unreachable' } });
  expect(relay.logLines.join('')).toContain('DEPTH_ZERO_SELF_SIGNED_CERT');
  expect(vendor.calls).toEqual([]);

  // It would have answered whoever trusts it.
  const trusting = request(`https://${vendor.host}/v1`, { ca: SELF_SIGNED.cert }).end();
  const [answer] = (await once(trusting, 'response')) as [{ statusCode: number }];
  expect(answer.statusCode).toBe(200);
  trusting.destroy();
});
