import { createServer, get, type IncomingMessage, type RequestListener } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { ChunkedBody } from './chunked-body.ts';

async function serving(answer: RequestListener): Promise<AsyncDisposable & { port: number }> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Sends this, and reads until the server closes the connection. */
async function exchange(port: number, request: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(request);
  return text(socket);
}

const GET = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nhost: x\r\n${more}\r\n`;
const CLOSE = 'connection: close\r\n';

test('a body comes as it was written, text and bytes alike', async () => {
  await using server = await serving((_request, response) => {
    response.writeHead(200);
    const body = new ChunkedBody(response);
    body.write('grün ');
    body.write(Buffer.from('语言 '));
    body.write(Buffer.alloc(100_000, 'x'));
    body.end(Buffer.from(' end'));
  });
  const [reply] = (await once(get({ port: server.port }), 'response')) as [IncomingMessage];
  expect(reply.headers['transfer-encoding']).toBe('chunked');
  expect(await text(reply)).toBe(`grün 语言 ${'x'.repeat(100_000)} end`);
  expect(reply.complete).toBe(true);
});

test.each(['last', Buffer.from('last'), '', Buffer.alloc(0)])('a body ends with %o', async (last) => {
  await using server = await serving((_request, response) => {
    response.writeHead(200);
    const body = new ChunkedBody(response);
    body.write('first ');
    body.end(last);
  });
  const [reply] = (await once(get({ port: server.port }), 'response')) as [IncomingMessage];
  expect(await text(reply)).toBe(`first ${last.toString()}`);
  expect(reply.complete).toBe(true);
});

test('a client of HTTP/1.0 gets the bytes unframed', async () => {
  await using server = await serving((_request, response) => {
    response.writeHead(200);
    const body = new ChunkedBody(response);
    body.write('one ');
    body.end('two');
  });
  const reply = await exchange(server.port, 'GET / HTTP/1.0\r\n\r\n');
  expect(reply.slice(reply.indexOf('\r\n\r\n'))).toBe('\r\n\r\none two');
});

test('a response that is not the first on its connection waits for those before it', async () => {
  const first = Promise.withResolvers<() => void>();
  await using server = await serving((request, response) => {
    response.writeHead(200, { 'x-path': request.url });
    const body = new ChunkedBody(response);
    body.write(`${request.url} begins, `);
    body.write('goes on, ');
    const end = () => body.end('ends');
    if (request.url === '/1') first.resolve(end);
    else {
      end();
      void first.promise.then((endFirst) => endFirst());
    }
  });
  const replies = await exchange(server.port, GET('/1') + GET('/2', CLOSE));
  const parts = replies.split(/^HTTP\/1\.1 200 OK\r\n/m).slice(1);
  expect(parts.map((part) => part.slice(part.indexOf('\r\n\r\n') + 4))).toEqual([
    'b\r\n/1 begins, \r\n9\r\ngoes on, \r\n4\r\nends\r\n0\r\n\r\n',
    'b\r\n/2 begins, \r\n9\r\ngoes on, \r\n4\r\nends\r\n0\r\n\r\n',
  ]);
});

// More than the kernel takes for a client that does not read.
test.each([
  ['first', 0],
  ['next', 1],
])('the writer is held back by a client that does not take its %s piece', async (_which, small) => {
  const blocked = Promise.withResolvers<ChunkedBody>();
  await using server = await serving((_request, response) => {
    response.writeHead(200);
    const body = new ChunkedBody(response);
    for (let i = 0; i < small; i++) body.write('x');
    expect(body.write(Buffer.alloc(32 * 1024 * 1024, 'x'))).toBe(false);
    blocked.resolve(body);
  });
  const [reply] = (await once(get({ port: server.port }), 'response')) as [IncomingMessage];
  const body = await blocked.promise;
  expect(body.needsDrain).toBe(true);
  const drained = new Promise<void>((resolve) => body.onDrained(resolve));
  const read = text(reply);
  await drained;
  body.end('end');
  expect((await read).length).toBe(32 * 1024 * 1024 + small + 3);
});
