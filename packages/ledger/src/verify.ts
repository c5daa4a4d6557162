import type { Database } from '@weir/db/connect';
import {
  accountFigures,
  beginComparing,
  FIGURES_JSON,
  figuresOf,
  IS_KEY_MISMATCH,
  IS_MISMATCH,
  KEY_FIGURES_JSON,
  keyMismatch,
  type AccountFigures,
  type FiguresJson,
  type KeyFiguresJson,
  type KeyMismatch,
} from './account-figures.ts';

/** An account whose figures are not all what they have to be. */
export type Mismatch = AccountFigures;

export interface Verification {
  ok: boolean;
  /** How many accounts were checked. */
  accounts: number;
  /** How many keys were checked. */
  keys: number;
  /** The accounts that do not add up, by id; at most 1,000 of them. */
  mismatches: Mismatch[];
  /** How many accounts do not add up. */
  mismatchCount: number;
  /** The keys whose counters are wrong, by id; at most 1,000 of them. */
  keyMismatches: KeyMismatch[];
  keyMismatchCount: number;
}

const LISTED_MAX = 1_000;

/**
 * Everything is grouped and joined by hashing, in one pass over each table; the planner, which can't know how few groups
 * come of so many rows, would rather sort them, or loop. Hash tables beyond the bound spill to disk, whatever the number
 * of accounts.
 */
const SESSION = `
set local work_mem = '64MB';
set local hash_mem_multiplier = 2;
set local enable_sort = off;
set local enable_nestloop = off;
set local enable_mergejoin = off;
set local max_parallel_workers_per_gather = 2;
set local jit = off`;

/** One scan of the requests serves both lists. */
const VERIFY = `
with ${figuresOf('all')}, account_mismatches as (
  select *, count(*) over () as total from figures where ${IS_MISMATCH} order by id limit ${LISTED_MAX}
), key_mismatches as (
  select *, count(*) over () as total from key_figures where ${IS_KEY_MISMATCH} order by key_id limit ${LISTED_MAX}
)
select
  (select count(*)::int from accounts) as accounts,
  (select count(*)::int from key_spend) as keys,
  (select coalesce(max(total), 0)::int from account_mismatches) as mismatch_count,
  (select coalesce(json_agg(${FIGURES_JSON} order by id), '[]') from account_mismatches) as mismatches,
  (select coalesce(max(total), 0)::int from key_mismatches) as key_mismatch_count,
  (select coalesce(json_agg(${KEY_FIGURES_JSON} order by key_id), '[]') from key_mismatches) as key_mismatches`;

interface Found {
  accounts: number;
  keys: number;
  mismatch_count: number;
  mismatches: FiguresJson[];
  key_mismatch_count: number;
  key_mismatches: KeyFiguresJson[];
}

/**
 * Checks every account and every key in one snapshot: `balance = Σ entries − Σ charges`, `held` and `running` are those
 * of the open holds, and the roll-ups of the open days have their requests' charges. Reads every request that is kept;
 * only what does not add up comes back. Nobody waits for it but the closing of a day.
 */
export async function verify({ sql }: Pick<Database, 'sql'>): Promise<Verification> {
  const found = await sql.begin('isolation level repeatable read read only', async (snapshot) => {
    await snapshot.unsafe(SESSION);
    const { firstDay } = await beginComparing(snapshot);
    const [row] = await snapshot.unsafe<Found[]>(VERIFY, [firstDay]);
    return row;
  });
  if (!found) throw new Error('an aggregate without a row');
  return {
    ok: found.mismatch_count === 0 && found.key_mismatch_count === 0,
    accounts: found.accounts,
    keys: found.keys,
    mismatches: found.mismatches.map(accountFigures),
    mismatchCount: found.mismatch_count,
    keyMismatches: found.key_mismatches.map(keyMismatch),
    keyMismatchCount: found.key_mismatch_count,
  };
}
