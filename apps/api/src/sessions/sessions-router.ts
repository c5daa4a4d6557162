import { WeirError } from '@weir/core/errors';
import { sessions } from '@weir/db/schema';
import { and, desc, eq, gt, sql } from 'drizzle-orm';
import { z } from 'zod';
import { queueNotice } from '../notices/queue-notice.ts';
import { router, sessionProcedure } from '../trpc.ts';
import { endOtherSessions } from './end-sessions.ts';

export interface ListedSessionView {
  sessionId: string;
  /** A browser and a system, e.g. `Firefox, Linux`. */
  device: string | null;
  /** Null unless the gateway logs addresses. */
  address: string | null;
  createdAt: string;
  /** To within some minutes. */
  lastUsedAt: string;
  /** The one that asks. */
  isCurrent: boolean;
}

const revokeSessionInput = z.object({ sessionId: z.uuid('is no session') });

export const sessionsRouter = router({
  list: sessionProcedure.query(async ({ ctx }): Promise<ListedSessionView[]> => {
    const alive = and(eq(sessions.userId, ctx.session.userId), gt(sessions.expiresAt, sql`now()`));
    const rows = await ctx.database.db
      .select()
      .from(sessions)
      .where(alive)
      .orderBy(desc(sessions.lastUsedAt), sessions.publicId);
    return rows.map(({ publicId, device, address, createdAt, lastUsedAt }) => ({
      sessionId: publicId,
      device,
      address,
      createdAt: createdAt.toISOString(),
      lastUsedAt: lastUsedAt.toISOString(),
      isCurrent: publicId === ctx.session.sessionId,
    }));
  }),

  revoke: sessionProcedure
    .input(revokeSessionInput)
    .mutation(async ({ ctx, input }): Promise<{ ok: true }> => {
      const own = and(eq(sessions.publicId, input.sessionId), eq(sessions.userId, ctx.session.userId));
      const ended = await ctx.database.db.delete(sessions).where(own).returning({ id: sessions.publicId });
      if (ended.length === 0) throw new WeirError('not_found', 'This session has ended already.');
      return { ok: true };
    }),

  revokeOthers: sessionProcedure.mutation(async ({ ctx }): Promise<{ ended: number }> => {
    const { userId } = ctx.session;
    return ctx.database.db.transaction(async (tx) => {
      const ended = await endOtherSessions(tx, ctx.session);
      if (ended > 0) await queueNotice(tx, { userId, notice: 'sessions_ended', data: { ended } });
      return { ended };
    });
  }),
});
