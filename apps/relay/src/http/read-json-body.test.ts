import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { Cancellation } from '../cancellation.ts';
import { readJsonBody } from './read-json-body.ts';

it('a client that went before its body is read is not waited for', async () => {
  await using server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.write('POST / HTTP/1.1\r\nhost: gateway\r\ncontent-length: 9\r\n\r\n{');
  const [request] = (await once(server, 'request')) as [IncomingMessage];
  const closed = new Promise((resolve) => request.on('close', resolve));
  client.destroy();
  await closed;
  const limits = { bytesMax: 100, cancellation: new Cancellation() };
  await expect(readJsonBody(request, limits)).rejects.toMatchObject({ code: 'client_closed' });
});
