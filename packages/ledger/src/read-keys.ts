import type { AnySql, PendingQuery } from '@weir/db/sql';
import { COUNTED_MINUTE, countedInMinute, MINUTE_ENDS_IN_MS, spentIn, TODAY } from './today.ts';

export type BudgetPeriod = 'total' | 'day' | 'week' | 'month';

/** A key's limits and what is left within them; null = no such limit. Amounts in nanoUsd. */
export type LimitedKey = {
  readonly id: string;
  /** Calls under way. */
  readonly running: number;
  readonly concurrencyMax: number | null;
  /** The minute in which its calls are counted, since Unix time 0, and what is counted in it. */
  readonly minute: number;
  readonly minuteEndsInMs: number;
  readonly requestsMinute: number;
  readonly tokensMinute: number;
  readonly requestsPerMinuteMax: number | null;
  readonly tokensPerMinuteMax: number | null;
} & { readonly [period in BudgetPeriod]: bigint | null };

const left = (period: BudgetPeriod, spent: string) =>
  `spend.budget_${period}_nano_usd - spend.held_nano_usd - ${spent} as ${period}`;

const KEYS = `
with ${TODAY}
select spend.key_id as id, spend.running, spend.concurrency_max as "concurrencyMax",
  ${left('total', 'spend.spent_total_nano_usd')}, ${left('day', spentIn('day'))}, ${left('week', spentIn('week'))},
  ${left('month', spentIn('month'))}, ${COUNTED_MINUTE} as minute, ${MINUTE_ENDS_IN_MS} as "minuteEndsInMs",
  (${countedInMinute('requests')})::float8 as "requestsMinute", (${countedInMinute('tokens')})::float8 as "tokensMinute",
  spend.requests_per_minute_max as "requestsPerMinuteMax", spend.tokens_per_minute_max as "tokensPerMinuteMax"
from key_spend spend cross join today
where spend.key_id = any($1::text[])`;

/** Their accounts must be locked. */
export function readKeys(tx: AnySql, keyIds: Iterable<string>): PendingQuery<LimitedKey[]> {
  return tx.unsafe<LimitedKey[]>(KEYS, [[...new Set(keyIds)]], { prepare: true });
}
