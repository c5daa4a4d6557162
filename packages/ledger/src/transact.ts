import type { ReservedSql } from '@weir/db/sql';
import { together } from '@weir/db/together';
import { asClosed, readRequests, type Closing, type HeldRow, type Opening } from './closing.ts';
import { grantHold, type HoldResult, type KeyRate } from './hold.ts';
import { lockAccounts } from './lock-accounts.ts';
import { Movements } from './movements.ts';
import { readKeys } from './read-keys.ts';
import { isRefused, write, type Written } from './write.ts';

/** Of a hold that an earlier try wrote: what it left is not known, so the next call is held first. */
const STANDS: HoldResult = { granted: true, availableNanoUsd: 0n };

export interface Batch {
  /** Of requests that are held already. */
  readonly closings: readonly Closing[];
  readonly openings: readonly Opening[];
}

export interface Committed {
  /** Those that took their request out of `held`, or wrote it closed. */
  readonly closed: ReadonlySet<Closing>;
  /** In the order of the batch's openings, which is that in which they were judged. */
  readonly results: readonly HoldResult[];
}

/** What one batch leaves for the next to know. */
export interface Remembered {
  /** The holds that this process made and has not closed, by request. */
  readonly open: Map<string, HeldRow>;
  /** By the database's clock when something was written last, counted from Unix time 0. */
  minute: number | undefined;
}

/**
 * Closes holds and grants others in one transaction. Nearly always all of it can be done, and one statement does it; if
 * not, the accounts are locked and looked at, and each command is judged by itself: closings first, then the holds in
 * their order, then what closes some of these at once.
 * @param tx a connection that nothing else uses
 */
export async function transact(tx: ReservedSql, batch: Batch, remembered: Remembered): Promise<Committed> {
  try {
    return (await allAtOnce(tx, batch, remembered)) ?? (await oneByOne(tx, batch, remembered));
  } finally {
    for (const { requestId } of batch.closings) remembered.open.delete(requestId);
  }
}

/** @returns undefined where not all of it can be done, and then has done nothing. */
async function allAtOnce(
  tx: ReservedSql,
  batch: Batch,
  remembered: Remembered,
): Promise<Committed | undefined> {
  const { openings } = batch;
  if (openings.some(({ unanswered }) => unanswered)) return undefined;
  const movements = new Movements();
  const closings = close(batch.closings, remembered.open, movements);
  if (closings.length < batch.closings.length) return undefined;
  for (const { hold } of openings) movements.hold(hold);
  // In a minute that is over meanwhile it is refused.
  const { minute } = remembered;
  if (!finish(openings, minute, movements)) return undefined;
  try {
    const written = await write(tx, { closings, openings, movements, minute });
    remember(openings, written, remembered);
    const available = new Map(written.map((account) => [account.accountId, account.availableNanoUsd]));
    const rates = ratesOf(written);
    const results = openings.map(({ hold: { accountId, keyId } }): HoldResult => ({
      granted: true,
      availableNanoUsd: available.get(accountId) ?? 0n,
      rate: rates?.get(keyId),
    }));
    return { closed: closedBy(closings, openings), results };
  } catch (error) {
    if (isRefused(error)) return undefined;
    throw error;
  }
}

/** Two round trips: one locks and reads, the other writes what was decided on that, and commits. */
async function oneByOne(tx: ReservedSql, batch: Batch, remembered: Remembered): Promise<Committed> {
  try {
    const holds = batch.openings.map(({ hold }) => hold);
    const accountIds = [...batch.closings, ...holds].map(({ accountId }) => accountId);
    const keyIds = holds.map(({ keyId }) => keyId);
    const unanswered = batch.openings.flatMap((opening) => (opening.unanswered ? opening.hold : []));
    const [, accounts, keys, requests] = await together([
      tx`begin`,
      lockAccounts(tx, accountIds),
      readKeys(tx, keyIds),
      readRequests(tx, [...batch.closings, ...unanswered]),
    ]);
    const movements = new Movements();
    const held = requests.filter(({ state }) => state === 'held');
    const closings = close(batch.closings, mapBy(held, 'requestId'), movements);
    const rows = mapBy(requests, 'requestId');
    const stands = ({ unanswered, hold }: Opening) => unanswered && rows.has(hold.requestId);
    const figures = { accounts: mapBy(accounts, 'id'), keys: mapBy(keys, 'id') };
    const results = batch.openings.map((opening) =>
      stands(opening) ? STANDS : grantHold(opening.hold, figures, movements),
    );
    const openings = batch.openings.filter((opening, i) => results[i]?.granted && !stands(opening));
    const minute = accounts[0]?.minute;
    finish(openings, minute, movements);
    // After a statement that failed, Postgres takes a commit for a rollback.
    const [written] = await together([write(tx, { closings, openings, movements, minute }), tx`commit`]);
    remember(openings, written, remembered);
    return { closed: closedBy(closings, openings), results };
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
    movements.close(asClosed(closing, row));
  }
  return [...closed.values()];
}

/**
 * Counts what closes some of the holds of the same transaction among the movements.
 * @param minute the present one
 * @returns false where that has to be known first.
 */
function finish(openings: readonly Opening[], minute: number | undefined, movements: Movements): boolean {
  for (const { hold, closing } of openings) {
    if (!closing) continue;
    if (minute === undefined) return false;
    const { modelId, holdNanoUsd } = hold;
    movements.finish(asClosed(closing, { modelId, holdNanoUsd, minute }));
  }
  return true;
}

function closedBy(closings: readonly Closing[], openings: readonly Opening[]): ReadonlySet<Closing> {
  const closed = new Set(closings);
  for (const { closing } of openings) if (closing) closed.add(closing);
  return closed;
}

type Rates = ReadonlyMap<string, KeyRate> | undefined;

/** By key, of those with limits; undefined when there is none, as nearly always. */
function ratesOf(written: readonly Written[]): Rates {
  const rates = written[0]?.rates;
  return rates ? new Map(rates.map(({ keyId, ...rate }) => [keyId, rate])) : undefined;
}

function remember(granted: readonly Opening[], written: readonly Written[], remembered: Remembered): void {
  const minute = written[0]?.minute;
  if (minute === undefined) return;
  remembered.minute = minute;
  for (const { hold, closing } of granted) {
    if (closing) continue;
    const { requestId, modelId, holdNanoUsd } = hold;
    remembered.open.set(requestId, { requestId, modelId, holdNanoUsd, minute });
  }
}

function mapBy<Name extends string, Row extends { readonly [name in Name]: string }>(
  rows: readonly Row[],
  name: Name,
): ReadonlyMap<string, Row> {
  return new Map(rows.map((row) => [row[name], row]));
}
