import { WeirError } from '@weir/core/errors';
import type { Db } from '@weir/db/connect';
import { accountClosures, accounts, apiKeys, oneTimeLinks, users } from '@weir/db/schema';
import { and, eq, inArray, isNull, max, ne, sql } from 'drizzle-orm';
import type { SessionPrincipal } from '../auth/principal.ts';
import { queueNotice } from '../notices/queue-notice.ts';
import { endAllSessions } from '../sessions/end-sessions.ts';
import { lockOwners } from '../staff/lock-owners.ts';
import type { DeletionView } from './deletion-view.ts';
import { findDeletion } from './find-deletion.ts';
import { findFinalStatement } from './find-final-statement.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

export interface DeletionRequest {
  /** The e-mail of the person, typed to show that this is meant. Lower case. */
  confirmation: string;
  /** For how long it can be taken back. */
  graceDays: number;
}

/**
 * Ends every way into an account, its keys for good, and has its personal data erased once the time of grace is over.
 * Asked again, the first time stands.
 * @throws {WeirError} `invalid_request` when something else was typed; `conflict` when it would leave the gateway
 * without an owner.
 */
export function requestDeletion(
  db: Db,
  { accountId, userId }: Pick<SessionPrincipal, 'accountId' | 'userId'>,
  { confirmation, graceDays }: DeletionRequest,
): Promise<DeletionView> {
  return db.transaction(async (tx) => {
    // Whoever is making a key is waited for, and whoever begins to finds the account closed.
    await tx.select({ id: accounts.id }).from(accounts).where(eq(accounts.id, accountId)).for('update');
    const people = await tx.select().from(users).where(eq(users.accountId, accountId));
    if (people.find(({ id }) => id === userId)?.email !== confirmation) {
      throw new WeirError('invalid_request', 'This is not the e-mail of your account.', {
        param: 'confirmation',
      });
    }
    if (people.some(({ staffRole }) => staffRole === 'owner')) await requireAnotherOwner(tx, accountId);

    const eraseAfter = await endOfGrace(tx, people, graceDays);
    await tx.insert(accountClosures).values({ accountId, eraseAfter }).onConflictDoNothing();
    await tx
      .update(apiKeys)
      .set({ revokedAt: sql`now()`, cutsRunning: true })
      .where(and(eq(apiKeys.accountId, accountId), isNull(apiKeys.revokedAt)));
    const deletion = await findDeletion(tx, accountId);
    if (!deletion) throw new Error('a closure that was neither written nor found');
    const statement = await findFinalStatement(tx, accountId);
    for (const person of people) {
      await endAllSessions(tx, person.id);
      // Whoever was robbed of their e-mail can still take it back.
      const waysIn = and(eq(oneTimeLinks.userId, person.id), ne(oneTimeLinks.purpose, 'email_undo'));
      await tx.delete(oneTimeLinks).where(waysIn);
      const data = { eraseAfter: deletion.eraseAfter, statement };
      await queueNotice(tx, { userId: person.id, notice: 'deletion_requested', data });
    }
    return deletion;
  });
}

/** Not before the links end by which somebody who was robbed of their e-mail takes it back, and the deletion with it. */
async function endOfGrace(tx: Db, people: readonly { id: string }[], graceDays: number): Promise<Date> {
  const [link] = await tx
    .select({ endsAt: max(oneTimeLinks.expiresAt) })
    .from(oneTimeLinks)
    .where(
      and(
        inArray(
          oneTimeLinks.userId,
          people.map(({ id }) => id),
        ),
        eq(oneTimeLinks.purpose, 'email_undo'),
        isNull(oneTimeLinks.usedAt),
      ),
    );
  return new Date(Math.max(Date.now() + graceDays * DAY_MS, link?.endsAt?.getTime() ?? 0));
}

async function requireAnotherOwner(tx: Db, accountId: string): Promise<void> {
  const owners = await lockOwners(tx);
  if (owners.some((owner) => owner.accountId !== accountId && !owner.isLeaving)) return;
  throw new WeirError(
    'conflict',
    'You are the only owner of this gateway. Make somebody else an owner first, with `weir staff create`.',
  );
}
