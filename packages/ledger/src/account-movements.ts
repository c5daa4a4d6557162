import { WeirError } from '@weir/core/errors';
import type { Database } from '@weir/db/connect';
import type { entryKind } from '@weir/db/schema';
import { beginComparing } from './account-figures.ts';

/** `charges`: all requests of one day of UTC. */
export type MovementKind = Exclude<(typeof entryKind.enumValues)[number], 'day_close'> | 'charges';

/** One movement of a balance, and what the balance came to with it. */
export interface Movement {
  kind: MovementKind;
  /** ISO 8601. Charges stand at the end of their day; today's at the moment of reading. */
  at: string;
  /** `YYYY-MM-DD` of UTC. */
  day: string;
  /** The entry that it is; of a day that is not closed there is none yet. */
  entryId: string | null;
  /** What caused it; null for charges. */
  ref: string | null;
  /** Positive adds to the balance. */
  amountNanoUsd: bigint;
  balanceNanoUsd: bigint;
}

/** `opening + Σ movements = closing`; where the period reaches the present day, `closing` is the balance. */
export interface AccountMovements {
  accountId: string;
  /** Oldest first. */
  movements: Movement[];
  openingNanoUsd: bigint;
  closingNanoUsd: bigint;
  /** The account's balance at this moment. */
  balanceNanoUsd: bigint;
  /** Whether all movements there ever were come to the balance. */
  ok: boolean;
}

/** Days of UTC, both included; left out, the period has no such end. */
export interface MovementsPeriod {
  fromDay?: string | undefined;
  toDay?: string | undefined;
}

/** What one statement may have: some megabytes of text. A day has one for its charges, and each entry is one. */
export const MOVEMENTS_MAX = 20_000;

/**
 * A request belongs to the day of its partition, as it does when the day is closed. A closed day's entry is made weeks
 * later, and says of which day it is.
 */
const MOVEMENTS = `
with charged as (
  select to_date(right(tableoid::regclass::text, 8), 'YYYYMMDD') as day, null as entry_id,
         -sum(charge_nano_usd) as amount
  from requests where account_id = $1 group by tableoid having sum(charge_nano_usd) <> 0
  union all
  select split_part(ref, ':', 2)::date, id, amount_nano_usd
  from entries where account_id = $1 and kind = 'day_close'
), moved as (
  select 'charges' as kind, day, entry_id, null as ref, amount,
         least(now(), (day + 1)::timestamp at time zone 'UTC' - interval '1 microsecond') as at
  from charged
  union all
  select kind::text, (created_at at time zone 'UTC')::date, id, ref, amount_nano_usd, created_at
  from entries where account_id = $1 and kind <> 'day_close'
), summed as (
  select *, sum(amount) over (order by at, kind, entry_id rows unbounded preceding) as balance from moved
), period as (
  select * from summed
  where ($2::text is null or day >= $2::text::date) and ($3::text is null or day <= $3::text::date)
  order by at, kind, entry_id limit ${MOVEMENTS_MAX + 1}
)
select balance_nano_usd::text as balance,
  coalesce((select sum(amount) from moved), 0)::text as moved,
  coalesce((select sum(amount) from moved where day < $2::text::date), 0)::text as opening,
  coalesce((select sum(amount) from moved where $3::text is null or day <= $3::text::date), 0)::text as closing,
  (select coalesce(json_agg(json_build_object(
    'kind', kind, 'at', at, 'day', day, 'entryId', entry_id, 'ref', ref, 'amount', amount::text,
    'balance', balance::text) order by at, kind, entry_id), '[]') from period) as movements
from accounts where id = $1`;

interface Found {
  balance: string;
  moved: string;
  opening: string;
  closing: string;
  movements: (Pick<Movement, 'kind' | 'at' | 'day' | 'entryId' | 'ref'> & {
    amount: string;
    balance: string;
  })[];
}

/**
 * What moved an account's balance, each movement with what the balance was after it. All of it is read at one moment;
 * reads the account's requests.
 * @throws {WeirError} `not_found`; `invalid_request` when a period has more than `MOVEMENTS_MAX` of them.
 */
export async function readMovements(
  { sql }: Pick<Database, 'sql'>,
  accountId: string,
  { fromDay, toDay }: MovementsPeriod = {},
): Promise<AccountMovements> {
  const found = await sql.begin('isolation level repeatable read read only', async (snapshot) => {
    await beginComparing(snapshot);
    const [row] = await snapshot.unsafe<Found[]>(MOVEMENTS, [accountId, fromDay ?? null, toDay ?? null]);
    return row;
  });
  if (!found) throw new WeirError('not_found', `There is no account ${accountId}.`, { param: 'accountId' });
  if (found.movements.length > MOVEMENTS_MAX) {
    throw new WeirError(
      'invalid_request',
      `There are more than ${MOVEMENTS_MAX} movements in this period. Ask for a shorter one.`,
      { param: 'fromDay' },
    );
  }
  return {
    accountId,
    movements: found.movements.map(({ amount, balance, at, ...movement }) => ({
      ...movement,
      at: new Date(at).toISOString(),
      amountNanoUsd: BigInt(amount),
      balanceNanoUsd: BigInt(balance),
    })),
    openingNanoUsd: BigInt(found.opening),
    closingNanoUsd: BigInt(found.closing),
    balanceNanoUsd: BigInt(found.balance),
    ok: found.moved === found.balance,
  };
}
