import type { Database } from '@weir/db/connect';

export interface Mismatch {
  accountId: string;
  balanceNanoUsd: bigint;
  /** Σ entries − Σ charges. */
  expectedBalanceNanoUsd: bigint;
  heldNanoUsd: bigint;
  /** Σ holds that are still open. */
  expectedHeldNanoUsd: bigint;
}

export interface Verification {
  ok: boolean;
  /** How many accounts were checked. */
  accounts: number;
  mismatches: Mismatch[];
}

/** Checks for every account, in one snapshot, that `balance = Σ entries − Σ charges` and `held = Σ open holds`. */
export async function verify({ sql }: Pick<Database, 'sql'>): Promise<Verification> {
  const [total, rows] = await sql.begin('isolation level repeatable read read only', async (snapshot) => [
    await snapshot<{ accounts: number }[]>`select count(*)::int as accounts from accounts`,
    await snapshot<Record<'id' | 'balance' | 'expected_balance' | 'held' | 'expected_held', string>[]>`
      select a.id, a.balance_nano_usd::text as balance, a.held_nano_usd::text as held,
             (coalesce(e.total, 0) - coalesce(r.charged, 0))::text as expected_balance,
             coalesce(r.held, 0)::text as expected_held
      from accounts a
      left join (select account_id, sum(amount_nano_usd) as total from entries group by account_id) e
        on e.account_id = a.id
      left join (
        select account_id, sum(charge_nano_usd) as charged, sum(hold_nano_usd) filter (where state = 'held') as held
        from requests group by account_id
      ) r on r.account_id = a.id
      where a.balance_nano_usd <> coalesce(e.total, 0) - coalesce(r.charged, 0)
         or a.held_nano_usd <> coalesce(r.held, 0)
      order by a.id`,
  ]);
  return {
    ok: rows.length === 0,
    accounts: total[0]?.accounts ?? 0,
    mismatches: rows.map((row) => ({
      accountId: row.id,
      balanceNanoUsd: BigInt(row.balance),
      expectedBalanceNanoUsd: BigInt(row.expected_balance),
      heldNanoUsd: BigInt(row.held),
      expectedHeldNanoUsd: BigInt(row.expected_held),
    })),
  };
}
