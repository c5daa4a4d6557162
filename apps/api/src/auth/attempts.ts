import { WeirError } from '@weir/core/errors';
import type { KeyedHash } from '@weir/core/keyed-hash';
import type { Sql } from '@weir/db/connect';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { addressGroup } from '@weir/settings/address-group';

const MINUTE_SECONDS = 60;
const HOUR_SECONDS = 60 * MINUTE_SECONDS;
const DAY_SECONDS = 24 * HOUR_SECONDS;

/** How long the first delay is; each further one of a day takes twice as long, up to the longest. */
const DELAY_FIRST_SECONDS = 30;
const DELAY_SECONDS_MAX = 15 * MINUTE_SECONDS;

/** What may be tried how often before there are delays: what a person in a hurry needs, and a guesser can't use. */
const LIMITS = {
  /** One address at one account: a stranger's guesses elsewhere keep nobody out of their own account. */
  sign_in: { points: 5, duration: 15 * MINUTE_SECONDS },
  /** All addresses at one account. */
  sign_in_account: { points: 50, duration: HOUR_SECONDS },
  /** One address at all accounts. */
  sign_in_address: { points: 60, duration: 15 * MINUTE_SECONDS },
  /** The present password, by somebody who is signed in. */
  password: { points: 5, duration: 15 * MINUTE_SECONDS },
  /** Codes and links, which have limits of their own besides. */
  proof_address: { points: 60, duration: 15 * MINUTE_SECONDS },
  /** Mail to one address. */
  mail: { points: 5, duration: HOUR_SECONDS },
  mail_address: { points: 30, duration: HOUR_SECONDS },
  /** Tests that a person has posted to their webhook. */
  webhook_test: { points: 10, duration: HOUR_SECONDS },
} as const;

export type AttemptKind = keyof typeof LIMITS;

export interface Attempts {
  /**
   * Counts an attempt before it is made, so that many at once are no more than many one after another.
   * @throws {WeirError} `rate_limited`, with the seconds to wait.
   */
  count(kind: AttemptKind, subject: string): Promise<void>;
  /** Forgets what was counted, delays too. */
  forget(kind: AttemptKind, subject: string): Promise<void>;
  /** @returns whether this is the first time within a day. */
  isFirstToday(purpose: string, subject: string): Promise<boolean>;
}

/** Counts attempts in the database, for all servers together, under keyed hashes of whom they are by or at. */
export function postgresAttempts(sql: Sql, keyedHash: KeyedHash): Attempts {
  const limiter = (points: number, duration: number) =>
    new RateLimiterPostgres({
      storeClient: libraryClient(sql),
      storeType: 'client',
      tableName: 'attempt_limits',
      tableCreated: true,
      keyPrefix: '',
      clearExpiredByTimeout: false,
      points,
      duration,
    });
  const tries = Object.fromEntries(
    Object.entries(LIMITS).map(([kind, { points, duration }]) => [kind, limiter(points, duration)]),
  ) as Record<AttemptKind, RateLimiterPostgres>;
  const daily = limiter(1, DAY_SECONDS);
  const keyOf = (use: string, subject: string) => keyedHash(`attempts ${use}`, subject);

  return {
    async count(kind, subject) {
      const key = keyOf(kind, subject);
      const refused = await refusalOf(tries[kind].consume(key));
      if (!refused) return;
      let waitMs = refused.msBeforeNext;
      // The first beyond what is allowed sets the delay; those that come during it do not lengthen it.
      if (refused.consumedPoints === LIMITS[kind].points + 1) {
        const { consumedPoints: delays } = await daily.penalty(keyOf(`delays ${kind}`, subject));
        const delaySeconds = Math.min(DELAY_FIRST_SECONDS * 2 ** (delays - 1), DELAY_SECONDS_MAX);
        await tries[kind].block(key, delaySeconds);
        waitMs = delaySeconds * 1000;
      }
      const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1000));
      throw new WeirError('rate_limited', `Too many attempts. Try again in ${retryAfterSeconds} seconds.`, {
        retryAfterSeconds,
      });
    },
    async forget(kind, subject) {
      await tries[kind].delete(keyOf(kind, subject));
      await daily.delete(keyOf(`delays ${kind}`, subject));
    },
    async isFirstToday(purpose, subject) {
      return (await refusalOf(daily.consume(keyOf(purpose, subject)))) === undefined;
    },
  };
}

/** Who tries something from one address, at one account. */
export function pairOf(address: string, account: string): string {
  return `${addressGroup(address)} ${account}`;
}

async function refusalOf(counting: Promise<RateLimiterRes>): Promise<RateLimiterRes | undefined> {
  try {
    await counting;
    return undefined;
  } catch (thrown) {
    if (thrown instanceof RateLimiterRes) return thrown;
    throw thrown;
  }
}

/** The library speaks to the `pg` driver; this is what it needs of it. */
function libraryClient(sql: Sql) {
  return {
    async query({ text, values }: { text: string; values: (string | number | null)[] }) {
      const rows = await sql.unsafe<{ points?: number; expire?: bigint | null }[]>(text, values);
      const plain = rows.map((row) => ({ ...row, ...(row.expire && { expire: Number(row.expire) }) }));
      return { rows: plain, rowCount: rows.count };
    },
  };
}
