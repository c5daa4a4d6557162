import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import type { ReservedSql, Sql } from '@weir/db/sql';
import { ensureRequestDays } from '@weir/db/request-days';
import { isDatabaseUnavailable } from '@weir/db/unavailable';
import { ANSWER_TIMEOUT_MS, answeredWithin } from '@weir/db/answered-within';
import type { Closing } from './closing.ts';
import type { Hold, HoldResult } from './hold.ts';
import { transact, type Batch, type Committed, type OpenHolds } from './transact.ts';
import { isRefused } from './write.ts';

/** Bounds the length of one transaction, and with it the time for which its accounts are locked. */
const BATCH_MAX = 200;

/** Between two tries while the database is away. */
const RETRY_MS = 100;

/** A deadlock with somebody who does not keep the order of locks, or a serialisation failure. */
const CLASH = /^(40P01|40001)$/;
/** Of what somebody else was in the way of. */
const TRIES_MAX = 5;

/** There is no partition for a row (as an insert says it), or none of that name (as an update does). */
const DAY_MISSING = /^(23514|42P01)$/;

/** One transaction at a time: what comes while it runs waits, and goes together in the next. */
export interface Lane {
  /** Holds and closings that wait for their transaction. */
  readonly waiting: number;
  /** @throws when the database is away: the caller is told to come back. */
  hold(hold: Hold): Promise<HoldResult>;
  /**
   * Waits for the database for as long as it is away.
   * @returns whether it was this that closed the request; else nothing was changed, unless by an earlier try whose
   * answer was lost.
   */
  close(closing: Closing): Promise<boolean>;
  /** Commits what waits, once; what the database does not take then is given up. */
  stop(): Promise<void>;
}

interface Waiting<T, R> {
  readonly item: T;
  readonly resolve: (result: R) => void;
  readonly reject: (reason: unknown) => void;
}

interface Work {
  readonly closings: readonly Waiting<Closing, boolean>[];
  readonly holds: readonly Waiting<Hold, HoldResult>[];
}

export function lane(sql: Sql): Lane {
  const waiting = { closings: [] as Waiting<Closing, boolean>[], holds: [] as Waiting<Hold, HoldResult>[] };
  const open: OpenHolds = new Map();
  const stopping = new AbortController();
  let working: Promise<void> | undefined;

  const work = async (): Promise<void> => {
    // What comes in this turn of the event loop goes together.
    await nextTurn();
    while (waiting.closings.length + waiting.holds.length > 0) {
      const postponed: Waiting<Closing, boolean>[] = [];
      const answerClosings = await attempt(
        { closings: waiting.closings.splice(0, BATCH_MAX), holds: waiting.holds.splice(0, BATCH_MAX) },
        postponed,
      );
      // A hold that was granted may be closed in this turn, and goes with the next batch; who has closed is answered
      // while the database is at work on that.
      const turn = nextTurn();
      setImmediate(answerClosings);
      await turn;
      if (postponed.length === 0) continue;
      waiting.closings.unshift(...postponed);
      await delay(RETRY_MS, undefined, { signal: stopping.signal }).catch(() => {});
    }
    working = undefined;
  };

  /**
   * Settles every promise of the batch, but for those of `postponed`, and of the closings that were committed.
   * @returns what settles these
   */
  const attempt = async (
    { closings, holds }: Work,
    postponed: Waiting<Closing, boolean>[],
  ): Promise<() => void> => {
    try {
      const { closed, results } = await commit(sql, open, {
        closings: closings.map(({ item }) => item),
        holds: holds.map(({ item }) => item),
      });
      for (const [i, { resolve, reject }] of holds.entries()) {
        const result = results[i];
        if (result) resolve(result);
        else reject(new Error('a hold without a result'));
      }
      return () => {
        for (const { item, resolve } of closings) resolve(closed.has(item));
      };
    } catch (error) {
      if (isDatabaseUnavailable(error)) {
        for (const { reject } of holds) reject(error);
        if (stopping.signal.aborted) for (const { reject } of closings) reject(error);
        else postponed.push(...closings);
      } else if (closings.length + holds.length > 1) {
        // One that can't be written must not take its neighbours with it.
        for (const one of closings) (await attempt({ closings: [one], holds: [] }, postponed))();
        for (const one of holds) await attempt({ closings: [], holds: [one] }, postponed);
      } else {
        for (const { reject } of [...closings, ...holds]) reject(error);
      }
      return () => {};
    }
  };

  return {
    get waiting() {
      return waiting.closings.length + waiting.holds.length;
    },
    hold(item) {
      const { promise, resolve, reject } = Promise.withResolvers<HoldResult>();
      waiting.holds.push({ item, resolve, reject });
      working ??= work();
      return promise;
    },
    close(item) {
      const { promise, resolve, reject } = Promise.withResolvers<boolean>();
      waiting.closings.push({ item, resolve, reject });
      working ??= work();
      return promise;
    },
    async stop() {
      stopping.abort();
      await working;
    },
  };
}

async function commit(sql: Sql, open: OpenHolds, batch: Batch): Promise<Committed> {
  for (let tries = 1; ; tries++) {
    try {
      return await onceReserved(sql, (tx) => transact(tx, batch, open));
    } catch (error) {
      const code = (error as { code?: string }).code ?? '';
      // A key's limits are changed without its account's lock, also between a batch's judgement and its writing.
      const again = CLASH.test(code) || DAY_MISSING.test(code) || isRefused(error);
      if (tries === TRIES_MAX || !again) throw error;
      if (DAY_MISSING.test(code)) await ensureRequestDays(sql);
    }
  }
}

/** A connection that is there is had at once. */
const RESERVE_TIMEOUT_MS = 2_000;

/**
 * While a database refuses connections because it is starting or being restored, the driver goes on trying to connect
 * for as long as it lasts; this does not.
 */
async function onceReserved<T>(sql: Sql, work: (tx: ReservedSql) => Promise<T>): Promise<T> {
  const reserving = sql.reserve();
  let tx: ReservedSql;
  try {
    tx = await answeredWithin(RESERVE_TIMEOUT_MS, reserving);
  } catch (error) {
    reserving.then(
      (late) => late.release(),
      () => {},
    );
    throw error;
  }
  const working = work(tx).finally(() => tx.release());
  return answeredWithin(ANSWER_TIMEOUT_MS, working);
}
