import type { SecretBox } from '@weir/core/secret-box';
import { ANSWER_TIMEOUT_MS, answeredWithin } from '@weir/db/answered-within';
import type { SqlDatabase } from '@weir/db/sql';
import type { Logger } from 'pino';
import type { SeenRouteStats } from './route-stats.ts';
import { loadRoutingTable, type RoutingTable } from './routing-table.ts';
import type { UpstreamHealth } from './upstream-health.ts';

/** The routing table as it is now. */
export interface LiveRouting {
  /** Undefined until it has been read for the first time. */
  readonly current: RoutingTable | undefined;
  /** Reads it again; calls that come while one is under way share the next. */
  reload(): Promise<void>;
}

/** Keeps the last good table when a reload fails: a database that is away must not take the models away. */
export function liveRouting(
  database: SqlDatabase,
  secrets: SecretBox,
  { health, stats, log }: { health: UpstreamHealth; stats: SeenRouteStats; log: Logger },
): LiveRouting {
  let current: RoutingTable | undefined;
  let running: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;

  const load = async (): Promise<void> => {
    next = undefined;
    const loading = loadRoutingTable(database, secrets, (channelId, problem) => {
      log.error({ channelId }, problem);
    });
    // One that is never answered must not keep the next from being tried.
    current = await answeredWithin(ANSWER_TIMEOUT_MS, loading);
    health.keepOnly(current);
    stats.keepOnly(routeIdsOf(current));
  };

  return {
    get current() {
      return current;
    },
    reload() {
      next ??= running.then(load, load);
      running = next;
      return next;
    },
  };
}

function routeIdsOf(table: RoutingTable): ReadonlySet<string> {
  return new Set([...table.values()].flatMap(({ routes }) => routes.map(({ routeId }) => routeId)));
}
