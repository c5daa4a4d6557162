import { WeirError } from '@weir/core/errors';
import { newId } from '@weir/core/ids';
import { usdDecimal } from '@weir/core/money';
import type { entryKind } from '@weir/db/schema';
import type { AnySql } from '@weir/db/sql';

export interface Credit {
  accountId: string;
  kind: (typeof entryKind.enumValues)[number];
  /** Positive adds to the balance. */
  amountNanoUsd: bigint;
  /** What caused it; the same `ref` a second time changes nothing. */
  ref: string;
}

export interface Credited {
  /** The entry that carries the `ref`, new or old. */
  entryId: string;
  /** False when the `ref` had been credited before. */
  credited: boolean;
}

/**
 * Writes a journal entry and moves the balance with it, in one statement.
 * @throws {WeirError} `conflict` when the `ref` stands for another account or another amount.
 */
export async function credit({ sql }: { readonly sql: AnySql }, movement: Credit): Promise<Credited> {
  const { accountId, kind, amountNanoUsd, ref } = movement;
  const [written] = await sql<{ id: string }[]>`
    with entry as (
      insert into entries (account_id, id, kind, amount_nano_usd, ref)
      values (${accountId}, ${newId('entry')}, ${kind}, ${amountNanoUsd.toString()}, ${ref})
      on conflict (ref) do nothing
      returning account_id, id, amount_nano_usd
    )
    update accounts set balance_nano_usd = balance_nano_usd + entry.amount_nano_usd
    from entry where accounts.id = entry.account_id
    returning entry.id`;
  if (written) return { entryId: written.id, credited: true };
  const [earlier] = await sql<{ id: string; account_id: string; amount: string }[]>`
    select id, account_id, amount_nano_usd::text as amount from entries where ref = ${ref}`;
  if (!earlier) throw new Error(`the entry for ${ref} was neither written nor found`);
  if (earlier.account_id !== accountId || BigInt(earlier.amount) !== amountNanoUsd) {
    throw new WeirError(
      'conflict',
      `The ref "${ref}" stands for ${usdDecimal(BigInt(earlier.amount))} USD on ${earlier.account_id} already. Use another one.`,
      { param: 'ref' },
    );
  }
  return { entryId: earlier.id, credited: false };
}
