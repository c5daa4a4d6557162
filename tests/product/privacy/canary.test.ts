import { randomBytes } from 'node:crypto';
import { readFile, readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { newId } from '@weir/core/ids';
import { openSql } from '@weir/db/open-sql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  answers,
  standInVendor,
  type StandInVendor,
} from '../../../apps/relay/src/testing/stand-in-vendor.ts';
import {
  freshSettings,
  launch,
  readFirstStart,
  removeData,
  weir,
  type FirstStart,
  type Launcher,
} from '../start-product.ts';
import { CONVERSATIONS, type Canaries } from './conversations.ts';
import { filesWith, tablesWith } from './find-word.ts';

/*
 * Words that nobody else would say go through every dialect, in calls that succeed, fail, are cut, are left and are killed. Nothing
 * that the product keeps has them afterwards.
 */

const VENDORS: Readonly<Record<string, string>> = {
  'openai-chat': '/v1',
  'openai-responses': '/v1',
  'anthropic-messages': '/v1',
  'google-gemini': '/v1beta',
};
/** What becomes of a call, by the sandbox's model. */
const MODELS = ['echo', 'no-usage', 'cut', 'error-500', 'garbage', 'stall'];
/** Of vendors that were not left alone for their failures. */
const STALLING = ['left', 'killed'];

const word = (): string => `Canary${randomBytes(12).toString('hex')}`;

const words: Canaries = {
  prompt: word(),
  system: word(),
  toolArguments: word(),
  toolResult: word(),
  file: Buffer.from(randomBytes(300)).toString('base64'),
};
const vendorsError = word();
/** Without padding, and short enough to lie on one page. */
const ALL = [...Object.values(words).map((one: string) => one.slice(0, 60)), vendorsError];
const planted = word();

let settings: Awaited<ReturnType<typeof freshSettings>>;
let launcher: Launcher;
let firstStart: FirstStart;
let vendor: StandInVendor;

beforeAll(async () => {
  vendor = await standInVendor(answers(400, { error: { message: `No: ${vendorsError}` } }));
  settings = await freshSettings();
  Object.assign(settings, {
    LOG_LEVEL: 'debug',
    WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host,
    // So that a reply that stalls ends by itself as well.
    WEIR_UPSTREAM_FIRST_BYTE_TIMEOUT_MS: '1000',
    WEIR_UPSTREAM_IDLE_TIMEOUT_MS: '1000',
  });
  launcher = launch(settings);
  await launcher.printed('Ctrl-C stops it');
  firstStart = await readFirstStart(settings.WEIR_DATA_DIR);
  const models = [];
  for (const [dialect, path] of Object.entries(VENDORS)) {
    const channelId = await addChannel(dialect, `http://127.0.0.1:${settings['SANDBOX_PORT']}${path}`);
    // One for each dialect of clients: a vendor that failed others too often would be left alone, and hear nothing.
    for (const client of Object.keys(CONVERSATIONS)) {
      for (const name of MODELS) {
        models.push({ id: `${dialect}/${name}/${client}`, channelId, upstreamModel: `sandbox/${name}` });
      }
    }
  }
  const channelId = await addChannel('openai-chat', vendor.baseUrl);
  const sandboxChannelId = models[0]?.channelId ?? '';
  models.push(
    ...STALLING.map((id) => ({ id, channelId: sandboxChannelId, upstreamModel: 'sandbox/stall' })),
    { id: 'refusing', channelId, upstreamModel: 'any' },
  );
  await addModels(models);
}, 300_000);

afterAll(async () => {
  if (launcher.child.exitCode === null && launcher.child.signalCode === null) await launcher.stop();
  await vendor[Symbol.asyncDispose]();
  await removeData(settings.WEIR_DATA_DIR);
});

async function addChannel(dialect: string, baseUrl: string): Promise<string> {
  const options = ['--vendor', 'sandbox', '--dialect', dialect, '--base-url', baseUrl, '--secret', 's'];
  const { json } = await weir(settings, 'channel', 'add', ...options);
  return (json as { channelId: string }).channelId;
}

/** Not by the command line, which would take a minute for all of them. */
async function addModels(models: readonly Readonly<Record<'id' | 'channelId' | 'upstreamModel', string>>[]) {
  const database = await open();
  for (const { id, channelId, upstreamModel } of models) {
    const routeId = newId('route');
    await database.sql`insert into models (id) values (${id})`;
    await database.sql`
      insert into routes (id, model_id, channel_id, upstream_model)
      values (${routeId}, ${id}, ${channelId}, ${upstreamModel})`;
    await database.sql`
      insert into prices (id, route_id, input_nano_usd_per_mtok, output_nano_usd_per_mtok)
      values (${newId('price')}, ${routeId}, 1000000000, 2000000000)`;
  }
  await database.close();
}

