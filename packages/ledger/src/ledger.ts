import { setTimeout as delay } from 'node:timers/promises';
import { WeirError } from '@weir/core/errors';
import { connectSql, type Sql } from '@weir/db/sql';
import { requestDayTable } from '@weir/db/request-days';
import { isDatabaseUnavailable } from '@weir/db/unavailable';
import { chargeLate } from './charge-late.ts';
import type { Closing } from './closing.ts';
import { Connections } from './connections.ts';
import type { Hold, HoldResult } from './hold.ts';
import { Lane } from './lane.ts';

/**
 * `closed`: what the closing says is what stands, be it by an earlier try. `late`: the hold had expired, and the charge
 * was entered in the journal. `not_held`: the request had been closed otherwise, or never was; nothing was changed.
 */
export type CloseResult = 'closed' | 'late' | 'not_held';

/** Holds and their closings, committed in groups. */
export interface Ledger {
  /** Holds and closings that wait for their transaction. */
  readonly waiting: number;
  /**
   * Reserves credit. Durable when it resolves.
   * @param when `soon`: nobody waits for it yet, so that its closing may come first, and both be written as one; for some
   * milliseconds at most. Default `now`.
   * @throws when the database is away, and {WeirError} `service_unavailable` when too many holds wait already.
   */
  hold(hold: Hold, when?: 'now' | 'soon'): Promise<HoldResult>;
  /** Closes a hold, once. Durable when it resolves; waits for a database that is away. */
  close(closing: Closing): Promise<CloseResult>;
  /** Commits what waits; what the database does not take at once is given up. */
  stop(): Promise<void>;
}

export interface LedgerOptions {
  applicationName: string;
  /** Transactions at a time. An account's calls all go through the same one. Default 1. */
  lanes?: number;
}

/**
 * Plans are made once, on tables that may be empty then, and are kept for when they have ten million rows. So one way is
 * left to join a batch with a table: a look-up in an index for each row of the batch.
 */
const SESSION = {
  enable_seqscan: 'off',
  enable_indexscan: 'off',
  enable_indexonlyscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  enable_material: 'off',
  enable_memoize: 'off',
  plan_cache_mode: 'force_generic_plan',
  jit: 'off',
  statement_timeout: '8s',
  idle_in_transaction_session_timeout: '8s',
};

/** In one lane: a relay that is this far behind serves nobody better by taking more. */
const HOLDS_WAITING_MAX = 10_000;

function overloaded(): WeirError {
  return new WeirError('service_unavailable', 'The gateway is overloaded. Try again in a moment.', {
    retryAfterSeconds: 1,
  });
}

const RETRY_MS = 100;

/** Opens the ledger with connections of its own. */
export function openLedger(url: string, { applicationName, lanes: count = 1 }: LedgerOptions): Ledger {
  const connections = new Connections(() =>
    connectSql(url, { applicationName, connectionsMax: count, session: SESSION }),
  );
  const lanes = Array.from({ length: count }, () => new Lane(connections));
  let stopped = false;

  const laneOf = (accountId: string) => {
    const found =
      lanes[
        (accountId.charCodeAt(accountId.length - 1) * 31 + accountId.charCodeAt(accountId.length - 2)) % count
      ];
    if (!found) throw new Error('a ledger without lanes');
    return found;
  };

  const askHowClosed = async (closing: Closing): Promise<CloseResult> => {
    for (;;) {
      try {
        return await connections.query((sql) => otherwiseClosed(sql, closing));
      } catch (error) {
        if (!isDatabaseUnavailable(error) || stopped) throw error;
        await delay(RETRY_MS);
      }
    }
  };

  return {
    get waiting() {
      return lanes.reduce((sum, one) => sum + one.waiting, 0);
    },

    hold(hold, when = 'now') {
      const lane = laneOf(hold.accountId);
      return lane.holdsUnderWay < HOLDS_WAITING_MAX ? lane.hold(hold, when) : Promise.reject(overloaded());
    },

    close(closing) {
      return laneOf(closing.accountId)
        .close(closing)
        .then((closed) => (closed ? 'closed' : askHowClosed(closing)));
    },

    async stop() {
      stopped = true;
      await Promise.all(lanes.map((one) => one.stop()));
      await connections.close();
    },
  };
}

/** What had become of a request that was not held any more. */
async function otherwiseClosed(sql: Sql, closing: Closing): Promise<CloseResult> {
  const { accountId, requestId, state, chargeNanoUsd } = closing;
  const [row] = await sql<{ state: string; charge: bigint }[]>`
    select state, charge_nano_usd as charge from ${sql(requestDayTable(requestId))}
    where account_id = ${accountId} and id = ${requestId}`;
  if (row?.state === state && row.charge === chargeNanoUsd) return 'closed';
  if (row?.state !== 'expired') return 'not_held';
  if (state === 'voided') return 'closed';
  await chargeLate(sql, closing);
  return 'late';
}
