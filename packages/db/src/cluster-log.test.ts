import { appendFile, chmod, mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startCluster, type ClusterOptions } from './cluster.ts';

/** What somebody who looks for a slow query may write into the server's own configuration. */
const TALKATIVE = `
log_statement = 'all'
log_duration = on
log_min_duration_statement = 0
log_min_error_statement = 'error'
log_parameter_max_length = -1
log_parameter_max_length_on_error = -1
log_error_verbosity = 'verbose'
shared_preload_libraries = 'auto_explain,pg_stat_statements'
auto_explain.log_min_duration = 0
auto_explain.log_parameter_max_length = -1
`;

let dataDir: string;
let home: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'weir-cluster-'));
  await chmod(dataDir, 0o711);
  await (await startCluster(dataDir, { initdbFlags: ['--no-sync'] })).stop();
  home = await realpath(join(dataDir, 'postgres'));
  await appendFile(join(home, 'data/postgresql.conf'), TALKATIVE);
});

afterAll(async () => {
  await rm(home, { recursive: true, force: true });
  await rm(dataDir, { recursive: true, force: true });
});

/** Says a word in every way that a statement can: as a parameter, in a row that is refused, and as a value of the wrong type. */
async function say(
  word: string,
  settings: ClusterOptions['settings'] = {},
  connection: Record<string, string> = {},
): Promise<string> {
  const cluster = await startCluster(dataDir, { settings });
  const sql = postgres(cluster.url, { max: 1, connection });
  await sql`create temporary table said (word text unique)`;
  await sql`insert into said values (${word})`;
  await sql`select pg_sleep(0.01) from said where word = ${word}`;
  await expect(sql`insert into said values (${word})`).rejects.toThrow('duplicate key');
  await expect(sql`select ${word}::text::int`).rejects.toThrow(word);
  await expect(sql.unsafe(`select 1 / 0 as "${word}"`)).rejects.toThrow('division by zero');
  expect(await sql`select from pg_extension where extname = 'pg_stat_statements'`).toHaveLength(0);
  await sql.end();
  await cluster.stop();
  return readFile(join(home, 'log'), 'utf8');
}

it('the embedded Postgres logs no statement, no parameter and no row, whatever its configuration file says', async () => {
  const word = 'CanaryOfAStatement';
  const log = await say(word);
  expect(log).toContain('database system is ready to accept connections');
  expect(log).not.toContain(word);
  expect(log).not.toContain('said');

  // Nor where a session asks for more than errors that end the server.
  expect(await say(word, {}, { log_min_messages: 'log' })).not.toContain(word);

  const heard = 'CanaryThatIsHeard';
  const all = { log_statement: 'all', log_parameter_max_length: '-1' };
  expect(await say(heard, all, { log_min_messages: 'log' })).toContain(heard);
});