function open() {
  return openSql(
    { WEIR_DATA_DIR: settings.WEIR_DATA_DIR, DATABASE_URL: undefined },
    { applicationName: 'weir test', connectionsMax: 1 },
  );
}

interface Sent {
  readonly client: string;
  readonly model: string;
  readonly stream: boolean;
  readonly signal?: AbortSignal;
}

function send({ client, model, stream, signal }: Sent): Promise<Response> {
  const call = CONVERSATIONS[client]?.(model, words, stream);
  return fetch(firstStart.relayUrl + call?.path, {
    method: 'POST',
    headers: { authorization: `Bearer ${firstStart.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(call?.body),
    ...(signal && { signal }),
  });
}

/** However it ends. */
async function told(response: Response): Promise<string> {
  let text = '';
  try {
    const decoder = new TextDecoder();
    for await (const bytes of response.body ?? []) text += decoder.decode(bytes, { stream: true });
  } catch {
    // Cut.
  }
  return text;
}

const PAIRS = Object.keys(CONVERSATIONS).flatMap((client) =>
  Object.keys(VENDORS).flatMap((vendorDialect) =>
    [false, true].map((stream) => [client, vendorDialect, stream] as const),
  ),
);

it.each(PAIRS)('reach the vendor and come back: %s to %s, streamed: %s', async (client, dialect, stream) => {
  const response = await send({ client, model: `${dialect}/echo/${client}`, stream });
  expect(await told(response)).toContain(words.prompt);
  expect(response.status).toBe(200);
});

it.each(PAIRS)('go through calls that fail: %s to %s, streamed: %s', async (client, dialect, stream) => {
  const [, ...failing] = MODELS;
  const [withoutUsage] = await Promise.all(
    failing.map(async (name) => {
      const response = await send({ client, model: `${dialect}/${name}/${client}`, stream });
      expect(response.status).not.toBe(503);
      return told(response);
    }),
  );
  expect(withoutUsage).toContain(words.prompt);
});

it('go through calls that are refused by the vendor, are malformed, or left by their client', async () => {
  for (const client of Object.keys(CONVERSATIONS)) {
    expect(await told(await send({ client, model: 'refusing', stream: false }))).toContain(vendorsError);
    expect((await send({ client, model: words.prompt, stream: false })).status).toBe(404);
    const leaving = new AbortController();
    const left = await send({ client, model: 'left', stream: true, signal: leaving.signal });
    expect(left.status).toBe(200);
    leaving.abort();
    await told(left);
  }
  const malformed = await fetch(`${firstStart.relayUrl}/v1/chat/completions?${words.system}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${firstStart.apiKey}` },
    body: `{"messages": "${words.prompt}`,
  });
  expect(malformed.status).toBe(400);
});

it('are nowhere afterwards, while one that was put there is found everywhere', async () => {
  const created = await weir(settings, 'key', 'create', '--account', await accountId(), '--name', planted);
  expect(created).toMatchObject({ code: 0 });
  const database = await open();
  expect(await tablesWith([planted], database)).toContain('public.api_keys');
  expect(await tablesWith(ALL, database)).toEqual([]);
  await database.sql`checkpoint`;
  await database.close();

  // Killed in the middle of a reply.
  const running = await send({ client: 'openai-chat', model: 'killed', stream: true });
  expect(running.status).toBe(200);
  process.kill(await pidOf('apps/relay/src/main.ts'), 'SIGKILL');
  await told(running);
  await launcher.stop();

  expect(launcher.output()).toContain('"outcome":"ok"');
  for (const one of ALL) expect(launcher.output()).not.toContain(one);
  const dirs = [settings.WEIR_DATA_DIR, await realpath(join(settings.WEIR_DATA_DIR, 'postgres'))];
  expect(await filesWith([planted], ...dirs)).not.toEqual([]);
  expect(await filesWith(ALL, ...dirs)).toEqual([]);
});

async function accountId(): Promise<string> {
  const { json } = await weir(settings, 'account', 'create', '--email', 'canary@example.com');
  return (json as { accountId: string }).accountId;
}

/** Of the product's own servers. */
async function pidOf(file: string): Promise<number> {
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const [command, environment] = await Promise.all(
      ['cmdline', 'environ'].map((what) => readFile(`/proc/${name}/${what}`, 'utf8').catch(() => '')),
    );
    if (command?.includes(file) && environment?.includes(settings.WEIR_DATA_DIR)) return Number(name);
  }
  throw new Error(`${file} does not run`);
}
