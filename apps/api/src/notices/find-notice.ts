import type { Db } from '@weir/db/connect';
import { announcements, notices } from '@weir/db/schema';
import { and, eq, isNull, sql, type SQL } from 'drizzle-orm';
import type { Locale } from './locale.ts';
import { renderNotice, type RenderedNotice } from './notice-table.ts';
import type { NoticeView } from './notice-view.ts';

const COLUMNS = {
  id: notices.id,
  name: notices.name,
  data: sql<Record<string, unknown>>`coalesce(${announcements.data}, ${notices.data})`,
  createdAt: notices.createdAt,
  readAt: notices.readAt,
};

export interface StoredNotice {
  id: string;
  name: string;
  data: Record<string, unknown>;
  createdAt: Date;
  readAt: Date | null;
}

/** Notices that hold: those of an announcement that was withdrawn are left out. */
export function selectNotices(db: Db, where: SQL | undefined) {
  return db
    .select(COLUMNS)
    .from(notices)
    .leftJoin(announcements, eq(announcements.id, notices.announcementId))
    .where(and(where, isNull(announcements.withdrawnAt)));
}

/** A notice in words; undefined where this version has none for it. */
export function viewNotice(stored: StoredNotice, locale: Locale): NoticeView | undefined {
  const rendered = renderNotice(stored.name, stored.data, locale);
  return (
    rendered && {
      noticeId: stored.id,
      ...rendered,
      createdAt: stored.createdAt.toISOString(),
      readAt: stored.readAt?.toISOString() ?? null,
    }
  );
}

/** What is sent of a notice; undefined when it is gone, withdrawn, or this version has no words for it. */
export async function findNotice(
  db: Db,
  noticeId: string,
  locale: Locale,
): Promise<(StoredNotice & RenderedNotice) | undefined> {
  const [stored] = await selectNotices(db, eq(notices.id, noticeId));
  const rendered = stored && renderNotice(stored.name, stored.data, locale);
  return rendered && { ...stored, ...rendered };
}
