import type { Db } from '@weir/db/connect';
import {
  apiKeys,
  knownDevices,
  mails,
  noticeWebhooks,
  oneTimeLinks,
  passkeys,
  proofFailures,
  recoveryCodes,
  totpFactors,
  webhookDeliveries,
} from '@weir/db/schema';
import { and, eq, gt, gte, isNull, or, sql } from 'drizzle-orm';
import { cancelDeletion } from '../leaving/cancel-deletion.ts';
import { findDeletion } from '../leaving/find-deletion.ts';
import { findFactors, isOn } from '../second-factor/find-factors.ts';

/**
 * Whoever takes an account over may add a way in first, and change the e-mail then. The change itself takes an hour at
 * most; beyond a day its holder has long been told of the new passkey.
 */
const PREPARED_WITHIN_MS = 24 * 60 * 60 * 1000;

export interface TakenAccount {
  userId: string;
  accountId: string;
  /** When the e-mail was changed. */
  changedAt: Date;
}

/** Takes away what somebody who took the account over may have left, by which they would come back. */
export async function takeBackAccount(tx: Db, taken: TakenAccount): Promise<void> {
  const since = new Date(taken.changedAt.getTime() - PREPARED_WITHIN_MS);
  await endLaterUndos(tx, taken);
  await endFactorsSince(tx, taken.userId, since);
  await endKeysSince(tx, taken.accountId, since);
  await undoOtherChanges(tx, taken);
}

/**
 * A second change has mailed a link to an address of the taker's. The mails go first: one that is just being written
 * is waited for, and its link is seen by what comes after.
 */
async function endLaterUndos(tx: Db, { userId, changedAt }: TakenAccount): Promise<void> {
  await tx
    .delete(mails)
    .where(
      and(
        eq(mails.userId, userId),
        eq(mails.letter, 'email_undo'),
        isNull(mails.doneAt),
        gt(mails.createdAt, changedAt),
      ),
    );
  await tx
    .delete(oneTimeLinks)
    .where(
      and(
        eq(oneTimeLinks.userId, userId),
        eq(oneTimeLinks.purpose, 'email_undo'),
        isNull(oneTimeLinks.usedAt),
        gte(oneTimeLinks.emailChangedAt, changedAt),
      ),
    );
}

/** What is older stays, and is still asked for: it is what tells the holder from somebody who merely reads their mail. */
async function endFactorsSince(tx: Db, userId: string, since: Date): Promise<void> {
  await tx.delete(passkeys).where(and(eq(passkeys.userId, userId), gte(passkeys.createdAt, since)));
  await tx
    .delete(totpFactors)
    .where(
      and(
        eq(totpFactors.userId, userId),
        or(isNull(totpFactors.confirmedAt), gte(totpFactors.confirmedAt, since)),
      ),
    );
  const codes = eq(recoveryCodes.userId, userId);
  const standInForNothing = !isOn(await findFactors(tx, userId));
  await tx
    .delete(recoveryCodes)
    .where(standInForNothing ? codes : and(codes, gte(recoveryCodes.createdAt, since)));
  await tx.delete(proofFailures).where(eq(proofFailures.userId, userId));
  await tx.delete(knownDevices).where(eq(knownDevices.userId, userId));
}

/** With a rotation the taker has a key's new secret. */
async function endKeysSince(tx: Db, accountId: string, since: Date): Promise<void> {
  await tx
    .update(apiKeys)
    .set({ revokedAt: sql`now()`, cutsRunning: true })
    .where(
      and(
        eq(apiKeys.accountId, accountId),
        isNull(apiKeys.revokedAt),
        or(gte(apiKeys.createdAt, since), gte(apiKeys.rotatedAt, since)),
      ),
    );
}

/** Notices may be posted to the taker, and the account be about to be deleted. */
async function undoOtherChanges(tx: Db, { userId, accountId }: TakenAccount): Promise<void> {
  await tx.delete(webhookDeliveries).where(eq(webhookDeliveries.userId, userId));
  await tx.delete(noticeWebhooks).where(eq(noticeWebhooks.userId, userId));
  if ((await findDeletion(tx, accountId)) !== null) await cancelDeletion(tx, accountId);
}
