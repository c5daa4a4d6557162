import { once } from 'node:events';
import { createSecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { privateHosts } from '@weir/settings/private-hosts';
import { expect, it, onTestFinished } from 'vitest';
import { Cancellation } from '../cancellation.ts';
import { SELF_SIGNED } from '../testing/self-signed.ts';
import { upstreamClient } from './upstream-client.ts';

it('a vendor who offers HTTP/2 is called in HTTP/1.1, each call on a connection of its own', async () => {
  const trusted = getCACertificates();
  setDefaultCACertificates([SELF_SIGNED.cert]);
  onTestFinished(() => setDefaultCACertificates(trusted));
  const calls: { version: string; port: number | undefined }[] = [];
  const both = Promise.withResolvers<void>();
  const server = createSecureServer({ ...SELF_SIGNED, allowHTTP1: true }, (request, response) => {
    calls.push({ version: request.httpVersion, port: request.socket.remotePort });
    if (calls.length === 2) both.resolve();
    void both.promise.then(() => response.end('{}'));
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = upstreamClient({ connectTimeoutMs: 1_000, privateHosts: privateHosts.parse(host) });
  onTestFinished(() => client.close());
  const call = () =>
    client.post({ url: `https://${host}/v1`, headers: [], body: '{}', cancellation: new Cancellation() });
  const replies = await Promise.all([call(), call()]);
  expect(replies.map(({ status }) => status)).toEqual([200, 200]);
  expect(calls.map(({ version }) => version)).toEqual(['1.1', '1.1']);
  expect(new Set(calls.map(({ port }) => port)).size).toBe(2);
});
