import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { explainFailure } from '@weir/core/failures';
import { migrate } from '@weir/db/migrate';
import { build } from './build.ts';
import { readConfig, type Config } from './config.ts';
import { keepDatabase } from './keep-database.ts';
import { requireFreePorts } from './require-free-ports.ts';
import { runServer, type RunningServer, type ServerSpec } from './servers.ts';
import { welcome } from './welcome.ts';

const LOOPBACK = '127.0.0.1';

/**
 * V8 would let the young generation grow to twice 32 MiB, which takes memory and, for calls, saves no time: see
 * docs/performance.md.
 */
const RELAY_NODE_ARGS = ['--max-semi-space-size=16'];

const servers: RunningServer[] = [];
const stopped = new AbortController();
let closeDatabase = async (): Promise<void> => {};

async function launch(): Promise<void> {
  const config = readConfig();
  const { RELAY_PORT, API_PORT, WEB_PORT, SANDBOX_PORT, WEIR_DATA_DIR } = config;
  const sandboxed = config.NODE_ENV !== 'production';
  await requireFreePorts(config.WEIR_LISTEN_HOST, {
    RELAY_PORT,
    API_PORT,
    WEB_PORT,
    ...(sandboxed && { SANDBOX_PORT }),
  });
  const databaseUrl = config.DATABASE_URL ?? (await startEmbedded(WEIR_DATA_DIR));
  stopped.signal.throwIfAborted();
  await migrate(databaseUrl);
  say('Building …');
  await build(stopped.signal);
  stopped.signal.throwIfAborted();
  say('Starting …');
  servers.push(...serverSpecs(config, databaseUrl, sandboxed).map((spec) => runServer(spec, stop)));
  await Promise.all(servers.map((server) => server.ready()));
  const host = reachedHost(config.WEIR_LISTEN_HOST);
  say(welcome(WEIR_DATA_DIR, { dashboardUrl: urlOf(host, WEB_PORT), relayUrl: urlOf(host, RELAY_PORT) }));
}

async function startEmbedded(dataDir: string): Promise<string> {
  const database = await keepDatabase(dataDir);
  closeDatabase = () => database.close();
  return database.url;
}

function serverSpecs(config: Config, databaseUrl: string, sandboxed: boolean): ServerSpec[] {
  const { RELAY_PORT, API_PORT, WEB_PORT, SANDBOX_PORT, WEIR_DATA_DIR } = config;
  const host = reachedHost(config.WEIR_LISTEN_HOST);
  const env = {
    LOG_LEVEL: 'warn',
    WEIR_API_URL: urlOf(host, API_PORT),
    ...process.env,
    DATABASE_URL: databaseUrl,
    WEIR_DATA_DIR,
    // What Node makes of the sources is kept: the next start is quicker, and each process 20 MB smaller.
    NODE_COMPILE_CACHE: join(WEIR_DATA_DIR, 'compile-cache'),
  };
  const privateHosts = [
    process.env['WEIR_UPSTREAM_PRIVATE_HOSTS'],
    sandboxed ? `${LOOPBACK}:${SANDBOX_PORT}` : undefined,
  ];
  const spec = (name: string, file: string, readyUrl: string, more: NodeJS.ProcessEnv = {}): ServerSpec => ({
    name,
    file: fileURLToPath(new URL(`../../${name}/${file}`, import.meta.url)),
    cwd: fileURLToPath(new URL(`../../${name}`, import.meta.url)),
    env: { ...env, ...more },
    readyUrl,
  });
  const sandbox = spec('sandbox', 'src/main.ts', `${urlOf(LOOPBACK, SANDBOX_PORT)}/healthz`, {
    // Nobody but the relay calls it.
    WEIR_LISTEN_HOST: LOOPBACK,
  });
  return [
    ...(sandboxed ? [sandbox] : []),
    spec('api', 'src/main.ts', `${urlOf(host, API_PORT)}/readyz`),
    spec('web', 'server.ts', `${urlOf(host, WEB_PORT)}/healthz`),
    {
      ...spec('relay', 'src/main.ts', `${urlOf(host, RELAY_PORT)}/readyz`, {
        WEIR_UPSTREAM_PRIVATE_HOSTS: privateHosts.filter(Boolean).join(','),
        // Ctrl-C means now: running streams are ended with an error and settled.
        WEIR_DRAIN_TIMEOUT_MS: process.env['WEIR_DRAIN_TIMEOUT_MS'] ?? '0',
      }),
      nodeArgs: RELAY_NODE_ARGS,
    },
  ];
}

/** Where a server that listens on this host is reached from this machine. */
function reachedHost(listenHost: string): string {
  return listenHost === '0.0.0.0' || listenHost === '::' ? LOOPBACK : listenHost;
}

function urlOf(host: string, port: number): string {
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Ends everything, the database last: what was under way is settled first. With an error, says it and exits with 1. */
function stop(error?: unknown): void {
  if (stopped.signal.aborted) return;
  stopped.abort();
  if (error !== undefined) {
    process.stderr.write(`${explainFailure(error)}\n`);
  }
  void (async () => {
    await Promise.allSettled([launching, ...servers.map((server) => server.stop())]);
    const closed = await closeDatabase().then(
      () => true,
      (thrown: unknown) => {
        process.stderr.write(`${explainFailure(thrown)}\n`);
        return false;
      },
    );
    process.exit(error === undefined && closed ? 0 : 1);
  })();
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop());
const launching = launch();
launching.catch(stop);
