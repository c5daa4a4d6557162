import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apiKeyHint, hashSecret, newApiKey } from '@weir/core/api-key';
import { newId } from '@weir/core/ids';
import type { Database } from '@weir/db/connect';
import { accounts, apiKeys } from '@weir/db/schema';
import { createTestDatabase } from '@weir/db/testing';
import { credit, verify } from '@weir/ledger';
import { expect, inject, it } from 'vitest';
import { freePorts, serverProcess } from './server-process.ts';
import { SECRET_KEY } from './settings.ts';
import { addVendor } from './vendor.ts';

const REPETITIONS = 50;
const CALLERS = 64;
const AFFORDED = 10;

/** A prompt is free, and the reply is as long as its limit: each call costs exactly what is held for it. */
const OUTPUT_TOKENS = 4;
const NANO_USD_PER_TOKEN = 1_000n;
const COST_NANO_USD = BigInt(OUTPUT_TOKENS) * NANO_USD_PER_TOKEN;
const MODEL = 'sandbox/story';

it(
  `${CALLERS} callers of two relays on a balance for ${AFFORDED}: ${AFFORDED} are served and the others refused, every time of ${REPETITIONS}`,
  { timeout: 180_000 },
  async () => {
    await using database = await createTestDatabase(inject('clusterUrl'));
    await using servers = await startServers(database);
    for (let repetition = 1; repetition <= REPETITIONS; repetition++) {
      const { accountId, key } = await createCaller(database, BigInt(AFFORDED) * COST_NANO_USD);
      const replies = await Promise.all(
        Array.from({ length: CALLERS }, (_, i) =>
          call(servers.relayUrls[i % 2] ?? '', key, { stream: i % 4 < 2 }),
        ),
      );
      const counts = Object.fromEntries(
        [...Map.groupBy(replies, (reply) => reply)].map(([reply, same]) => [reply, same.length]),
      );
      expect(counts, `repetition ${repetition}`).toEqual({
        '200 complete': AFFORDED,
        '402 insufficient_credit': CALLERS - AFFORDED,
      });
      const [stored] = await database.sql`
        select balance_nano_usd as balance, held_nano_usd as held, running from accounts where id = ${accountId}`;
      // It only went down, call by call, and came to nothing: so it was never below.
      expect(stored).toEqual({ balance: 0n, held: 0n, running: 0 });
    }
    expect(await verify(database)).toMatchObject({ ok: true, accounts: REPETITIONS });
  },
);

/** The simulated vendor, and two relays: one that asks first, one that calls the vendor meanwhile whenever it may. */
async function startServers(database: Database) {
  const dir = await mkdtemp(join(tmpdir(), 'weir-race-'));
  await using started = new AsyncDisposableStack();
  started.defer(() => rm(dir, { recursive: true, force: true }));
  const [vendorPort = 0, ...relayPorts] = await freePorts(3);
  const vendorUrl = `http://127.0.0.1:${vendorPort}`;
  await addVendor(database, {
    vendorUrl,
    models: [MODEL],
    price: { inputNanoUsdPerMtok: 0n, outputNanoUsdPerMtok: NANO_USD_PER_TOKEN * 1_000_000n },
    outputTokensMax: 100,
  });
  const start = (name: string, file: string, readyUrl: string, env: Record<string, string>) =>
    started.use(
      serverProcess({
        file,
        readyUrl,
        env: { LOG_LEVEL: 'warn', ...env },
        logPath: join(dir, `${name}.log`),
        compileCacheDir: join(dir, 'compile-cache'),
      }),
    );
  const servers = [
    start('vendor', 'apps/sandbox/src/main.ts', `${vendorUrl}/healthz`, { SANDBOX_PORT: String(vendorPort) }),
    ...relayPorts.map((port, i) =>
      start(`relay-${i}`, 'apps/relay/src/main.ts', `http://127.0.0.1:${port}/readyz`, {
        RELAY_PORT: String(port),
        DATABASE_URL: database.url,
        WEIR_SECRET_KEY: SECRET_KEY,
        WEIR_DATA_DIR: dir,
        WEIR_UPSTREAM_PRIVATE_HOSTS: `127.0.0.1:${vendorPort}`,
        WEIR_HOLD_FIRST_BELOW: i === 0 ? '10' : '1',
      }),
    ),
  ];
  await Promise.all(servers.map((server) => server.ready()));
  const running = started.move();
  return {
    relayUrls: relayPorts.map((port) => `http://127.0.0.1:${port}`),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

async function createCaller(database: Database, balanceNanoUsd: bigint) {
  const [accountId, key] = [newId('account'), newApiKey()];
  await database.db.insert(accounts).values({ id: accountId });
  await credit(database, { accountId, kind: 'grant', amountNanoUsd: balanceNanoUsd, ref: accountId });
  const hint = { name: 'race', hash: hashSecret(key), ...apiKeyHint(key) };
  await database.db.insert(apiKeys).values({ id: newId('key'), accountId, ...hint });
  return { accountId, key };
}

/** @returns the status, and whether the reply was whole or which error it was. */
async function call(relayUrl: string, key: string, { stream }: { stream: boolean }): Promise<string> {
  const response = await fetch(`${relayUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      model: MODEL,
      max_tokens: OUTPUT_TOKENS,
      stream,
      messages: [{ role: 'user', content: 'Tell me of it.' }],
    }),
  });
  const text = await response.text();
  if (response.ok && stream) return `200 ${text.endsWith('data: [DONE]\n\n') ? 'complete' : 'cut'}`;
  const json = JSON.parse(text) as { error?: { code: string }; usage?: { completion_tokens: number } };
  const whole = json.usage?.completion_tokens === OUTPUT_TOKENS;
  return `${response.status} ${json.error?.code ?? (whole ? 'complete' : 'cut')}`;
}
