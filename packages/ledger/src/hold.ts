import type { Sql } from '@weir/db/connect';

export interface Hold {
  requestId: string;
  accountId: string;
  keyId: string;
  modelId: string;
  dialect: string;
  streamed: boolean;
  /** The most that this call can cost. */
  holdNanoUsd: bigint;
  /** When the sweep may release the hold, should nobody have closed it. */
  expiresAt: Date;
}

export type HoldResult =
  | { granted: true }
  | {
      granted: false;
      /** What the account could spend at the time of the refusal. */
      availableNanoUsd: bigint;
    };

/**
 * Reserves credit and writes the request's row, or does neither. The account's row lock makes the check and the
 * reservation one: calls racing on one balance, from any number of relays, can't overdraw it.
 */
export async function hold(sql: Sql, request: Hold): Promise<HoldResult> {
  const amount = request.holdNanoUsd.toString();
  const written = await sql`
    with reserved as (
      update accounts set held_nano_usd = held_nano_usd + ${amount}
      where id = ${request.accountId} and balance_nano_usd - held_nano_usd >= ${amount}::bigint
      returning id
    )
    insert into requests (account_id, id, key_id, model_id, dialect, streamed, hold_nano_usd, hold_expires_at)
    select id, ${request.requestId}, ${request.keyId}, ${request.modelId}, ${request.dialect}, ${request.streamed},
           ${amount}, ${request.expiresAt.toISOString()}
    from reserved
    returning id`;
  if (written.length === 1) return { granted: true };

  const [account] = await sql<{ available: string }[]>`
    select (balance_nano_usd - held_nano_usd)::text as available from accounts where id = ${request.accountId}`;
  if (!account) throw new Error(`account ${request.accountId} does not exist`);
  return { granted: false, availableNanoUsd: BigInt(account.available) };
}
