import { newId } from '@weir/core/ids';
import type { Db } from '@weir/db/connect';
import { announcements } from '@weir/db/schema';
import type { announcementNotices } from '../notices/announcement-notices.ts';
import { NOTICES, type NoticeData } from '../notices/notice-table.ts';
import { countListeners } from '../notices/tell-people.ts';
import { ANNOUNCEMENT_JOB, wakeJob } from '../notices/wake-job.ts';

export type AnnouncementName = keyof typeof announcementNotices;

export interface NewAnnouncement<Name extends AnnouncementName> {
  notice: Name;
  data: NoticeData<Name>;
  /** The same one a second time is published once. */
  announcementId?: string;
}

/**
 * Tells everybody who is here now something. Part of the caller's transaction; a job writes the notices after it.
 * @returns what was published, and whether it was by this call.
 */
export async function announce<Name extends AnnouncementName>(
  tx: Db,
  { notice, data, announcementId = newId('announcement') }: NewAnnouncement<Name>,
): Promise<{ announcementId: string; recipients: number; isNew: boolean }> {
  const { kind, data: schema } = NOTICES[notice];
  const { recipients } = await countListeners(tx, kind);
  const row = { id: announcementId, notice, data: schema.parse(data), recipients };
  const published = await tx
    .insert(announcements)
    .values(row)
    .onConflictDoNothing()
    .returning({ id: announcements.id });
  await wakeJob(tx, ANNOUNCEMENT_JOB);
  return { announcementId, recipients, isNew: published.length > 0 };
}
