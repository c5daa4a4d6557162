import { noticeKind, noticePreferences, notices, users } from '@weir/db/schema';
import { and, count, eq, isNull, sql } from 'drizzle-orm';
import { z } from 'zod';
import { router, sessionProcedure } from '../trpc.ts';
import { locale } from '../auth/auth-inputs.ts';
import { cursorOf, pageLimit } from '../page.ts';
import { listNotices } from './list-notices.ts';
import type { NoticePage, NoticePreferencesView } from './notice-view.ts';
import { readPreferences } from './read-preferences.ts';

const listInput = z.object({ locale, limit: pageLimit, cursor: cursorOf('ntc').optional() });
/** Security notices are mailed whatever anybody prefers. */
const optionalKind = z.enum(noticeKind.enumValues).exclude(['security']);
const preferencesInput = z.object({ locale: locale.unwrap(), mailed: z.array(optionalKind) });

export const noticesRouter = router({
  list: sessionProcedure
    .input(listInput)
    .query(({ ctx, input }): Promise<NoticePage> => listNotices(ctx.database.db, ctx.session.userId, input)),

  unread: sessionProcedure.query(async ({ ctx }): Promise<{ count: number }> => {
    const unread = and(eq(notices.userId, ctx.session.userId), isNull(notices.readAt));
    const [row] = await ctx.database.db.select({ count: count() }).from(notices).where(unread);
    return { count: row?.count ?? 0 };
  }),

  markAllRead: sessionProcedure.mutation(async ({ ctx }): Promise<{ ok: true }> => {
    const unread = and(eq(notices.userId, ctx.session.userId), isNull(notices.readAt));
    await ctx.database.db
      .update(notices)
      .set({ readAt: sql`now()` })
      .where(unread);
    return { ok: true };
  }),

  preferences: sessionProcedure.query(({ ctx }): Promise<NoticePreferencesView> =>
    readPreferences(ctx.database.db, ctx.session.userId),
  ),

  setPreferences: sessionProcedure
    .input(preferencesInput)
    .mutation(async ({ ctx, input }): Promise<NoticePreferencesView> => {
      const { userId } = ctx.session;
      const rows = optionalKind.options.map((kind) => ({
        userId,
        kind,
        mailed: input.mailed.includes(kind),
      }));
      await ctx.database.db.transaction(async (tx) => {
        await tx.update(users).set({ locale: input.locale }).where(eq(users.id, userId));
        await tx
          .insert(noticePreferences)
          .values(rows)
          .onConflictDoUpdate({
            target: [noticePreferences.userId, noticePreferences.kind],
            set: { mailed: sql`excluded.mailed` },
          });
      });
      return readPreferences(ctx.database.db, userId);
    }),
});
