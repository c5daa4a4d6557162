import { noticeKind, notices } from '@weir/db/schema';
import { and, count, eq, isNull, sql } from 'drizzle-orm';
import { z } from 'zod';
import { router, sessionProcedure } from '../trpc.ts';
import { locale } from '../auth/auth-inputs.ts';
import { cursorOf, pageLimit } from '../page.ts';
import { listNotices } from './list-notices.ts';
import type { NoticePage, NoticePreferencesView } from './notice-view.ts';
import { readPreferences, setPreferences } from './preferences.ts';

const listInput = z.object({ locale, limit: pageLimit, cursor: cursorOf('ntc').optional() });
/** Security notices are mailed whatever anybody prefers. */
const optionalKind = z.enum(noticeKind.enumValues).exclude(['security']);
const preferencesInput = z.object({
  locale: locale.unwrap(),
  mailed: z.array(optionalKind),
  lowBalanceNanoUsd: z
    .string()
    .regex(/^\d{1,18}$/, 'Write an amount of nanoUsd from 0 on, as a decimal string.')
    .transform(BigInt)
    .optional(),
});

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
    readPreferences(ctx.database.db, ctx.session),
  ),

  setPreferences: sessionProcedure
    .input(preferencesInput)
    .mutation(async ({ ctx, input }): Promise<NoticePreferencesView> => {
      await setPreferences(ctx.database.db, ctx.session, input);
      return readPreferences(ctx.database.db, ctx.session);
    }),
});
