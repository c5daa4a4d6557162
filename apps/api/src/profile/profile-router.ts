import { users } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import type { MeView, SessionView } from '../auth/auth-view.ts';
import { findMe } from '../auth/find-me.ts';
import { sessionView } from '../auth/open-session.ts';
import { router, sessionProcedure } from '../trpc.ts';
import { changePassword } from './change-password.ts';
import { changePasswordInput, updateProfileInput } from './profile-inputs.ts';

export const profileRouter = router({
  update: sessionProcedure.input(updateProfileInput).mutation(async ({ ctx, input }): Promise<MeView> => {
    const { db } = ctx.database;
    await db.update(users).set({ username: input.username }).where(eq(users.id, ctx.session.userId));
    return findMe(ctx, ctx.session.userId);
  }),

  changePassword: sessionProcedure
    .input(changePasswordInput)
    .mutation(async ({ ctx, input }): Promise<SessionView> => {
      await changePassword(ctx.database.db, ctx.session, input);
      return sessionView(await ctx.sessions.renew(ctx.session.sessionToken));
    }),
});
