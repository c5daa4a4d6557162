import type { Db } from '@weir/db/connect';
import { announcements, users } from '@weir/db/schema';
import { and, asc, eq, gt, isNull, lte, sql } from 'drizzle-orm';
import type { ScheduledJob } from '../jobs/scheduled-jobs.ts';
import { NOTICES } from '../notices/notice-table.ts';
import { findListeners, tellPeople } from '../notices/tell-people.ts';
import { ANNOUNCEMENT_JOB } from '../notices/wake-job.ts';

/** People in one transaction. */
const BATCH_PEOPLE = 500;

export interface TellingOptions {
  signal: AbortSignal;
  batchPeople?: number;
}

/** Tells everybody what was announced, every minute and whenever something is. */
export function announcementJob(db: Db): ScheduledJob {
  return {
    name: ANNOUNCEMENT_JOB,
    cron: '* * * * *',
    isPrompt: true,
    // The clock tries again soon enough.
    retryLimit: 0,
    retryDelaySeconds: 0,
    run: (signal) => tellAnnouncements(db, { signal }),
  };
}

/** Goes on until everybody has everything, or it is asked to end. Cut off anywhere, the next run goes on from there. */
export async function tellAnnouncements(
  db: Db,
  { signal, batchPeople = BATCH_PEOPLE }: TellingOptions,
): Promise<void> {
  while (!signal.aborted && (await db.transaction((tx) => tellBatch(tx, batchPeople))));
}

type Announcement = typeof announcements.$inferSelect;

/**
 * The next of the people who were here when it was published. How far it has come is written with their notices, in one
 * transaction, and another server passes by meanwhile.
 * @returns whether there was anything to do.
 */
async function tellBatch(tx: Db, batchPeople: number): Promise<boolean> {
  const open = and(isNull(announcements.finishedAt), isNull(announcements.withdrawnAt));
  const [announcement] = await tx
    .select()
    .from(announcements)
    .where(open)
    .orderBy(asc(announcements.id))
    .limit(1)
    .for('update', { skipLocked: true });
  if (!announcement) return false;
  const { id: announcementId, publishedAt, reachedTo } = announcement;
  const name = nameOf(announcement);
  const { kind } = NOTICES[name];
  const where = and(gt(users.id, reachedTo), lte(users.createdAt, publishedAt));
  const listeners = await findListeners(tx, kind, { where, limit: batchPeople });
  await tellPeople(tx, listeners, { kind, name, data: {}, announcementId });
  const last = listeners.at(-1);
  await tx
    .update(announcements)
    .set(
      last && listeners.length === batchPeople
        ? { reached: sql`${announcements.reached} + ${listeners.length}`, reachedTo: last.userId }
        : // How far it came is the id of a person, and of no use any more.
          {
            reached: sql`${announcements.reached} + ${listeners.length}`,
            reachedTo: '',
            finishedAt: sql`now()`,
          },
    )
    .where(eq(announcements.id, announcementId));
  return true;
}

function nameOf({ id, notice }: Announcement): keyof typeof NOTICES {
  if (Object.hasOwn(NOTICES, notice)) return notice as keyof typeof NOTICES;
  throw new Error(`the announcement ${id} has a name that is not in the table of notices`);
}
