import { newApiKey, apiKeyHint, hashSecret } from '@weir/core/api-key';
import { newId } from '@weir/core/ids';
import { secretBox } from '@weir/core/secret-box';
import { connect } from '@weir/db/connect';
import { accounts, apiKeys, channelKeys, channels, models, prices, requests, routes } from '@weir/db/schema';
import { createTestDatabase } from '@weir/db/testing';
import type { DialectName } from '@weir/dialects/dialect-name';
import { credit, verify } from '@weir/ledger';
import { eq } from 'drizzle-orm';
import { pino } from 'pino';
import { expect, inject, vi } from 'vitest';
import { readConfig } from '../config.ts';
import { serve } from '../serve.ts';

const WAIT = { timeout: 10_000, interval: 10 };
const SECRET_KEY = 'a secret key of at least 32 characters';

export type RequestRow = typeof requests.$inferSelect;

export interface ModelSpec {
  modelId?: string;
  baseUrl: string;
  vendor?: string;
  dialect?: DialectName;
  inputNanoUsdPerMtok?: bigint;
  outputNanoUsdPerMtok?: bigint;
  outputTokensMax?: number;
  contextTokensMax?: number;
  priority?: number;
  region?: string;
  inFlightMax?: number;
  /** The vendor's keys; `vendor-secret` unless said otherwise. */
  secrets?: readonly string[];
}

interface PostInit extends RequestInit {
  path?: string;
}

export type TestRelay = Awaited<ReturnType<typeof startTestRelay>>;

/** A relay with a database of its own; `settings` are environment variables. */
export async function startTestRelay(settings: Record<string, string> = {}) {
  const database = await createTestDatabase(inject('clusterUrl'));
  const logLines: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => logLines.push(line) });
  const config = readConfig({ DATABASE_URL: database.url, WEIR_SECRET_KEY: SECRET_KEY, ...settings });
  const relay = await serve({ ...config, RELAY_PORT: 0 }, log);
  const { db, sql } = database;

  /** An account with this balance, and a key to it. */
  const createCaller = async (
    balanceNanoUsd: bigint,
    settings: Partial<typeof apiKeys.$inferInsert> = {},
  ) => {
    const accountId = newId('account');
    const key = newApiKey();
    const keyId = newId('key');
    await db.insert(accounts).values({ id: accountId });
    await credit({ sql }, { accountId, kind: 'grant', amountNanoUsd: balanceNanoUsd, ref: accountId });
    await db
      .insert(apiKeys)
      .values({ id: keyId, accountId, name: 'test', hash: hashSecret(key), ...apiKeyHint(key), ...settings });
    return { accountId, key, keyId };
  };
  const probe = await createCaller(0n);

  /** How many ways to serve the model the relay knows. */
  const routesKnown = async (modelId: string): Promise<number> => {
    const response = await fetch(`${relay.url}/v1/models/${modelId}/endpoints`, {
      headers: { authorization: `Bearer ${probe.key}` },
    });
    const { data } = (await response.json()) as { data?: { endpoints: unknown[] } };
    return data?.endpoints.length ?? 0;
  };

  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopped ??= relay.stop());

  return {
    ...database,
    stop,
    withDatabaseClosed: (run: () => Promise<void>) =>
      withDatabaseClosed(inject('clusterUrl'), database.url, run),
    url: relay.url,
    metricsUrl: relay.metricsUrl,
    logLines,

    createCaller,
    /** A second relay on the same database, which knows the same models. */
    startAnother: () => serve({ ...config, RELAY_PORT: 0 }, log),
    /** A channel with a model on it; resolves when the relay knows that it serves it. */
    async addModel(spec: ModelSpec) {
      const {
        modelId = 'test/model',
        vendor = 'stand-in',
        inputNanoUsdPerMtok = 1_000_000n,
        outputNanoUsdPerMtok = 1_000_000n,
      } = spec;
      const [channelId, routeId] = [newId('channel'), newId('route')];
      const before = await routesKnown(modelId);
      await db.transaction(async (tx) => {
        await tx.insert(channels).values({
          id: channelId,
          vendor,
          dialect: spec.dialect ?? 'openai-chat',
          baseUrl: spec.baseUrl,
          region: spec.region,
          inFlightMax: spec.inFlightMax,
          priority: spec.priority ?? 0,
        });
        const addedAtMs = Date.now();
        for (const [i, secret] of (spec.secrets ?? ['vendor-secret']).entries()) {
          const sealedSecret = secretBox(SECRET_KEY).seal(secret, channelId);
          // Keys take turns in the order of their ids, which two of one millisecond have by chance.
          await tx
            .insert(channelKeys)
            .values({ id: newId('channelKey', addedAtMs + i), channelId, sealedSecret });
        }
        await tx
          .insert(models)
          .values({
            id: modelId,
            outputTokensMax: spec.outputTokensMax ?? null,
            contextTokensMax: spec.contextTokensMax ?? null,
          })
          .onConflictDoNothing();
        await tx.insert(routes).values({ id: routeId, modelId, channelId, upstreamModel: 'upstream-model' });
        await tx
          .insert(prices)
          .values({ id: newId('price'), routeId, inputNanoUsdPerMtok, outputNanoUsdPerMtok });
      });
      await vi.waitFor(async () => {
        if ((await routesKnown(modelId)) === before) throw new Error('the relay does not know the route yet');
      }, WAIT);
      return { channelId, modelId };
    },

    post(key: string, body: unknown, { path = '/v1/chat/completions', ...init }: PostInit = {}) {
      return fetch(`${relay.url}${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: typeof body === 'string' ? body : JSON.stringify(body),
        ...init,
      });
    },

    async money(accountId: string) {
      const [row] = await db.select().from(accounts).where(eq(accounts.id, accountId));
      return { balance: row?.balanceNanoUsd, held: row?.heldNanoUsd };
    },

    /** The rows of all requests, oldest first. */
    rows: (): Promise<RequestRow[]> => db.select().from(requests).orderBy(requests.id),

    /** The only row, once it has left `held`. */
    closedRow: (): Promise<RequestRow> =>
      vi.waitFor(async () => {
        const [row, ...others] = await db.select().from(requests);
        if (!row || row.state === 'held' || others.length > 0)
          throw new Error('not exactly one closed request');
        return row;
      }, WAIT),

    async [Symbol.asyncDispose]() {
      await stop();
      expect(await verify(database)).toMatchObject({ ok: true });
      await database[Symbol.asyncDispose]();
    },
  };
}

/** Runs while nobody can connect to this database, and all who were connected have been cut off. */
async function withDatabaseClosed(clusterUrl: string, url: string, run: () => Promise<void>): Promise<void> {
  const name = new URL(url).pathname.slice(1);
  const admin = connect(clusterUrl, { applicationName: 'weir test', connectionsMax: 1 });
  try {
    await admin.sql`alter database ${admin.sql(name)} allow_connections false`;
    await admin.sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name}`;
    await run();
  } finally {
    await admin.sql`alter database ${admin.sql(name)} allow_connections true`;
    await admin.close();
  }
}
