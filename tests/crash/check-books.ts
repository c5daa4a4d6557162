import type { Database } from '@weir/db/connect';
import { verify } from '@weir/ledger';
import { chargesOf, lateRef } from './check-charges.ts';
import type { Evidence } from './evidence.ts';

/** The ledger's own check. Money as text: it is for reading. */
export async function checkVerify(database: Pick<Database, 'sql'>): Promise<string[]> {
  const { ok, mismatches, keyMismatches } = await verify(database);
  if (ok) return [];
  const wrong = [...mismatches, ...keyMismatches];
  const shown = JSON.stringify(wrong, (_name, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
  return [`verify is not clean: ${shown}`];
}

/** Nothing is held any more, what was acknowledged is there, and no account has gone below zero on its own. */
export function checkBooks(evidence: Evidence): string[] {
  const { rows, accounts, spend, entries } = evidence;
  const charges = chargesOf(evidence);
  const lateOf = sumBy(
    entries.filter(({ kind }) => kind === 'late_charge'),
    ({ accountId }) => accountId,
    ({ amount }) => -amount,
  );
  const spentOf = sumBy(
    charges,
    ({ row }) => row.keyId,
    ({ amount }) => amount,
  );
  const lateOfKey = sumBy(
    charges.filter(({ late }) => late),
    ({ row }) => row.keyId,
    ({ amount }) => amount,
  );
  return [
    ...rows.flatMap(({ id, state }) => (state === 'held' ? [`${id} is still held`] : [])),
    ...accounts.flatMap(({ id, balance, held, running }) => [
      ...(held === 0n && running === 0 ? [] : [`${id} holds ${held} for ${running} calls that are over`]),
      // Money that an expired hold gave back may be spent before its charge comes late.
      ...(balance >= -(lateOf.get(id) ?? 0n) ? [] : [`${id} is at ${balance}`]),
    ]),
    ...spend.flatMap(({ keyId, held, running, spentTotal, budgetTotal }) => [
      ...(held === 0n && running === 0 ? [] : [`${keyId} holds ${held} for ${running} calls that are over`]),
      ...(spentTotal === (spentOf.get(keyId) ?? 0n)
        ? []
        : [`${keyId} has spent ${spentTotal}, and was charged ${spentOf.get(keyId) ?? 0n}`]),
      ...(budgetTotal === null || spentTotal <= budgetTotal + (lateOfKey.get(keyId) ?? 0n)
        ? []
        : [`${keyId} has spent ${spentTotal} of a budget of ${budgetTotal}`]),
    ]),
    ...checkEntries(evidence),
  ];
}

/** Every credit that was acknowledged is in the journal, once; and nothing else is. */
function checkEntries({ entries, acknowledged, rows }: Evidence): string[] {
  const found = Map.groupBy(entries, ({ ref }) => ref);
  const expected = new Set([
    ...acknowledged.map(({ ref }) => ref),
    ...rows.map(({ id }) => lateRef(id)),
    ...entries.flatMap(({ kind, ref }) => (kind === 'grant' ? [ref] : [])),
  ]);
  return [
    ...acknowledged.flatMap(({ ref, accountId, amountNanoUsd }) => {
      const written = found.get(ref) ?? [];
      const right = written.filter(
        (entry) => entry.accountId === accountId && entry.amount === amountNanoUsd,
      );
      return written.length === 1 && right.length === 1
        ? []
        : [`${ref} of ${amountNanoUsd} for ${accountId} is in the journal ${written.length} times`];
    }),
    ...[...found.keys()].flatMap((ref) =>
      expected.has(ref) ? [] : [`${ref} is in the journal, and nobody sent it`],
    ),
  ];
}

function sumBy<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
  amountOf: (item: Item) => bigint,
): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const item of items) sums.set(nameOf(item), (sums.get(nameOf(item)) ?? 0n) + amountOf(item));
  return sums;
}
