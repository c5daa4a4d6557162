import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { ensureRequestDays } from '@weir/db/request-days';
import { isDatabaseUnavailable } from '@weir/db/unavailable';
import type { Closing, Opening } from './closing.ts';
import { NotSent, type Connections } from './connections.ts';
import type { Hold, HoldResult } from './hold.ts';
import { transact, type Batch, type Committed, type Remembered } from './transact.ts';
import { isRefused } from './write.ts';

/** Bounds the length of one transaction, and with it the time for which its accounts are locked. */
const BATCH_MAX = 200;

/**
 * How long a hold that nobody waits for may rest: what is over by then is written once instead of twice. A vendor that
 * begins its reply sooner has its first byte wait for the rest of it.
 */
const REST_MS = 5;

/** Between two tries while the database is away. */
const RETRY_MS = 100;

/** A deadlock with somebody who does not keep the order of locks, or a serialisation failure. */
const CLASH = /^(40P01|40001)$/;
/** Of what somebody else was in the way of. */
const TRIES_MAX = 5;

/** There is no partition for a row (as an insert says it), or none of that name (as an update does). */
const DAY_MISSING = /^(23514|42P01)$/;

const isDuplicate = (error: unknown) => (error as { code?: string }).code === '23505';

interface Waiting<T, R> {
  readonly item: T;
  readonly resolve: (result: R) => void;
  readonly reject: (reason: unknown) => void;
}

interface WaitingHold extends Waiting<Hold, HoldResult> {
  /** By the clock of `performance.now()`; undefined once it waits for its transaction. */
  restsUntilMs: number | undefined;
  /** Came while the hold was under way. */
  closing: Waiting<Closing, boolean> | undefined;
  /** Whether it was sent with its closing, the last time; one that came after that has to wait. */
  together: boolean;
  /** It was sent together with its closing, and no answer came: both may be written, and the call charged. */
  unanswered: boolean;
}

interface Work {
  readonly closings: Waiting<Closing, boolean>[];
  readonly holds: WaitingHold[];
}

const isEmpty = ({ closings, holds }: Work) => closings.length + holds.length === 0;

/** One transaction at a time: what comes while it runs waits, and goes together in the next. */
export class Lane {
  readonly #connections: Connections;
  readonly #waiting: Work = { closings: [], holds: [] };
  /** In the order in which they came; those that do not rest any more may stand among them. */
  readonly #resting: WaitingHold[] = [];
  #nextRouse: NodeJS.Timeout | undefined;
  /**
   * Holds that rest, wait or have been sent, by request. Each in an object of its own that is emptied at the end: the tables that
   * a map has outgrown keep their entries until the next full collection, and so would keep the hold and its call.
   */
  readonly #underWay = new Map<string, { hold: WaitingHold | undefined }>();
  readonly #remembered: Remembered = { open: new Map(), minute: undefined };
  readonly #stopping = new AbortController();
  #working: Promise<void> | undefined;
  /** As the last try went. */
  #databaseIsAway = false;

  constructor(connections: Connections) {
    this.#connections = connections;
  }

  /** Holds and closings that wait for their transaction. */
  get waiting(): number {
    const resting = this.#resting.filter(({ restsUntilMs }) => restsUntilMs !== undefined);
    return this.#waiting.closings.length + this.#waiting.holds.length + resting.length;
  }

  /** Holds that rest, wait or have been sent. */
  get holdsUnderWay(): number {
    return this.#underWay.size;
  }

  /**
   * @param when `soon`: nobody waits for it yet, so it rests until its closing comes, or for `REST_MS`
   * @throws when the database is away: the caller is told to come back.
   */
  hold(item: Hold, when: 'now' | 'soon'): Promise<HoldResult> {
    const { promise, resolve, reject } = Promise.withResolvers<HoldResult>();
    const hold: WaitingHold = {
      item,
      resolve,
      reject,
      restsUntilMs: when === 'soon' ? performance.now() + REST_MS : undefined,
      closing: undefined,
      together: false,
      unanswered: false,
    };
    this.#underWay.set(item.requestId, { hold });
    if (hold.restsUntilMs === undefined) this.#send(hold);
    else {
      this.#resting.push(hold);
      this.#nextRouse ??= setTimeout(this.#rouse, REST_MS);
    }
    return promise;
  }

  /**
   * Waits for the database for as long as it is away. It may come while its hold is still under way: one that has not
   * been sent yet goes with it, and they are written as one; any other is waited for. Where the hold can't be written,
   * neither can this.
   * @returns whether it was this that closed the request; else nothing was changed, unless by an earlier try whose
   * answer was lost.
   */
  close(item: Closing): Promise<boolean> {
    const { promise, resolve, reject } = Promise.withResolvers<boolean>();
    const closing = { item, resolve, reject };
    const hold = this.#underWay.get(item.requestId)?.hold;
    if (hold && !hold.closing) {
      hold.closing = closing;
      if (hold.restsUntilMs !== undefined) this.#send(hold);
    } else {
      this.#waiting.closings.push(closing);
      this.#working ??= this.#work();
    }
    return promise;
  }

  /** Commits what waits, once; what the database does not take then is given up. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#rouse();
    await this.#working;
  }

  #send(hold: WaitingHold): void {
    hold.restsUntilMs = undefined;
    this.#waiting.holds.push(hold);
    this.#working ??= this.#work();
  }

  /** Sends the holds that have rested for long enough; when the lane stops, all of them. */
  readonly #rouse = (): void => {
    clearTimeout(this.#nextRouse);
    const nowMs = this.#stopping.signal.aborted ? Infinity : performance.now();
    const stillResting = this.#resting.findIndex(({ restsUntilMs = 0 }) => restsUntilMs > nowMs);
    const rested = this.#resting.splice(0, stillResting === -1 ? this.#resting.length : stillResting);
    for (const hold of rested) if (hold.restsUntilMs !== undefined) this.#send(hold);
    const untilMs = this.#resting[0]?.restsUntilMs;
    this.#nextRouse = untilMs === undefined ? undefined : setTimeout(this.#rouse, Math.ceil(untilMs - nowMs));
  };

