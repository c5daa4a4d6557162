import type { Database } from '@weir/db/connect';
import type { CallRecord } from './calls.ts';
import type { Cast } from './cast.ts';
import type { Acknowledged } from './credits.ts';

/** What the vendor says that it served under a call's label. */
export interface Served {
  readonly requestName: string;
  readonly outcome: 'completed' | 'cancelled' | 'faulted' | 'open';
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** A row of `requests`. */
export interface Row {
  readonly id: string;
  readonly accountId: string;
  readonly keyId: string;
  readonly state: 'held' | 'settled' | 'voided' | 'expired';
  readonly hold: bigint;
  readonly charge: bigint;
  readonly overrun: bigint;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly usageSource: 'vendor' | 'counted' | null;
}

export interface EntryRow {
  readonly accountId: string;
  readonly kind: string;
  readonly amount: bigint;
  readonly ref: string;
}

export interface AccountRow {
  readonly id: string;
  readonly balance: bigint;
  readonly held: bigint;
  readonly running: number;
}

export interface SpendRow {
  readonly keyId: string;
  readonly held: bigint;
  readonly running: number;
  readonly spentTotal: bigint;
  readonly budgetTotal: bigint | null;
}

/** All that is known of a run when it is over: what clients saw, what the vendor served, what the database keeps. */
export interface Evidence {
  readonly cast: Cast;
  readonly records: readonly CallRecord[];
  readonly acknowledged: readonly Acknowledged[];
  /** By label. */
  readonly served: ReadonlyMap<string, Served>;
  readonly rows: readonly Row[];
  readonly entries: readonly EntryRow[];
  readonly accounts: readonly AccountRow[];
  readonly spend: readonly SpendRow[];
}

type Stored = Pick<Evidence, 'rows' | 'entries' | 'accounts' | 'spend'>;

/** What the database keeps, in one snapshot. */
export async function readStored({ sql }: Pick<Database, 'sql'>): Promise<Stored> {
  return sql.begin('isolation level repeatable read read only', async (snapshot) => ({
    rows: await snapshot<Row[]>`
      select id, account_id as "accountId", key_id as "keyId", state, hold_nano_usd as hold,
             charge_nano_usd as charge, overrun_nano_usd as overrun, input_tokens as "inputTokens",
             output_tokens as "outputTokens", usage_source as "usageSource"
      from requests order by id`,
    entries: await snapshot<EntryRow[]>`
      select account_id as "accountId", kind, amount_nano_usd as amount, ref from entries`,
    accounts: await snapshot<AccountRow[]>`
      select id, balance_nano_usd as balance, held_nano_usd as held, running from accounts`,
    spend: await snapshot<SpendRow[]>`
      select key_id as "keyId", held_nano_usd as held, running, spent_total_nano_usd as "spentTotal",
             budget_total_nano_usd as "budgetTotal"
      from key_spend`,
  }));
}

const OPEN_POLL_MS = 20;
const OPEN_TRIES_MAX = 250;

/** The vendor's own account of the calls whose labels begin so, as soon as all of them are over. */
export async function readServed(vendorUrl: string, prefix: string): Promise<Map<string, Served>> {
  for (let tries = 1; ; tries++) {
    const response = await fetch(`${vendorUrl}/sandbox/tally?prefix=${encodeURIComponent(prefix)}`);
    const { recent } = (await response.json()) as { recent: Served[] };
    if (recent.every(({ outcome }) => outcome !== 'open')) {
      return new Map(recent.map((entry) => [entry.requestName, entry]));
    }
    if (tries === OPEN_TRIES_MAX) throw new Error('the vendor still serves calls that nobody waits for');
    await new Promise((resolve) => setTimeout(resolve, OPEN_POLL_MS));
  }
}
