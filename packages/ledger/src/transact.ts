import type { ReservedSql } from '@weir/db/sql';
import { together } from '@weir/db/together';
import { closedBy, readHeld, type Closing, type HeldRow } from './closing.ts';
import { grantHold, type Hold, type HoldResult, type KeyRate } from './hold.ts';
import { lockAccounts } from './lock-accounts.ts';
import { Movements } from './movements.ts';
import { readKeys } from './read-keys.ts';
import { isRefused, write, type Written } from './write.ts';

export interface Batch {
  readonly closings: readonly Closing[];
  readonly holds: readonly Hold[];
}

export interface Committed {
  /** Those that took their request out of `held`. */
  readonly closed: ReadonlySet<Closing>;
  /** In the order of the batch's holds, which is that in which they were judged. */
  readonly results: readonly HoldResult[];
}

/** The holds that this process made and has not closed, by request. */
export type OpenHolds = Map<string, HeldRow>;

/**
 * Closes holds and grants others in one transaction. Nearly always all of it can be done, and one statement does it; if
 * not, the accounts are locked and looked at, and each command is judged by itself.
 * @param tx a connection that nothing else uses
 */
export async function transact(tx: ReservedSql, batch: Batch, open: OpenHolds): Promise<Committed> {
  try {
    return (await allAtOnce(tx, batch, open)) ?? (await oneByOne(tx, batch, open));
  } finally {
    for (const { requestId } of batch.closings) open.delete(requestId);
  }
}

/** @returns undefined where not all of it can be done, and then has done nothing. */
async function allAtOnce(tx: ReservedSql, batch: Batch, open: OpenHolds): Promise<Committed | undefined> {
  const { holds } = batch;
  const movements = new Movements();
  const closings = close(batch.closings, open, movements);
  if (closings.length < batch.closings.length) return undefined;
  for (const hold of holds) movements.hold(hold);
  try {
    const written = await write(tx, { closings, holds, movements });
    remember(holds, written, open);
    const available = new Map(written.map((account) => [account.accountId, account.availableNanoUsd]));
    const rates = ratesOf(written);
    const results = holds.map(({ accountId, keyId }): HoldResult => ({
      granted: true,
      availableNanoUsd: available.get(accountId) ?? 0n,
      ...rateIn(rates, keyId),
    }));
    return { closed: new Set(closings), results };
  } catch (error) {
    if (isRefused(error)) return undefined;
    throw error;
  }
}

/** Two round trips: one locks and reads, the other writes what was decided on that, and commits. */
async function oneByOne(tx: ReservedSql, batch: Batch, open: OpenHolds): Promise<Committed> {
  try {
    const accountIds = [...batch.closings, ...batch.holds].map(({ accountId }) => accountId);
    const keyIds = batch.holds.map(({ keyId }) => keyId);
    const [, accounts, keys, held] = await together([
      tx`begin`,
      lockAccounts(tx, accountIds),
      readKeys(tx, keyIds),
      readHeld(tx, batch.closings),
    ]);
    const movements = new Movements();
    const closings = close(batch.closings, mapBy(held, 'requestId'), movements);
    const figures = { accounts: mapBy(accounts, 'id'), keys: mapBy(keys, 'id') };
    const results = batch.holds.map((hold) => grantHold(hold, figures, movements));
    const holds = batch.holds.filter((_, i) => results[i]?.granted);
    // After a statement that failed, Postgres takes a commit for a rollback.
    const [written] = await together([write(tx, { closings, holds, movements }), tx`commit`]);
    remember(holds, written, open);
    return { closed: new Set(closings), results };
  } catch (error) {
    await tx`rollback`.catch(() => {});
    throw error;
  }
}

/** Counts closings among the movements. @returns those whose request is held; of several for one request the first. */
function close(
  closings: readonly Closing[],
  held: ReadonlyMap<string, HeldRow>,
  movements: Movements,
): Closing[] {
  const closed = new Map<string, Closing>();
  for (const closing of closings) {
    const { requestId } = closing;
    const row = held.get(requestId);
    if (!row || closed.has(requestId)) continue;
    closed.set(requestId, closing);
    movements.close(closedBy(closing, row));
  }
  return [...closed.values()];
}

type Rates = ReadonlyMap<string, KeyRate> | undefined;

/** By key, of those with limits; undefined when there is none, as nearly always. */
function ratesOf(written: readonly Written[]): Rates {
  const rates = written[0]?.rates;
  return rates ? new Map(rates.map(({ keyId, ...rate }) => [keyId, rate])) : undefined;
}

function rateIn(rates: Rates, keyId: string): { rate?: KeyRate } {
  const rate = rates?.get(keyId);
  return rate ? { rate } : {};
}

function remember(granted: readonly Hold[], written: readonly Written[], open: OpenHolds): void {
  const minute = written[0]?.minute;
  if (minute === undefined) return;
  for (const { requestId, modelId, holdNanoUsd } of granted) {
    open.set(requestId, { requestId, modelId, holdNanoUsd, minute });
  }
}

function mapBy<Name extends string, Row extends { readonly [name in Name]: string }>(
  rows: readonly Row[],
  name: Name,
): ReadonlyMap<string, Row> {
  return new Map(rows.map((row) => [row[name], row]));
}
