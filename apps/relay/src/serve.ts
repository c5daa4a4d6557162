import { secretBox } from '@weir/core/secret-box';
import { answeredWithin } from '@weir/db/answered-within';
import { openSql } from '@weir/db/open-sql';
import type { SqlDatabase } from '@weir/db/sql';
import { openLedger } from '@weir/ledger';
import { loadSecretKey } from '@weir/settings/secret-key';
import { pino, type Logger } from 'pino';
import { openCaptures } from './capture/open-captures.ts';
import { callerDirectory } from './callers/caller-directory.ts';
import { knownBalances } from './callers/known-balances.ts';
import type { Config } from './config.ts';
import { followChanges } from './database-changes.ts';
import { runningCalls } from './http/running-calls.ts';
import { startMetrics } from './metrics/start-metrics.ts';
import { liveRouting } from './routing/live-routing.ts';
import { SeenRouteStats } from './routing/route-stats.ts';
import { UpstreamHealth } from './routing/upstream-health.ts';
import { writeSights } from './routing/write-sights.ts';
import { buildServer } from './server.ts';
import { tokenCounter } from './tokens/token-counter.ts';
import { upstreamClient } from './upstream/upstream-client.ts';

export interface Relay {
  readonly url: string;
  /** Where its metrics are read, if anywhere. */
  readonly metricsUrl: string | undefined;
  /** Takes no new calls, finishes or ends the running ones, settles all of them, and lets go of everything. */
  stop(): Promise<void>;
}

/** Starts one relay. It listens at once, and is ready as soon as the database is. */
export async function serve(
  config: Config,
  log: Logger = pino({ level: config.LOG_LEVEL, name: 'relay' }),
): Promise<Relay> {
  const database = await openSql(config, {
    applicationName: 'weir relay',
    connectionsMax: config.WEIR_DATABASE_CONNECTIONS_MAX,
  });
  const ledger = openLedger(database.url, {
    applicationName: 'weir relay ledger',
    lanes: config.WEIR_LEDGER_LANES,
  });
  const callers = callerDirectory(database, {
    unknownKeysPerMinuteMax: config.WEIR_UNKNOWN_KEYS_PER_MINUTE_MAX,
  });
  const health = new UpstreamHealth();
  const stats = new SeenRouteStats();
  const routing = liveRouting(database, secretBox(loadSecretKey(config)), { health, stats, log });
  const running = runningCalls();
  const captures = config.brand.debugCapture.allowed ? openCaptures(database.url, config, log) : undefined;
  const metrics = await startMetrics({ routing, health, ledger }, config);
  const tokens = tokenCounter();
  const promptTokens = tokenCounter();
  const upstream = upstreamClient({
    connectTimeoutMs: config.WEIR_UPSTREAM_CONNECT_TIMEOUT_MS,
    privateHosts: config.WEIR_UPSTREAM_PRIVATE_HOSTS,
  });
  const server = await buildServer({
    ledger,
    balances: knownBalances(),
    callers,
    captures,
    routing,
    routeSort: config.WEIR_ROUTE_SORT === 'priority' ? undefined : config.WEIR_ROUTE_SORT,
    upstream,
    health,
    stats,
    metrics: metrics.calls,
    tokens,
    promptTokens,
    running,
    log,
    ...callSettings(config),
    ...arrivalSettings(config),
    notesSourceIp: config.brand.logging.sourceIp,
    apiUrl: config.WEIR_API_URL,
    isReady: async () => routing.current !== undefined && (await answers(database)),
  });
  const changes = await followChanges(database.url, { callers, running, routing, log });
  const sights = writeSights(database, { routing, health, log });
  const url = await server.listen({ port: config.RELAY_PORT, host: config.WEIR_LISTEN_HOST });
  return {
    url,
    metricsUrl: metrics.url,
    async stop() {
      // Calls that are over wait for a database that is away; the relay can't wait for ever.
      const giveUp = setTimeout(
        () => void ledger.stop(),
        config.WEIR_DRAIN_TIMEOUT_MS + config.WEIR_SETTLE_GRACE_MS,
      );
      await running.drain(config.WEIR_DRAIN_TIMEOUT_MS);
      clearTimeout(giveUp);
      // Nothing is running any more; what is still open is a request that has not arrived, or a reply nobody takes.
      const cutOff = setTimeout(() => server.server.closeAllConnections(), CLOSE_GRACE_MS);
      await server.close();
      clearTimeout(cutOff);
      await upstream.close();
      await captures?.stop();
      await Promise.all([tokens.stop(), promptTokens.stop()]);
      await changes.stop();
      await sights.stop();
      await metrics.stop();
      await ledger.stop();
      await database.close();
    },
  };
}

/** What is taken in, and from whom. */
function arrivalSettings(config: Config) {
  return {
    arrival: { headersMs: config.WEIR_HEADERS_TIMEOUT_MS, requestMs: config.WEIR_UPLOAD_TIMEOUT_MS },
    isHttps: config.WEIR_PUBLIC_RELAY_URL?.startsWith('https:') ?? false,
    refusesPlainHttp: config.NODE_ENV === 'production' && config.WEIR_PLAIN_HTTP === 'refused',
    trustedProxies: config.WEIR_TRUSTED_PROXIES,
  };
}

/** What calls take from the settings. */
function callSettings(config: Config) {
  return {
    fallbackMs: config.WEIR_FALLBACK_BUDGET_MS,
    hold: {
      outputTokensDefault: config.WEIR_OUTPUT_TOKENS_DEFAULT,
      ttlMs: config.WEIR_UPSTREAM_TOTAL_TIMEOUT_MS + config.WEIR_HOLD_GRACE_MS,
      balanceFactor: BigInt(config.WEIR_HOLD_FIRST_BELOW),
      deploymentRegion: config.WEIR_REGION,
    },
    timeouts: {
      firstByteMs: config.WEIR_UPSTREAM_FIRST_BYTE_TIMEOUT_MS,
      idleMs: config.WEIR_UPSTREAM_IDLE_TIMEOUT_MS,
      totalMs: config.WEIR_UPSTREAM_TOTAL_TIMEOUT_MS,
    },
    keepAlive: { firstMs: config.WEIR_KEEP_ALIVE_FIRST_MS, everyMs: config.WEIR_KEEP_ALIVE_EVERY_MS },
    replyBytesMax: config.WEIR_REPLY_BYTES_MAX,
    bodyBytesMax: config.WEIR_BODY_BYTES_MAX,
  };
}

const CLOSE_GRACE_MS = 500;
const READY_TIMEOUT_MS = 2_000;

async function answers({ sql }: SqlDatabase): Promise<boolean> {
  try {
    await answeredWithin(READY_TIMEOUT_MS, sql`select 1`);
    return true;
  } catch {
    return false;
  }
}
