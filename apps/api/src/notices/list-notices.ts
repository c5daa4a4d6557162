import type { Db } from '@weir/db/connect';
import { announcements, notices } from '@weir/db/schema';
import { and, count, desc, eq, gt, inArray, isNull, lt, sql } from 'drizzle-orm';
import { pageOf } from '../page.ts';
import type { Locale } from './locale.ts';
import { selectNotices, viewNotice } from './find-notice.ts';
import type { NoticeName } from './notice-table.ts';
import type { NoticePage, NoticeView } from './notice-view.ts';

/** An announcement stands above every page for so long, or until its person has read it. */
const BANNER_LIFE = sql`interval '14 days'`;
const BANNERS_MAX = 3;
/** A policy that was published has a banner of its own. */
const ANNOUNCED = ['service_announcement', 'policy_announcement'] as const satisfies NoticeName[];

/** What a person was told, newest first. A notice that this version has no words for is left out. */
export async function listNotices(
  db: Db,
  userId: string,
  { locale, limit, cursor }: { locale: Locale; limit: number; cursor?: string | undefined },
): Promise<NoticePage> {
  const before = cursor === undefined ? undefined : lt(notices.id, cursor);
  const rows = await selectNotices(db, and(eq(notices.userId, userId), before))
    .orderBy(desc(notices.id))
    .limit(limit + 1);
  const { items, nextCursor } = pageOf(rows, limit, ({ id }) => id);
  return { nextCursor, items: items.flatMap((row) => viewNotice(row, locale) ?? []) };
}

export async function countUnread(db: Db, userId: string): Promise<number> {
  const [row] = await db
    .select({ count: count() })
    .from(notices)
    .leftJoin(announcements, eq(announcements.id, notices.announcementId))
    .where(and(eq(notices.userId, userId), isNull(notices.readAt), isNull(announcements.withdrawnAt)));
  return row?.count ?? 0;
}

/** What operators announced of late and the person has not read, newest first. */
export async function listBanners(db: Db, userId: string, locale: Locale): Promise<NoticeView[]> {
  const isCurrent = and(isNull(notices.readAt), gt(notices.createdAt, sql`now() - ${BANNER_LIFE}`));
  const own = and(eq(notices.userId, userId), inArray(notices.name, [...ANNOUNCED]), isCurrent);
  const rows = await selectNotices(db, own).orderBy(desc(notices.id)).limit(BANNERS_MAX);
  return rows.flatMap((row) => viewNotice(row, locale) ?? []);
}
