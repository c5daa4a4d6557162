import { randomBytes } from 'node:crypto';
import { once, EventEmitter } from 'node:events';
import { realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { queueNotice } from '../../../apps/api/src/notices/queue-notice.ts';
import { newClient, sessionTokenOf } from '../../../apps/api/src/testing/start-test-api.ts';
import { skipWithoutClickHouse } from '../../../apps/api/src/testing/start-clickhouse.ts';
import { unzipExport } from '../../../apps/api/src/testing/unzip-export.ts';
import { standInVendor, type StandInVendor } from '../../../apps/relay/src/testing/stand-in-vendor.ts';
import { root } from '../start-product.ts';
import { CONVERSATIONS, type Canaries, type HttpCall } from './conversations.ts';
import { ageRequests } from './age-requests.ts';
import { filesWith, newFilesWith, tablesWith } from './find-word.ts';
import { otherCalls } from './other-routes.ts';
import { CLIENT_DIALECTS, modelOf, SANDBOX_MODELS, startScene, VENDOR_DIALECTS } from './scene.ts';
import { vendorOf, type VendorWords } from './vendor-replies.ts';

/*
 * Words that nobody else would say go through every dialect, in calls that succeed, fail, are cut, are left and are killed. Nothing
 * that the product keeps has them afterwards, while a word that was put in each of these places is found there.
 */

const SERVERS = ['apps/relay/src/main.ts', 'apps/api/src/main.ts', 'apps/web/server.ts'];

/** Shorter than what is taken for a vendor's own key or id. */
const word = (): string => `canary-${randomBytes(10).toString('hex')}`;

const words: Canaries = {
  prompt: word(),
  system: word(),
  toolArguments: word(),
  toolResult: word(),
  file: Buffer.from(randomBytes(300)).toString('base64'),
};
const said: VendorWords = {
  completion: word(),
  calledArguments: word(),
  refusal: word(),
  failure: word(),
};
/** In the message of an error that nobody catches. */
const quoted = word();
/** Without padding, and short enough to lie on one page. */
const ALL = [...Object.values(words), ...Object.values(said), quoted].map((one: string) => one.slice(0, 60));
const planted = word();
const begun = new Date();

let vendor: StandInVendor;
let scene: Awaited<ReturnType<typeof startScene>>;
const heard = new EventEmitter().setMaxListeners(100);

beforeAll(async () => {
  vendor = await standInVendor(vendorOf(said, (model) => heard.emit(model)));
  scene = await startScene(vendor, planted, quoted);
}, 300_000);

afterAll(async () => {
  await scene[Symbol.asyncDispose]();
  await vendor[Symbol.asyncDispose]();
});

function post({ path, body }: HttpCall, signal?: AbortSignal): Promise<Response> {
  return fetch(scene.firstStart.relayUrl + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${scene.firstStart.apiKey}`, 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...(signal && { signal }),
  });
}

function converse(client: string, model: string, stream: boolean, signal?: AbortSignal): Promise<Response> {
  const write = CONVERSATIONS[client];
  if (!write) throw new Error(`there is no conversation of ${client}`);
  return post(write(model, words, stream), signal);
}

/** However it ends. */
async function told(response: Response, until?: string): Promise<string> {
  let text = '';
  try {
    const decoder = new TextDecoder();
    for await (const bytes of response.body ?? []) {
      text += decoder.decode(bytes, { stream: true });
      if (until !== undefined && text.includes(until)) break;
    }
  } catch {
    // Cut.
  }
  return text;
}

const PAIRS = CLIENT_DIALECTS.flatMap((client) =>
  VENDOR_DIALECTS.flatMap((dialect) => [false, true].map((stream) => [client, dialect, stream] as const)),
);

describe('words that are sent and answered', () => {
  it.each(PAIRS)(
    'reach the vendor and come back: %s to %s, streamed: %s',
    async (client, dialect, stream) => {
      const echoed = await converse(client, modelOf(dialect, 'echo', client), stream);
      expect(await told(echoed)).toContain(words.prompt);
      const callsBefore = vendor.calls.length;
      const answered = await told(await converse(client, modelOf(dialect, 'answers', client), stream));
      expect(answered).toContain(said.completion);
      expect(answered).toContain(said.calledArguments);
      const sent = JSON.stringify(vendor.calls.slice(callsBefore));
      for (const one of Object.values(words)) expect(sent).toContain(one);
    },
  );

  it.each(PAIRS)('go through calls that fail: %s to %s, streamed: %s', async (client, dialect, stream) => {
    const call = async (name: string) => {
      const response = await converse(client, modelOf(dialect, name, client), stream);
      expect(response.status).not.toBe(503);
      return told(response);
    };
    expect(await call('refuses')).toContain(said.refusal);
    const callsBefore = vendor.calls.length;
    for (const name of ['fails', 'breaks']) await call(name);
    expect(vendor.calls).toHaveLength(callsBefore + 2);
    for (const name of SANDBOX_MODELS) if (name !== 'stall' && name !== 'echo') await call(name);
  });

  it('go through calls whose vendor falls silent', async () => {
    const outcomes = await Promise.all(
      PAIRS.map(async ([client, dialect, stream]) =>
        told(await converse(client, modelOf(dialect, 'stall', client), stream)),
      ),
    );
    expect(outcomes.filter((text) => /timeout|took too long|silent|DEADLINE/i.test(text))).toHaveLength(
      PAIRS.length,
    );
  });

  it.each(PAIRS)(
    'go through calls that are left: %s to %s, streamed: %s',
    async (client, dialect, stream) => {
      const leaving = new AbortController();
      const arrived = once(heard, 'waits');
      const running = converse(client, modelOf(dialect, 'waits', client), stream, leaving.signal);
      await arrived;
      const opening = stream ? await told(await running, said.completion) : '';
      leaving.abort();
      const left = stream ? opening : await running.then(told, String);
      expect(left).toContain(stream ? said.completion : 'aborted');
    },
  );

  it('go through the other routes, and calls that can’t be read', async () => {
    for (const call of otherCalls(modelOf('openai-chat', 'echo', 'openai-chat'), words)) {
      expect([call.path, (await post(call)).status]).toEqual([call.path, 200]);
    }
    for (const client of CLIENT_DIALECTS) {
      expect((await converse(client, words.prompt, false)).status).toBe(404);
    }
    const path = `/v1/chat/completions?${words.system}`;
    expect((await post({ path, body: `{"messages": "${words.prompt}` })).status).toBe(400);
    expect((await post({ path: `/v1/${words.prompt}`, body: {} })).status).toBe(404);
  });
});

