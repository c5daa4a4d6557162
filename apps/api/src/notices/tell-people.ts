import { newId } from '@weir/core/ids';
import type { Db } from '@weir/db/connect';
import { mails, noticePreferences, notices, noticeWebhooks, users, webhookDeliveries } from '@weir/db/schema';
import { and, asc, eq, isNotNull, isNull, sql, type SQL } from 'drizzle-orm';
import type { NoticeKind } from './notice-definition.ts';
import { MAIL_JOB, wakeJob, WEBHOOK_JOB } from './wake-job.ts';

/** Somebody who is told something, and which ways. */
export interface Listener {
  userId: string;
  email: string;
  locale: string;
  isMailed: boolean;
  /** They have a webhook that is in use, and want this kind there. */
  isPosted: boolean;
}

export interface Told {
  kind: NoticeKind;
  name: string;
  data: Record<string, unknown>;
  /** What it is part of; mail that very many get waits for other mail. */
  announcementId?: string;
}

/** People in the order of their ids, with what they want of this kind. */
export async function findListeners(
  tx: Db,
  kind: NoticeKind,
  { where, limit }: { where: SQL | undefined; limit: number },
): Promise<Listener[]> {
  const rows = await tx
    .select({
      userId: users.id,
      email: users.email,
      locale: users.locale,
      mailed: noticePreferences.mailed,
      posted: noticePreferences.posted,
      hasWebhook: isNotNull(noticeWebhooks.userId).mapWith(Boolean),
    })
    .from(users)
    .leftJoin(
      noticePreferences,
      and(eq(noticePreferences.userId, users.id), eq(noticePreferences.kind, kind)),
    )
    .leftJoin(noticeWebhooks, and(eq(noticeWebhooks.userId, users.id), isNull(noticeWebhooks.switchedOffAt)))
    .where(where)
    .orderBy(asc(users.id))
    .limit(limit);
  return rows.map(({ userId, email, locale, mailed, posted, hasWebhook }) => ({
    userId,
    email,
    locale,
    isMailed: kind === 'security' || mailed !== false,
    isPosted: hasWebhook && posted !== false,
  }));
}

/**
 * Writes a notice for each of these people, with a mail and a delivery to their webhook where they want one. Part of the
 * caller's transaction. Whoever has been told of the announcement already is told nothing again.
 */
export async function tellPeople(tx: Db, listeners: readonly Listener[], told: Told): Promise<void> {
  if (listeners.length === 0) return;
  const { announcementId, ...notice } = told;
  const written = await tx
    .insert(notices)
    .values(
      listeners.map(({ userId }) => ({
        id: newId('notice'),
        userId,
        ...notice,
        ...(announcementId !== undefined && { announcementId }),
      })),
    )
    .onConflictDoNothing({ target: [notices.announcementId, notices.userId] })
    .returning({ noticeId: notices.id, userId: notices.userId });
  const noticeOf = new Map(written.map(({ userId, noticeId }) => [userId, noticeId]));
  const newly = listeners.flatMap((listener) => {
    const noticeId = noticeOf.get(listener.userId);
    return noticeId === undefined ? [] : [{ ...listener, noticeId }];
  });

  const mailed = newly.filter(({ isMailed }) => isMailed);
  if (mailed.length > 0) {
    const isBulk = announcementId !== undefined;
    await tx.insert(mails).values(
      mailed.map(({ email: recipient, locale, userId, noticeId }) => ({
        id: newId('mail'),
        recipient,
        locale,
        letter: 'notice',
        userId,
        noticeId,
        isBulk,
      })),
    );
    await wakeJob(tx, MAIL_JOB);
  }
  const posted = newly.filter(({ isPosted }) => isPosted);
  if (posted.length > 0) {
    await tx
      .insert(webhookDeliveries)
      .values(posted.map(({ userId, noticeId }) => ({ id: newId('webhookDelivery'), userId, noticeId })));
    await wakeJob(tx, WEBHOOK_JOB);
  }
}

/** How many people there are, and how many of them would be mailed a notice of this kind. */
export async function countListeners(
  db: Db,
  kind: NoticeKind,
): Promise<{ recipients: number; mailed: number }> {
  const [counted] = await db
    .select({
      recipients: sql<number>`count(*)::int`,
      mailed: sql<number>`(count(*) filter (where ${noticePreferences.mailed} is distinct from false))::int`,
    })
    .from(users)
    .leftJoin(
      noticePreferences,
      and(eq(noticePreferences.userId, users.id), eq(noticePreferences.kind, kind)),
    );
  return counted ?? { recipients: 0, mailed: 0 };
}
