import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { newId } from '@weir/core/ids';
import { openDatabase } from '@weir/db/open';
import { freePort } from '../../../apps/api/src/testing/free-port.ts';
import { clickHouseMissing, startClickHouse } from '../../../apps/api/src/testing/start-clickhouse.ts';
import type { StandInVendor } from '../../../apps/relay/src/testing/stand-in-vendor.ts';
import { freshSettings, launch, readFirstStart, removeData, weir } from '../start-product.ts';
import { CONVERSATIONS } from './conversations.ts';
import { VENDOR_MODELS } from './vendor-replies.ts';

/** Below which path each dialect is spoken. */
const DIALECTS: Readonly<Record<string, string>> = {
  'openai-chat': '/v1',
  'openai-responses': '/v1',
  'anthropic-messages': '/v1',
  'google-gemini': '/v1beta',
};

export const CLIENT_DIALECTS = Object.keys(CONVERSATIONS);
export const VENDOR_DIALECTS = Object.keys(DIALECTS);

/** The sandbox’s models: what becomes of a call there. */
export const SANDBOX_MODELS = ['echo', 'no-usage', 'cut', 'error-500', 'garbage', 'stall'] as const;

const QUOTED = 'WEIR_TEST_QUOTED';

/** A model that is served by a vendor of this name and nobody else. */
export const modelOf = (vendor: string, name: string, client: string): string =>
  `${vendor}/${name}/${client}`;

/**
 * The whole product with everything logged, temporary files in a folder of their own, and a model for each dialect of a
 * client, dialect of a vendor, and thing that a vendor may do. `named` is the name of a vendor that answers. At SIGUSR2 each
 * server dies of an error that quotes `quoted`.
 */
export async function startScene(vendor: StandInVendor, named: string, quoted: string) {
  const tempDir = await mkdtemp(join(tmpdir(), 'weir-temp-'));
  const metricsPort = await freePort();
  const clickhouse = clickHouseMissing() ? undefined : await startClickHouse();
  const preload = join(tempDir, 'preload.mjs');
  await writeFile(preload, `process.on('SIGUSR2', () => JSON.parse('[' + process.env.${QUOTED}));`);
  const settings = {
    ...(await freshSettings()),
    LOG_LEVEL: 'trace',
    TMPDIR: tempDir,
    NODE_OPTIONS: `--import=${pathToFileURL(preload).href}`,
    [QUOTED]: quoted,
    WEIR_METRICS_PORT: String(metricsPort),
    WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host,
    ...(clickhouse && { CLICKHOUSE_URL: clickhouse.url }),
    // So that a reply that stalls ends by itself as well.
    WEIR_UPSTREAM_FIRST_BYTE_TIMEOUT_MS: '3000',
    WEIR_UPSTREAM_IDLE_TIMEOUT_MS: '3000',
  };
  const launcher = launch(settings);
  await launcher.printed('Ctrl-C stops it');
  const firstStart = await readFirstStart(settings.WEIR_DATA_DIR);
  const sandbox = `http://127.0.0.1:${(settings as Record<string, string>)['SANDBOX_PORT']}`;
  const models: NewModel[] = [];
  for (const [dialect, path] of Object.entries(DIALECTS)) {
    const places = [
      {
        channelId: await addChannel(settings, 'sandbox', dialect, sandbox + path),
        names: SANDBOX_MODELS,
        of: 'sandbox/',
      },
      {
        channelId: await addChannel(settings, 'other', dialect, `http://${vendor.host}${path}`),
        names: VENDOR_MODELS,
      },
    ];
    // One for each dialect of clients: a vendor that failed others too often would be left alone, and hear nothing.
    for (const { channelId, names, of = '' } of places) {
      for (const client of CLIENT_DIALECTS) {
        for (const name of names) {
          models.push({ id: modelOf(dialect, name, client), channelId, upstreamModel: of + name });
        }
      }
    }
  }
  const namedChannelId = await addChannel(settings, named, 'openai-chat', vendor.baseUrl);
  models.push({ id: 'named', channelId: namedChannelId, upstreamModel: 'answers' });
  await addModels(settings, models);

  return {
    settings,
    launcher,
    firstStart,
    tempDir,
    clickhouse,
    database: () => open(settings),
    metrics: async () => (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text(),
    environmentOf: async (file: string) => (await processOf(settings, file)).environment,
    signal: async (file: string, signal: NodeJS.Signals) =>
      process.kill((await processOf(settings, file)).pid, signal),
    async [Symbol.asyncDispose]() {
      if (launcher.child.exitCode === null && launcher.child.signalCode === null) await launcher.stop();
      await clickhouse?.[Symbol.asyncDispose]();
      await removeData(settings.WEIR_DATA_DIR);
      await rm(tempDir, { recursive: true, force: true });
    },
  };
}

type Settings = Awaited<ReturnType<typeof freshSettings>>;

interface NewModel {
  readonly id: string;
  readonly channelId: string;
  readonly upstreamModel: string;
}

function open(settings: Settings) {
  return openDatabase(settings, { applicationName: 'weir test', connectionsMax: 1 });
}

async function addChannel(settings: Settings, of: string, dialect: string, baseUrl: string): Promise<string> {
  const options = ['--vendor', of, '--dialect', dialect, '--base-url', baseUrl, '--secret', 's'];
  const { json, stderr } = await weir(settings, 'channel', 'add', ...options);
  if (json === undefined) throw new Error(stderr);
  return (json as { channelId: string }).channelId;
}

/** Not by the command line, which would take a minute for all of them. */
async function addModels(settings: Settings, added: readonly NewModel[]): Promise<void> {
  const opened = await open(settings);
  const { sql } = opened;
  for (const { id, channelId, upstreamModel } of added) {
    const routeId = newId('route');
    await sql`insert into models (id) values (${id})`;
    await sql`
      insert into routes (id, model_id, channel_id, upstream_model)
      values (${routeId}, ${id}, ${channelId}, ${upstreamModel})`;
    await sql`
      insert into prices (id, route_id, input_nano_usd_per_mtok, output_nano_usd_per_mtok)
      values (${newId('price')}, ${routeId}, 1000000000, 2000000000)`;
  }
  await opened.close();
}

/** Of the product’s own servers. */
async function processOf(settings: Settings, file: string): Promise<{ pid: number; environment: string }> {
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const [command, environment = ''] = await Promise.all(
      ['cmdline', 'environ'].map((what) => readFile(`/proc/${name}/${what}`, 'utf8').catch(() => '')),
    );
    if (command?.includes(file) && environment.includes(settings.WEIR_DATA_DIR)) {
      return { pid: Number(name), environment };
    }
  }
  throw new Error(`${file} does not run`);
}
