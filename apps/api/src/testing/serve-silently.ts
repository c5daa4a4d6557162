import type { Database } from '@weir/db/connect';
import { pino } from 'pino';
import { readConfig } from '../config.ts';
import { buildServer } from '../server.ts';

/** The api on this port of the loopback address, over somebody else's database; it logs nothing. */
export async function serveSilently(database: Database, port: number): Promise<AsyncDisposable> {
  const server = buildServer({
    database,
    log: pino({ level: 'silent' }),
    secretKey: 'a secret key of enough characters',
    trustedProxies: ['loopback'],
    hasMailServer: false,
    settings: readConfig({}),
  });
  await server.listen({ host: '127.0.0.1', port });
  return { [Symbol.asyncDispose]: () => server.close() };
}
