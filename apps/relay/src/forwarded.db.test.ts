import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
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
