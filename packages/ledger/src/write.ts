import { requestDaysTable } from '@weir/db/request-days';
import type { AnySql, PendingQuery } from '@weir/db/sql';
import { closingFields, NOT_CLOSED, type Closing, type Opening } from './closing.ts';
import type { Moved, Movements, Used } from './movements.ts';
import type { KeyRate } from './hold.ts';
import { records, type Field } from './records.ts';
import { COUNTED, statementOf } from './write-statement.ts';

export interface Changes {
  /** No request twice. */
  readonly closings: readonly Closing[];
  /** Granted ones. */
  readonly openings: readonly Opening[];
  /** What all of these come to. */
  readonly movements: Movements;
  /** The one that openings which are closed at once are counted in: it has to be that of the writing. */
  readonly minute?: number | undefined;
}

/** An account after the changes. */
export interface Written {
  readonly accountId: string;
  readonly availableNanoUsd: bigint;
  /** The minute in which they were made, counted from that of Unix time 0. */
  readonly minute: number;
  /** Of all keys with limits of a minute, on each account; null when there is none. */
  readonly rates: readonly (KeyRate & { readonly keyId: string })[] | null;
}

/** @throws what `isRefused` knows, and then has changed nothing. */
export function write(
  sql: AnySql,
  { closings, openings, movements, minute }: Changes,
): PendingQuery<Written[]> {
  const accounts = [...movements.accounts].toSorted(byId);
  const keys = [...movements.keys];
  const table = requestDaysTable([
    ...closings.map(({ requestId }) => requestId),
    ...openings.map(({ hold }) => hold.requestId),
  ]);
  const usage = [...movements.usage];
  const closesAtOnce = openings.some(({ closing }) => closing);
  const parameters: (string | number | null)[] = [
    records(accounts.map(movedRecord)),
    records(keys.map(movedKeyRecord)),
    keys.filter(({ begun }) => begun > 0).length,
    closesAtOnce ? (minute ?? null) : null,
  ];
  if (closings.length > 0) parameters.push(records(closings.map(closingRecord)));
  if (openings.length > 0) parameters.push(records(openings.map(openingRecord)));
  if (usage.length > 0) parameters.push(records(usage.map(usedRecord)));
  const statement = statementOf(table, {
    closes: closings.length > 0,
    opens: openings.length === 0 ? 'none' : closesAtOnce ? 'closed' : 'held',
    uses: usage.length > 0,
  });
  return sql.unsafe<Written[]>(statement, parameters, { prepare: true });
}

/* The fields of each are in the order of its type, `ledger_…`. */

function closingRecord(closing: Closing): Field[] {
  return [
    closing.accountId,
    closing.requestId,
    closing.modelId,
    closing.state,
    closing.chargeNanoUsd,
    ...closingFields(closing),
  ];
}

function openingRecord({ hold, closing }: Opening): Field[] {
  return [
    hold.accountId,
    hold.requestId,
    hold.keyId,
    closing?.modelId ?? hold.modelId,
    hold.dialect,
    hold.streamed,
    hold.holdNanoUsd,
    hold.ttlMs,
    hold.marginPpm ?? 0,
    hold.disconnectPolicy ?? 'cancel',
    hold.affordableOutputTokens,
    hold.sourceIp,
    hold.deploymentRegion,
    closing?.state,
    closing?.chargeNanoUsd,
    ...(closing ? closingFields(closing) : NOT_CLOSED),
  ];
}

function movedRecord(moved: Moved): Field[] {
  return [
    moved.id,
    moved.heldNanoUsd,
    moved.chargedNanoUsd,
    moved.neededNanoUsd,
    moved.running,
    moved.runningMost,
    moved.begun,
  ];
}

function movedKeyRecord(moved: Moved): Field[] {
  return [
    ...movedRecord(moved),
    moved.tokens,
    moved.returnedTokens,
    moved.returnedMinute,
    moved.usedBeyond,
    moved.usedPrevious,
  ];
}

function usedRecord(used: Used): Field[] {
  return [used.accountId, used.keyId, used.modelId, used.hour, ...COUNTED.map(([, field]) => used[field])];
}

const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);

/** Whether the changes as a whole could not be made. */
export function isRefused(error: unknown): boolean {
  return (error as { code?: string }).code === '22012';
}