describe('afterwards', () => {
  beforeAll(async () => {
    // A word that is no content, in every place that is searched.
    const messages = [{ role: 'user', content: 'Hi' }];
    await told(await post({ path: '/v1/chat/completions', body: { model: 'named', messages } }));
    await writeFile(join(scene.tempDir, 'planted'), planted);
  });

  it('the database, the measures and the logs have none of them', async () => {
    const database = await scene.database();
    const { sql } = database;
    expect(await tablesWith([planted], { sql })).toEqual(
      expect.arrayContaining(['public.channels', expect.stringMatching(/^public\.requests_/)]),
    );
    expect(await tablesWith(ALL, { sql })).toEqual([]);
    await sql`checkpoint`;
    await database.close();

    const metrics = await scene.metrics();
    expect(metrics).toContain(planted);
    const log = scene.launcher.output();
    expect(log).toMatch(new RegExp(`"vendor":"${planted}".*"outcome":"ok"`));
    for (const one of ALL) {
      expect(metrics).not.toContain(one);
      expect(log).not.toContain(one);
    }
  });

  it('no mail, no export and nothing that the staff can look at has them', { timeout: 120_000 }, async () => {
    const { apiUrl, adminEmail, adminPassword } = scene.firstStart;
    const signedIn = await newClient(apiUrl, undefined).auth.signIn.mutate({
      email: adminEmail,
      password: adminPassword,
    });
    const owner = newClient(apiUrl, sessionTokenOf(signedIn));
    const { userId, accountId } = await owner.auth.me.query();
    const database = await scene.database();
    await queueNotice(database.db, { userId, notice: 'passkey_added', data: { name: planted } });
    await database.close();
    const outbox = async () => {
      const { items: mails } = await owner.admin.outbox.list.query();
      return JSON.stringify(await Promise.all(mails.map((mail) => owner.admin.outbox.read.mutate(mail))));
    };
    await expect.poll(outbox, { timeout: 90_000 }).toContain(planted);

    const { items } = await owner.usage.list.query({ limit: 100 });
    const usage = await Promise.all(items.map(({ requestId }) => owner.usage.get.query({ requestId })));
    const own = await owner.leaving.export.mutate();
    const lawful = await owner.admin.legal.export.mutate({ accountId, reference: '7 O 12/26' });
    const shown = {
      mails: await outbox(),
      usage,
      export: await unzipExport(apiUrl, own.ticket),
      lawfulExport: await unzipExport(apiUrl, lawful.ticket),
      channels: await owner.admin.channels.list.query(),
    };
    for (const [place, what] of Object.entries(shown)) {
      expect([place, JSON.stringify(what)]).toEqual([place, expect.stringContaining(planted)]);
    }
    const others = [
      await owner.admin.accounts.list.query({}),
      await owner.admin.accounts.get.query({ accountId }),
      await owner.admin.audit.list.query({}),
      await owner.account.movements.query(),
    ];
    const all = JSON.stringify([shown, others]);
    for (const one of ALL) expect(all).not.toContain(one);
  });

  it('a server that dies of an error tells of it without them', { timeout: 120_000 }, async () => {
    for (const [index, server] of SERVERS.entries()) {
      await scene.signal(server, 'SIGUSR2');
      const told = () => scene.launcher.output().split('Nobody caught an error.').length - 1;
      const startedAgain = () => scene.launcher.output().split('it is started again').length - 1;
      await expect.poll(told, { timeout: 20_000 }).toBe(index + 1);
      await expect.poll(startedAgain, { timeout: 20_000 }).toBe(index + 1);
    }
    const { relayUrl } = scene.firstStart;
    const isReady = () =>
      fetch(`${relayUrl}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      );
    await expect.poll(isReady, { timeout: 60_000 }).toBe(true);
    for (const one of ALL) expect(scene.launcher.output()).not.toContain(one);
  });

  it('the archive has none of them', { timeout: 120_000 }, async (context) => {
    skipWithoutClickHouse(context);
    const { clickhouse } = scene;
    if (!clickhouse) throw new Error('there is no archive');
    const database = await scene.database();
    const aged = await ageRequests(database.sql);
    await database.close();
    // Whenever it starts, the api closes the days that are over.
    await scene.signal('apps/api/src/main.ts', 'SIGUSR2');
    const archived = () => clickhouse.query('select * from requests final').catch(() => []);
    await expect.poll(async () => (await archived()).length, { timeout: 90_000 }).toBe(aged);
    expect(aged).toBeGreaterThan(PAIRS.length);

    const rows = JSON.stringify(await archived());
    expect(rows).toContain(planted);
    for (const one of ALL) expect(rows).not.toContain(one);
    expect(await filesWith([planted], clickhouse.dataDir)).not.toEqual([]);
    expect(await filesWith(ALL, clickhouse.dataDir)).toEqual([]);
  });

  it('no file has them, though the relay was killed in the middle of a call of each kind', async () => {
    for (const server of SERVERS) {
      expect(await scene.environmentOf(server)).toContain(`TMPDIR=${scene.tempDir}`);
    }
    let waiting = 0;
    const allWait = Promise.withResolvers<void>();
    heard.on('waits', () => ++waiting === PAIRS.length && allWait.resolve());
    const running = PAIRS.map(async ([client, dialect, stream]) => {
      const response = await converse(client, modelOf(dialect, 'waits', client), stream);
      return told(response);
    });
    await allWait.promise;
    await scene.signal('apps/relay/src/main.ts', 'SIGKILL');
    await Promise.allSettled(running);
    await scene.launcher.stop();

    const log = scene.launcher.output();
    for (const one of ALL) expect(log).not.toContain(one);
    const { WEIR_DATA_DIR } = scene.settings;
    const dirs = [WEIR_DATA_DIR, await realpath(join(WEIR_DATA_DIR, 'postgres')), scene.tempDir];
    for (const dir of dirs) expect([dir, await filesWith([planted], dir)]).not.toEqual([dir, []]);
    expect(await filesWith(ALL, ...dirs)).toEqual([]);

    // What would not keep to its own folder for temporary files.
    const shared = [root, '/tmp', '/var/tmp', '/dev/shm'];
    expect(await newFilesWith([planted], begun, ...shared, scene.tempDir)).not.toEqual([]);
    expect(await newFilesWith(ALL, begun, ...shared)).toEqual([]);
  });
});
