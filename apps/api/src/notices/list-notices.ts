import type { Db } from '@weir/db/connect';
import { notices } from '@weir/db/schema';
import { and, desc, eq, lt } from 'drizzle-orm';
import { pageOf } from '../page.ts';
import type { Locale } from './locale.ts';
import { renderNotice } from './notice-table.ts';
import type { NoticePage } from './notice-view.ts';

/** What a person was told, newest first. A notice that this version has no words for is left out. */
export async function listNotices(
  db: Db,
  userId: string,
  { locale, limit, cursor }: { locale: Locale; limit: number; cursor?: string | undefined },
): Promise<NoticePage> {
  const rows = await db
    .select()
    .from(notices)
    .where(and(eq(notices.userId, userId), cursor === undefined ? undefined : lt(notices.id, cursor)))
    .orderBy(desc(notices.id))
    .limit(limit + 1);
  const { items, nextCursor } = pageOf(rows, limit, ({ id }) => id);
  return {
    nextCursor,
    items: items.flatMap(({ id, kind, name, data, createdAt, readAt }) => {
      const rendered = renderNotice(name, data, locale);
      const times = { createdAt: createdAt.toISOString(), readAt: readAt?.toISOString() ?? null };
      return rendered ? [{ noticeId: id, kind, ...rendered, ...times }] : [];
    }),
  };
}
