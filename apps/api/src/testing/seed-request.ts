import { idTimeMs, newId } from '@weir/core/ids';
import type { Database } from '@weir/db/connect';
import { ensureRequestDays } from '@weir/db/request-days';
import { requests } from '@weir/db/schema';
import { sql } from 'drizzle-orm';

type NewRequest = Partial<typeof requests.$inferInsert> & { accountId: string };

/**
 * A settled request of 100 nanoUsd made at `createdAt`, unless said otherwise, with what the ledger writes along: the
 * account's and the key's counters (of all time, not of periods) and the roll-ups. A day without a partition gets one.
 */
export async function seedRequest(database: Database, request: NewRequest): Promise<string> {
  const createdAt = request.createdAt ?? new Date();
  const id = request.id ?? newId('request', createdAt.getTime());
  const { state = 'settled' } = request;
  const row = {
    keyId: 'key_none',
    modelId: 'sandbox/echo',
    dialect: 'openai-chat',
    streamed: true,
    outcome: 'ok',
    holdNanoUsd: 500n,
    holdExpiresAt: new Date(createdAt.getTime() + 60_000),
    chargeNanoUsd: state === 'settled' ? 100n : 0n,
    ...request,
    id,
    state,
    createdAt,
  };
  await ensureRequestDays(database.sql, Math.min(idTimeMs(id) ?? Date.now(), Date.now()));
  await database.db.transaction(async (tx) => {
    await tx.insert(requests).values(row);
    const ofThisRequest = sql`requests.account_id = ${row.accountId} and requests.id = ${id}`;
    await tx.execute(state === 'held' ? held(ofThisRequest) : closed(ofThisRequest));
  });
  return id;
}

function held(condition: ReturnType<typeof sql>) {
  return sql`
    with held as (select * from requests where ${condition}), of_account as (
      update accounts set held_nano_usd = accounts.held_nano_usd + held.hold_nano_usd, running = running + 1
      from held where accounts.id = held.account_id
    )
    update key_spend set held_nano_usd = key_spend.held_nano_usd + held.hold_nano_usd, running = running + 1,
                         last_used_at = greatest(last_used_at, held.created_at)
    from held where key_spend.key_id = held.key_id`;
}

function closed(condition: ReturnType<typeof sql>) {
  return sql`
    with closed as (
      select *, (state <> 'settled' and coalesce(outcome, '') not in ('ok', 'client_closed'))::int as failed
      from requests where ${condition}
    ), of_account as (
      update accounts set balance_nano_usd = balance_nano_usd - closed.charge_nano_usd
      from closed where accounts.id = closed.account_id
    ), of_key as (
      update key_spend set spent_total_nano_usd = spent_total_nano_usd + closed.charge_nano_usd,
                           last_used_at = greatest(last_used_at, closed.created_at)
      from closed where key_spend.key_id = closed.key_id
    ), by_hour as (${rollUp('usage_hourly', 'hour', `date_trunc('hour', created_at, 'UTC')`)})
    ${rollUp('usage_daily', 'day', `(created_at at time zone 'UTC')::date`)}`;
}

function rollUp(table: string, period: string, begin: string) {
  return sql.raw(`
    insert into ${table} as usage (account_id, ${period}, key_id, model_id, requests, failed, input_tokens,
      cached_input_tokens, output_tokens, reasoning_tokens, charge_nano_usd, first_byte_ms_sum, first_byte_count)
    select account_id, ${begin}, key_id, model_id, 1, failed, coalesce(input_tokens, 0),
      coalesce(cached_input_tokens, 0), coalesce(output_tokens, 0), coalesce(reasoning_tokens, 0), charge_nano_usd,
      coalesce(first_byte_ms, 0), num_nonnulls(first_byte_ms)
    from closed
    on conflict (account_id, ${period}, key_id, model_id) do update set
      requests = usage.requests + 1, failed = usage.failed + excluded.failed,
      input_tokens = usage.input_tokens + excluded.input_tokens,
      cached_input_tokens = usage.cached_input_tokens + excluded.cached_input_tokens,
      output_tokens = usage.output_tokens + excluded.output_tokens,
      reasoning_tokens = usage.reasoning_tokens + excluded.reasoning_tokens,
      charge_nano_usd = usage.charge_nano_usd + excluded.charge_nano_usd,
      first_byte_ms_sum = usage.first_byte_ms_sum + excluded.first_byte_ms_sum,
      first_byte_count = usage.first_byte_count + excluded.first_byte_count`);
}
