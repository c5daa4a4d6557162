import { WeirError } from '@weir/core/errors';
import type { Database } from '@weir/db/connect';
import type { entryKind } from '@weir/db/schema';
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

type EntryKind = (typeof entryKind.enumValues)[number];

/** An account's figures, and what they come from: `balance = Σ entries − closed days' charges − open days' charges`. */
export interface AccountVerification extends AccountFigures {
  /** Whether everything recorded of the account and of its keys is what it has to be. */
  ok: boolean;
  /** What moved the balance beside the requests, by kind. */
  entries: { kind: Exclude<EntryKind, 'day_close'>; count: number; sumNanoUsd: bigint }[];
  /** The days whose requests are kept. */
  openDays: { firstDay: string; chargesNanoUsd: bigint };
  /** The days whose requests were dropped; of each the sum of their charges is kept. */
  closedDays: { count: number; chargesNanoUsd: bigint };
  /** The keys whose counters are wrong, by id; at most 1,000 of them. */
  keyMismatches: KeyMismatch[];
}

const LISTED_MAX = 1_000;

const VERIFY_ACCOUNT = `
with ${figuresOf('one')}, by_kind as (
  select kind, count(*)::int as count, sum(amount_nano_usd)::text as sum
  from entries where account_id = $2 group by kind order by kind
), key_mismatches as (
  select * from key_figures where ${IS_KEY_MISMATCH} order by key_id limit ${LISTED_MAX}
)
select
  ${FIGURES_JSON} as figures, charged::text as charged, not ${IS_MISMATCH} as ok,
  (select coalesce(json_agg(by_kind), '[]') from by_kind) as kinds,
  (select coalesce(json_agg(${KEY_FIGURES_JSON} order by key_id), '[]') from key_mismatches) as key_mismatches
from figures`;

interface Found {
  figures: FiguresJson;
  /** Σ charges of the open days. */
  charged: string;
  ok: boolean;
  kinds: { kind: EntryKind; count: number; sum: string }[];
  key_mismatches: KeyFiguresJson[];
}

/**
 * What `verify` checks, for one account, and the figures that its balance comes from. Reads the account's requests.
 * @throws {WeirError} `not_found`.
 */
export async function verifyAccount(
  { sql }: Pick<Database, 'sql'>,
  accountId: string,
): Promise<AccountVerification> {
  const { firstDay, found } = await sql.begin(
    'isolation level repeatable read read only',
    async (snapshot) => {
      const { firstDay } = await beginComparing(snapshot);
      const [found] = await snapshot.unsafe<Found[]>(VERIFY_ACCOUNT, [firstDay, accountId]);
      return { firstDay, found };
    },
  );
  if (!found) throw new WeirError('not_found', `There is no account ${accountId}.`, { param: 'accountId' });

  const entries: AccountVerification['entries'] = [];
  let closedDays = { count: 0, chargesNanoUsd: 0n };
  for (const { kind, count, sum } of found.kinds) {
    if (kind === 'day_close') closedDays = { count, chargesNanoUsd: -BigInt(sum) };
    else entries.push({ kind, count, sumNanoUsd: BigInt(sum) });
  }
  return {
    ...accountFigures(found.figures),
    ok: found.ok && found.key_mismatches.length === 0,
    entries,
    openDays: { firstDay, chargesNanoUsd: BigInt(found.charged) },
    closedDays,
    keyMismatches: found.key_mismatches.map(keyMismatch),
  };
}