  async #work(): Promise<void> {
    // What comes in this turn of the event loop goes together.
    await nextTurn();
    while (!isEmpty(this.#waiting)) {
      const postponed: Work = { closings: [], holds: [] };
      const { closings, holds } = this.#waiting;
      const answerClosings = await this.#attempt(
        { closings: closings.splice(0, BATCH_MAX), holds: holds.splice(0, BATCH_MAX) },
        postponed,
      );
      // A hold that was granted may be closed in this turn, and goes with the next batch; who has closed is answered
      // while the database is at work on that.
      const turn = nextTurn();
      setImmediate(answerClosings);
      await turn;
      if (isEmpty(postponed)) continue;
      closings.unshift(...postponed.closings);
      holds.unshift(...postponed.holds);
      await delay(RETRY_MS, undefined, { signal: this.#stopping.signal }).catch(() => {});
    }
    this.#working = undefined;
  }

  /**
   * Settles every promise of the batch, but for those of `postponed`, and of the closings that were committed.
   * @returns what settles these
   */
  async #attempt({ closings, holds }: Work, postponed: Work): Promise<() => void> {
    // While the database is away nothing new is begun with it: a hold that fails then takes its closing with it.
    for (const hold of holds) {
      hold.together = hold.closing !== undefined && (hold.unanswered || !this.#databaseIsAway);
    }
    try {
      const { closed, results } = await commit(this.#connections, this.#remembered, {
        closings: closings.map(({ item }) => item),
        openings: holds.map(asOpening),
      });
      this.#databaseIsAway = false;
      for (const [i, hold] of holds.entries()) {
        const result = results[i];
        if (result) this.#answer(hold, result);
        else this.#refuse(hold, new Error('a hold without a result'));
      }
      return () => {
        for (const { item, resolve } of closings) resolve(closed.has(item));
        for (const { closing, together } of holds) if (together) closing?.resolve(closed.has(closing.item));
      };
    } catch (error) {
      if (isDatabaseUnavailable(error)) {
        this.#databaseIsAway = true;
        this.#postpone({ closings, holds }, postponed, error);
      } else if (closings.length + holds.length > 1) {
        // One that can't be written must not take its neighbours with it.
        for (const one of closings) (await this.#attempt({ closings: [one], holds: [] }, postponed))();
        for (const one of holds) (await this.#attempt({ closings: [], holds: [one] }, postponed))();
      } else {
        for (const { reject } of closings) reject(error);
        for (const hold of holds) this.#refuse(hold, error);
      }
      return () => {};
    }
  }

  #takeOut({ requestId }: Hold): void {
    const entry = this.#underWay.get(requestId);
    if (entry) entry.hold = undefined;
    this.#underWay.delete(requestId);
  }

  #answer(hold: WaitingHold, result: HoldResult): void {
    this.#takeOut(hold.item);
    hold.resolve(result);
    if (!hold.closing) return;
    // Nothing was closed with a hold that was refused; but there may be another request of its id, which is held.
    hold.together &&= result.granted;
    if (!hold.together) this.#waiting.closings.push(hold.closing);
  }

  /** Closings wait for the database, as does a call that may have been charged; any other hold is refused at once. */
  #postpone({ closings, holds }: Work, postponed: Work, error: unknown): void {
    const { aborted } = this.#stopping.signal;
    if (aborted) for (const { reject } of closings) reject(error);
    else postponed.closings.push(...closings);
    const reached = !(error instanceof NotSent);
    for (const hold of holds) {
      hold.unanswered ||= hold.together && reached;
      if (hold.unanswered && !aborted) {
        postponed.holds.push(hold);
        continue;
      }
      this.#refuse(hold, error);
      if (reached && !aborted) postponed.closings.push(release(hold.item));
    }
  }

  /** It can't be written, nor can its closing; but that may be meant for another request of this id. */
  #refuse(hold: WaitingHold, error: unknown): void {
    this.#takeOut(hold.item);
    hold.reject(error);
    if (!hold.closing) return;
    if (isDuplicate(error)) this.#waiting.closings.push(hold.closing);
    else hold.closing.reject(error);
  }
}

function asOpening({ item, closing, together, unanswered }: WaitingHold): Opening {
  return { hold: item, closing: together ? closing?.item : undefined, unanswered };
}

/** Nobody knows whether the hold was written: if it was, it need not wait until it expires. */
function release({ accountId, keyId, requestId }: Hold): Waiting<Closing, boolean> {
  const item: Closing = {
    accountId,
    keyId,
    requestId,
    state: 'voided',
    chargeNanoUsd: 0n,
    outcome: 'service_unavailable',
    latencyMs: 0,
  };
  return { item, resolve: () => {}, reject: () => {} };
}

async function commit(connections: Connections, remembered: Remembered, batch: Batch): Promise<Committed> {
  for (let tries = 1; ; tries++) {
    try {
      return await connections.reserved((tx) => transact(tx, batch, remembered));
    } catch (error) {
      const code = (error as { code?: string }).code ?? '';
      // A key's limits are changed without its account's lock, also between a batch's judgement and its writing.
      const again = CLASH.test(code) || DAY_MISSING.test(code) || isRefused(error);
      if (tries === TRIES_MAX || !again) throw error;
      if (DAY_MISSING.test(code)) await connections.query((sql) => ensureRequestDays(sql));
    }
  }
}
