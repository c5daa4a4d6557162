import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** What happens to the connections of one application: nothing, no byte more goes through, or they are cut off. */
export type Interference = 'none' | 'silent' | 'cut';

/** Stands between a client and Postgres, and can get in the way of the connections of one application. */
export async function databaseProxy(databaseUrl: string, applicationName: string) {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  /** Both ends of the connections of that application. */
  const affected = new Set<Socket>();
  let interference: Interference = 'none';

  const apply = (socket: Socket): void => {
    if (interference === 'silent') socket.pause();
    if (interference === 'cut') socket.destroy();
  };

  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => {});
      from.once('close', () => {
        sockets.delete(from);
        affected.delete(from);
        to.destroy();
      });
    }
    // The first message of the protocol names the application in plain text.
    client.once('data', (startup: Buffer) => {
      upstream.write(startup);
      if (startup.includes(`\0${applicationName}\0`)) {
        for (const socket of [client, upstream]) affected.add(socket);
      }
      client.pipe(upstream);
      upstream.pipe(client);
      if (affected.has(client)) for (const socket of [client, upstream]) apply(socket);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: url.href,
    /** From now on, of connections that are open and of those to come. */
    interfere(how: Interference): void {
      interference = how;
      for (const socket of affected) apply(socket);
    },
    /** Connections to come are left alone again; those that are silent stay so. */
    relent(): void {
      interference = 'none';
    },
    async [Symbol.asyncDispose]() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}
