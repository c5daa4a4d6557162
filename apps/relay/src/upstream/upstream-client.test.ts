import { once } from 'node:events';
import { createSecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { privateHosts } from '@weir/settings/private-hosts';
import { afterEach, expect, it } from 'vitest';
import { Cancellation } from '../cancellation.ts';
import { SELF_SIGNED } from '../testing/self-signed.ts';
import { upstreamClient } from './upstream-client.ts';

const trusted = getCACertificates();
afterEach(() => setDefaultCACertificates(trusted));

it('a vendor who offers HTTP/2 is called in HTTP/1.1, each call on a connection of its own', async () => {
  setDefaultCACertificates([SELF_SIGNED.cert]);
  const calls: { version: string; port: number | undefined }[] = [];
  const both = Promise.withResolvers<void>();
  const server = createSecureServer({ ...SELF_SIGNED, allowHTTP1: true }, (request, response) => {
    calls.push({ version: request.httpVersion, port: request.socket.remotePort });
    if (calls.length === 2) both.resolve();
    void both.promise.then(() => response.end('{}'));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = upstreamClient({ connectTimeoutMs: 1_000, privateHosts: privateHosts.parse(host) });
  const call = () =>
    client.post({ url: `https://${host}/v1`, headers: [], body: '{}', cancellation: new Cancellation() });
  const replies = await Promise.all([call(), call()]);
  expect(replies.map(({ status }) => status)).toEqual([200, 200]);
  expect(calls.map(({ version }) => version)).toEqual(['1.1', '1.1']);
  expect(new Set(calls.map(({ port }) => port)).size).toBe(2);
  await client.close();
  server.close();
  await once(server, 'close');
});
