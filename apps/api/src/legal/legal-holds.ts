import { WeirError } from '@weir/core/errors';
import { ADVISORY_LOCKS } from '@weir/db/advisory-locks';
import type { Db } from '@weir/db/connect';
import { accounts, legalHoldRequests, legalHolds } from '@weir/db/schema';
import { desc, eq, sql } from 'drizzle-orm';
import type { Actor } from '../audit/actor.ts';
import { writeAudit } from '../audit/write-audit.ts';
import type { LegalHoldView } from './legal-view.ts';

export interface LegalMatter {
  accountId: string;
  /** What it rests on, e.g. a file number. */
  reference: string;
}

/** Newest first. */
export async function listLegalHolds(db: Db): Promise<LegalHoldView[]> {
  const holds = await db.select().from(legalHolds).orderBy(desc(legalHolds.placedAt), legalHolds.accountId);
  return holds.map((hold) => ({ ...hold, placedAt: hold.placedAt.toISOString() }));
}

/**
 * From now on the account is not erased, and none of its requests is dropped. What its holder changes, and what expires by
 * itself, goes as ever: an export keeps a state. The holder is not told.
 * @throws {WeirError} `not_found`; `conflict` when there is one already.
 */
export function placeLegalHold(db: Db, actor: Actor, { accountId, reference }: LegalMatter): Promise<void> {
  return db.transaction(async (tx) => {
    await waitForClosings(tx);
    // The erasing takes the same lock: it is over, or finds the hold.
    const [account] = await tx.select().from(accounts).where(eq(accounts.id, accountId)).for('update');
    if (!account)
      throw new WeirError('not_found', `There is no account ${accountId}.`, { param: 'accountId' });
    const placed = await tx
      .insert(legalHolds)
      .values({ accountId, reference })
      .onConflictDoNothing()
      .returning({ accountId: legalHolds.accountId });
    if (placed.length === 0) {
      throw new WeirError('conflict', 'This account is under a legal hold already.', { param: 'accountId' });
    }
    await writeAudit(tx, actor, {
      action: 'account.hold',
      targetId: accountId,
      accountId,
      after: { reference },
    });
  });
}

/**
 * Ends a hold: what was kept for it alone goes, and what waits for it is erased by the next run of its job.
 * @throws {WeirError} `not_found` when there is none.
 */
export function releaseLegalHold(db: Db, actor: Actor, { accountId, reference }: LegalMatter): Promise<void> {
  return db.transaction(async (tx) => {
    await waitForClosings(tx);
    const [released] = await tx.delete(legalHolds).where(eq(legalHolds.accountId, accountId)).returning();
    if (!released) {
      throw new WeirError('not_found', `The account ${accountId} is under no legal hold.`, {
        param: 'accountId',
      });
    }
    await tx.delete(legalHoldRequests).where(eq(legalHoldRequests.accountId, accountId));
    const before = { reference: released.reference, placedAt: released.placedAt.toISOString() };
    const after = { reference };
    await writeAudit(tx, actor, {
      action: 'account.release_hold',
      targetId: accountId,
      accountId,
      before,
      after,
    });
  });
}

/** A day that is being closed is closed with the holds as they were, and its copies are there to be seen. */
async function waitForClosings(tx: Db): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${ADVISORY_LOCKS.requestDays})`);
}
