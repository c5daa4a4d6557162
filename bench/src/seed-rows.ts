import type { Database, TransactionSql } from '@weir/db/connect';
import { ensureRequestDays } from '@weir/db/request-days';
import { MODELS } from './upstream-replies.ts';

const DAYS = 30;
const DAY_MS = 24 * 60 * 60 * 1000;
/** Calls of one account come in sessions of so many. */
const CALLS_IN_SUCCESSION = 20;
const CHARGE_NANO_USD = 404_500;
const GRANT_NANO_USD = 1_000_000_000_000;

export interface SeedRows {
  readonly rows: number;
  readonly accounts: number;
}

/**
 * Fills the ledger as `DAYS` days of trade would have: accounts with a grant and a key each, settled requests evenly
 * over the days up to now, their roll-ups, and balances that add up. All of it is made inside Postgres.
 */
export async function seedRows({ sql }: Pick<Database, 'sql'>, { rows, accounts }: SeedRows): Promise<void> {
  await ensureRequestDays(sql, Date.now() - (DAYS + 1) * DAY_MS);
  await sql.begin(async (tx) => {
    await tx`set local synchronous_commit = off`;
    await tx`
      create temporary table seeded on commit drop as
      select n, 'acc_seed' || lpad(n::text, 22, '0') as id, 'key_seed' || lpad(n::text, 22, '0') as key_id
      from generate_series(0, ${accounts}::int - 1) as n`;
    await tx`create unique index on seeded (n)`;
    await tx`analyze seeded`;
    await tx`insert into accounts (id) select id from seeded`;
    await tx`
      insert into entries (account_id, id, kind, amount_nano_usd, ref)
      select id, 'ent_seed' || lpad(n::text, 22, '0'), 'grant', ${GRANT_NANO_USD}::bigint, id from seeded`;
    await tx`
      insert into api_keys (id, account_id, name, hash, prefix, last4)
      select key_id, id, 'seeded', md5(id) || md5(key_id), 'sk-weir-0000', '0000' from seeded`;
    // Prime to the number of accounts in all likelihood, so that sessions go round all of them.
    await tx`
      insert into requests (
        account_id, id, key_id, model_id, dialect, streamed, state, hold_nano_usd, hold_expires_at, created_at,
        charge_nano_usd, outcome, vendor, channel_id, upstream_model, price_id, input_tokens, cached_input_tokens,
        output_tokens, reasoning_tokens, usage_source, finish_reason, upstream_status, first_byte_ms, latency_ms,
        closed_at)
      select
        seeded.id, weir_request_id_floor(made.at) || substr(md5(i::text), 1, 16), seeded.key_id, ${MODELS.json},
        'openai-chat', false, 'settled', 16409500, made.at + interval '16 minutes', made.at,
        ${CHARGE_NANO_USD}::bigint, 'ok', 'bench', 'chn_seed', ${MODELS.json}, 'prc_seed', 42, 0, 197, 0, 'vendor',
        'stop', 200, 640, 1850, made.at + interval '1850 ms'
      from generate_series(0, ${rows}::int - 1) as i
      cross join lateral (
        select now() - make_interval(secs => ${DAYS * 86_400}::float8 * (1 - i / ${rows}::float8)) as at
      ) as made
      join seeded on seeded.n = ((i / ${CALLS_IN_SUCCESSION})::bigint * 7919) % ${accounts}::int`;
    await rollUp(tx);
    await tx`
      update accounts set balance_nano_usd = ${GRANT_NANO_USD}::bigint - coalesce(spent.charge_nano_usd, 0)
      from seeded left join (
        select key_id, sum(charge_nano_usd) as charge_nano_usd from usage_daily group by key_id
      ) as spent on spent.key_id = seeded.key_id
      where accounts.id = seeded.id`;
    await tx`
      update key_spend set spent_total_nano_usd = spent.charge_nano_usd
      from (
        select key_id, sum(charge_nano_usd) as charge_nano_usd from usage_daily group by key_id
      ) as spent where spent.key_id = key_spend.key_id`;
  });
  await sql`vacuum (analyze)`;
  await sql`checkpoint`;
}

async function rollUp(tx: TransactionSql): Promise<void> {
  await tx`
    insert into usage_hourly (
      account_id, hour, key_id, model_id, requests, input_tokens, output_tokens, charge_nano_usd, first_byte_ms_sum,
      first_byte_count)
    select account_id, date_trunc('hour', created_at, 'UTC'), key_id, model_id, count(*), sum(input_tokens),
           sum(output_tokens), sum(charge_nano_usd), sum(first_byte_ms), count(first_byte_ms)
    from requests group by 1, 2, 3, 4`;
  await tx`
    insert into usage_daily (
      account_id, day, key_id, model_id, requests, input_tokens, output_tokens, charge_nano_usd, first_byte_ms_sum,
      first_byte_count)
    select account_id, (hour at time zone 'UTC')::date, key_id, model_id, sum(requests), sum(input_tokens),
           sum(output_tokens), sum(charge_nano_usd), sum(first_byte_ms_sum), sum(first_byte_count)
    from usage_hourly group by 1, 2, 3, 4`;
}
