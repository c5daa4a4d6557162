import type { Db } from '@weir/db/connect';
import { announcements } from '@weir/db/schema';
import { desc, lt } from 'drizzle-orm';
import type { Locale } from '../notices/locale.ts';
import { renderNotice } from '../notices/notice-table.ts';
import { pageOf } from '../page.ts';
import type { AnnouncementPage, AnnouncementView } from './announcement-view.ts';
import { isOfPolicy } from './publish-announcement.ts';

type Announcement = typeof announcements.$inferSelect;

/** What everybody was told, newest first. */
export async function listAnnouncements(
  db: Db,
  { locale, limit, cursor }: { locale: Locale; limit: number; cursor?: string | undefined },
): Promise<AnnouncementPage> {
  const rows = await db
    .select()
    .from(announcements)
    .where(cursor === undefined ? undefined : lt(announcements.id, cursor))
    .orderBy(desc(announcements.id))
    .limit(limit + 1);
  const { items, nextCursor } = pageOf(rows, limit, ({ id }) => id);
  return { items: items.flatMap((row) => viewAnnouncement(row, locale) ?? []), nextCursor };
}

function viewAnnouncement(row: Announcement, locale: Locale): AnnouncementView | undefined {
  const rendered = renderNotice(row.notice, row.data, locale);
  return (
    rendered && {
      announcementId: row.id,
      kind: rendered.kind,
      title: rendered.title,
      text: rendered.text,
      isOfPolicy: isOfPolicy(row.notice),
      state: stateOf(row),
      recipients: row.recipients,
      reached: row.reached,
      publishedAt: row.publishedAt.toISOString(),
      withdrawnAt: row.withdrawnAt?.toISOString() ?? null,
    }
  );
}

function stateOf({ withdrawnAt, finishedAt, reached }: Announcement): AnnouncementView['state'] {
  if (withdrawnAt) return 'withdrawn';
  if (finishedAt) return 'told';
  return reached === 0 ? 'queued' : 'telling';
}
