import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { rawCall } from '../calls.ts';
import { RawConnection, type Tally } from './raw-connection.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function originOf(server: Server): Promise<string> {
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Answers whatever comes with these bytes, one write each. */
function replying(...writes: readonly string[]): Promise<string> {
  const server = createTcpServer((socket: Socket) => {
    socket.setNoDelay(true);
    socket.once('data', () => {
      const next = (i: number): void => {
        const bytes = writes[i];
        if (bytes === undefined) return;
        socket.write(bytes, () => setImmediate(next, i + 1));
      };
      next(0);
    });
  });
  return originOf(server);
}

const HEAD = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';

function call(connection: RawConnection, origin: string, tally?: Tally) {
  return connection.call(rawCall(origin, 'sk', { path: '/', body: '{}' }), tally);
}

describe('a connection of the load generator', () => {
  it('takes one call after the other, with a length or in chunks', async () => {
    const origin = await originOf(
      createServer((request, response) => {
        request.resume().on('end', () => {
          if (request.headers['content-length'] === '2') response.write('data: 1\n\n');
          response.end('data: [DONE]\n\n');
        });
      }),
    );
    const connection = await RawConnection.open(origin);
    const tally = { events: 0, reads: 0 };
    expect(await call(connection, origin, tally)).toMatchObject({ status: 200, done: true });
    expect(tally.events).toBe(2);
    expect(await connection.call(rawCall(origin, 'sk', { path: '/', body: '{ }' }))).toMatchObject({
      status: 200,
      done: true,
    });
    connection.destroy();
    expect(connection.closed).toBe(true);
  });

  it('counts each event once, wherever the bytes are cut', async () => {
    const body = `${HEAD}9\r\ndata: 1\n\n\r\n17\r\ndata: 2\n\ndata: [DONE]\n\n\r\n0\r\n\r\n`;
    for (let at = 1; at < body.length; at++) {
      const origin = await replying(body.slice(0, at), body.slice(at));
      const connection = await RawConnection.open(origin);
      const tally = { events: 0, reads: 0 };
      expect(await call(connection, origin, tally)).toMatchObject({ status: 200, done: true });
      expect(tally.events).toBe(3);
      connection.destroy();
    }
  });

  it('tells a stream that ended without its terminator, and an error status', async () => {
    const origin = await replying(
      `${HEAD.replace('200 OK', '502 Bad Gateway')}9\r\ndata: 1\n\n\r\n0\r\n\r\n`,
    );
    const connection = await RawConnection.open(origin);
    expect(await call(connection, origin)).toMatchObject({ status: 502, done: false });
    connection.destroy();
  });

  it('does not take a closed connection for the end of a reply', async () => {
    const origin = await originOf(
      createTcpServer((socket: Socket) => {
        socket.once('data', () => socket.end(`${HEAD}9\r\ndata: 1\n\n\r\n`));
      }),
    );
    const connection = await RawConnection.open(origin);
    await expect(call(connection, origin)).rejects.toThrow('not answered to its end');
  });
});
