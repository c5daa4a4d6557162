import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingHttpHeaders } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { startTestRelay } from './testing/test-relay.ts';

it('tells the api by whom it was asked: what the client said, and then who that is', async () => {
  const asked: string[] = [];
  const api = createServer((socket) => {
    socket.on('data', (bytes) => {
      asked.push(/^x-forwarded-for: (.*)\r$/im.exec(bytes.toString())?.[1] ?? 'nothing');
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}');
    });
  }).listen(0, '127.0.0.1');
  await once(api, 'listening');
  try {
    const port = (api.address() as AddressInfo).port;
    await using relay = await startTestRelay({ WEIR_API_URL: `http://127.0.0.1:${port}` });
    await fetch(`${relay.url}/trpc/models.list`);
    await fetch(`${relay.url}/trpc/models.list`, { headers: { 'x-forwarded-for': '203.0.113.1' } });
    expect(asked).toEqual(['127.0.0.1', '203.0.113.1, 127.0.0.1']);
  } finally {
    api.close();
  }
});

it('hands a report of leaked keys on as it was signed, and its answer back', async () => {
  const asked: {
    method: string | undefined;
    url: string | undefined;
    headers: IncomingHttpHeaders;
    body: string;
  }[] = [];
  const api = createHttpServer((request, response) => {
    const { method, url, headers } = request;
    void text(request).then((body) => {
      asked.push({ method, url, headers, body });
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"results":[]}');
    });
  }).listen(0, '127.0.0.1');
  await once(api, 'listening');
  try {
    const port = (api.address() as AddressInfo).port;
    await using relay = await startTestRelay({ WEIR_API_URL: `http://127.0.0.1:${port}` });
    const signed = {
      'x-weir-scanner': 'github',
      'x-weir-timestamp': '1700000000',
      'x-weir-signature': 'c2lnbmF0dXJl',
    };
    // What was signed are these bytes, blanks and all.
    const body = '{ "hashes" : [ "AB\\u0041" ] }\n';
    const path = '/v1/leaked-keys';
    const headers = { ...signed, 'content-type': 'application/json' };
    const response = await fetch(relay.url + path, { method: 'POST', headers, body });
    expect([response.status, await response.json()]).toEqual([200, { results: [] }]);
    expect(asked).toMatchObject([{ method: 'POST', url: path, headers, body }]);
    expect((await fetch(relay.url + path)).status).toBe(404);
    expect(asked).toHaveLength(1);
  } finally {
    api.close();
  }
});
