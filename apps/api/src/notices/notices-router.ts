import { WeirError } from '@weir/core/errors';
import { noticeKind, notices } from '@weir/db/schema';
import { and, eq, isNull, sql } from 'drizzle-orm';
import { z } from 'zod';
import { router, sessionProcedure } from '../trpc.ts';
import { locale } from '../auth/auth-inputs.ts';
import { cursorOf, pageLimit } from '../page.ts';
import { webhookRouter } from '../webhooks/webhook-router.ts';
import { countUnread, listBanners, listNotices } from './list-notices.ts';
import type { NoticePage, NoticePreferencesView, NoticeView } from './notice-view.ts';
import { readPreferences, setPreferences } from './preferences.ts';

const listInput = z.object({ locale, limit: pageLimit, cursor: cursorOf('ntc').optional() });
/** Security notices are mailed whatever anybody prefers. */
const optionalKind = z.enum(noticeKind.enumValues).exclude(['security']);
const preferencesInput = z.object({
  locale: locale.unwrap(),
  mailed: z.array(optionalKind),
  posted: z.array(z.enum(noticeKind.enumValues)).optional(),
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
    return { count: await countUnread(ctx.database.db, ctx.session.userId) };
  }),

  /** What was announced of late and is yet unread, for the top of every page. */
  banners: sessionProcedure
    .input(z.object({ locale }))
    .query(({ ctx, input }): Promise<NoticeView[]> =>
      listBanners(ctx.database.db, ctx.session.userId, input.locale),
    ),

  markRead: sessionProcedure
    .input(z.object({ noticeId: cursorOf('ntc') }))
    .mutation(async ({ ctx, input }): Promise<{ ok: true }> => {
      const own = and(eq(notices.id, input.noticeId), eq(notices.userId, ctx.session.userId));
      const read = await ctx.database.db
        .update(notices)
        .set({ readAt: sql`coalesce(${notices.readAt}, now())` })
        .where(own)
        .returning({ id: notices.id });
      if (read.length === 0)
        throw new WeirError('not_found', 'There is no such notice.', { param: 'noticeId' });
      return { ok: true };
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

  webhook: webhookRouter,
});
