import { join } from 'node:path';
import type { ServerProcess, ServerSpec } from './server-process.ts';
import { freePorts, serverProcess } from './server-process.ts';
import { mortalPostgres, type MortalPostgres } from './mortal-postgres.ts';
import { HOLD_GRACE_MS, IDLE_TIMEOUT_MS, SECRET_KEY, TOTAL_TIMEOUT_MS } from './settings.ts';

/** Whose death is provoked. */
export type Victim = 'relay 1' | 'relay 2' | 'api' | 'postgres';

/** The processes of one run. */
export interface Scene extends AsyncDisposable {
  readonly databaseUrl: string;
  readonly relayUrls: readonly string[];
  /** Resolves when calls can be made. */
  relaysReady(): Promise<void>;
  /** Resolves when all of them can serve. */
  ready(): Promise<void>;
  /** SIGKILL; whoever it is comes back by itself. */
  kill(victim: Victim): void;
  /** Ends the relays and the api as a service manager does, which leaves nothing undone. */
  stopServers(): Promise<void>;
}

export interface SceneOptions {
  /** Where Postgres has its files; the logs go there too. */
  readonly dir: string;
  readonly vendorUrl: string;
  readonly compileCacheDir: string;
}

/** Starts a relay twice, the api once, and Postgres on the files in `dir`. */
export async function startScene({ dir, vendorUrl, compileCacheDir }: SceneOptions): Promise<Scene> {
  await using started = new AsyncDisposableStack();
  const postgres: MortalPostgres = started.use(await mortalPostgres(dir));
  const [firstPort = 0, secondPort = 0, apiPort = 0] = await freePorts(3);
  const start = (name: string, spec: Pick<ServerSpec, 'file' | 'env'>, port: number): ServerProcess =>
    started.use(
      serverProcess({
        file: spec.file,
        env: {
          DATABASE_URL: postgres.url,
          WEIR_SECRET_KEY: SECRET_KEY,
          WEIR_DATA_DIR: dir,
          LOG_LEVEL: 'warn',
          API_PORT: String(apiPort),
          ...spec.env,
        },
        readyUrl: `http://127.0.0.1:${port}/readyz`,
        logPath: join(dir, `${name}.log`),
        compileCacheDir,
      }),
    );
  const relay = (name: string, port: number, env: Readonly<Record<string, string>>): ServerProcess =>
    start(
      name,
      { file: 'apps/relay/src/main.ts', env: { ...RELAY, ...env, RELAY_PORT: String(port) } },
      port,
    );
  const vendor = { WEIR_UPSTREAM_PRIVATE_HOSTS: new URL(vendorUrl).host };
  const servers = {
    'relay 1': relay('relay-1', firstPort, vendor),
    // The other one calls the vendor before the hold is written as often as it can, and commits in several lanes.
    'relay 2': relay('relay-2', secondPort, {
      ...vendor,
      WEIR_HOLD_FIRST_BELOW: '1',
      WEIR_LEDGER_LANES: '2',
    }),
    api: start('api', { file: 'apps/api/src/main.ts', env: {} }, apiPort),
  };
  const all = Object.values(servers);
  const processes = started.move();

  return {
    databaseUrl: postgres.url,
    relayUrls: [firstPort, secondPort].map((port) => `http://127.0.0.1:${port}`),
    async relaysReady() {
      await Promise.all([servers['relay 1'].ready(), servers['relay 2'].ready()]);
    },
    async ready() {
      await postgres.ready();
      await Promise.all(all.map((server) => server.ready()));
    },
    kill(victim) {
      if (victim === 'postgres') postgres.kill();
      else servers[victim].kill();
    },
    async stopServers() {
      await Promise.all(all.map((server) => server.stop()));
    },
    [Symbol.asyncDispose]: () => processes.disposeAsync(),
  };
}

const RELAY = {
  WEIR_UPSTREAM_TOTAL_TIMEOUT_MS: String(TOTAL_TIMEOUT_MS),
  WEIR_UPSTREAM_IDLE_TIMEOUT_MS: String(IDLE_TIMEOUT_MS),
  WEIR_HOLD_GRACE_MS: String(HOLD_GRACE_MS),
};
