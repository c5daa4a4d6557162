import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/*
 * A real ClickHouse of one data directory behind as much of its HTTP interface as its official client uses: statements and
 * rows in the body or in `query`, parameters, the database and the password; errors with their code. A process of its own, as
 * the engine can’t be stopped otherwise. Arguments: the data directory, a port (0: any), a password.
 */

/** As far as it is used here. It may not be installed, and then has no types. */
interface Chdb {
  readonly Session: new (
    dataDir: string,
    options: { connectionArgs: string[] },
  ) => { queryAsync(statement: string): Promise<{ text(): string }> };
}

const { Session } = createRequire(import.meta.url)('chdb') as Chdb;

const [dataDir = '', port = '0', password = ''] = process.argv.slice(2);
// Words lie in its files as they are, for those who search them.
const config = join(dataDir, 'config.xml');
writeFileSync(
  config,
  '<clickhouse><compression><case><method>none</method><min_part_size>0</min_part_size><min_part_size_ratio>0</min_part_size_ratio></case></compression></clickhouse>',
);
const session = new Session(dataDir, { connectionArgs: [`--config-file=${config}`] });
await session.queryAsync('create database if not exists weir');

const quoted = (value: string) => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

async function answer(url: URL, body: string): Promise<string> {
  await session.queryAsync(`use ${url.searchParams.get('database') ?? 'default'}`);
  for (const [name, value] of url.searchParams) {
    if (name.startsWith('param_')) await session.queryAsync(`set ${name} = ${quoted(value)}`);
  }
  const statement = url.searchParams.get('query');
  const whole = statement === null ? body : `${statement}\n${body}`;
  return (await session.queryAsync(whole)).text();
}

/** One after the other: what is set for one statement is set for the session. */
let last: Promise<unknown> = Promise.resolve();

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const given = Buffer.from(request.headers.authorization?.replace(/^Basic /, '') ?? '', 'base64').toString();
  const refuse = (message: string) =>
    response
      .writeHead(500, { 'x-clickhouse-exception-code': /^Code: (\d+)/.exec(message)?.[1] ?? '1' })
      .end(message);
  const arrived = text(request);
  last = last.then(async () => {
    const body = await arrived.catch(() => undefined);
    if (body === undefined) return;
    if (given !== `weir:${password}`) {
      refuse('Code: 516. DB::Exception: weir: Authentication failed. (AUTHENTICATION_FAILED)');
      return;
    }
    await answer(url, body).then(
      (found) => response.writeHead(200, { 'content-type': 'application/x-ndjson' }).end(found),
      (error: unknown) => refuse(error instanceof Error ? error.message : String(error)),
    );
  });
});
server.listen(Number(port), '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
process.on('disconnect', () => process.exit());
