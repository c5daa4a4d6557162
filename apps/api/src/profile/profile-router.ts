import { users } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import type { MeView } from '../auth/auth-view.ts';
import { findMe } from '../auth/find-me.ts';
import { router, sessionProcedure } from '../trpc.ts';
import { changePassword } from './change-password.ts';
import { changePasswordInput, setPhoneInput, updateProfileInput } from './profile-inputs.ts';
import { requirePhonesTaken } from './require-phones-taken.ts';

export const profileRouter = router({
  update: sessionProcedure.input(updateProfileInput).mutation(async ({ ctx, input }): Promise<MeView> => {
    const { db } = ctx.database;
    await db.update(users).set({ username: input.username }).where(eq(users.id, ctx.session.userId));
    return findMe(db, ctx.session.userId);
  }),

  setPhone: sessionProcedure.input(setPhoneInput).mutation(async ({ ctx, input }): Promise<MeView> => {
    if (input.phone !== null) requirePhonesTaken(ctx.brand);
    const { db } = ctx.database;
    await db.update(users).set({ phone: input.phone }).where(eq(users.id, ctx.session.userId));
    return findMe(db, ctx.session.userId);
  }),

  changePassword: sessionProcedure
    .input(changePasswordInput)
    .mutation(async ({ ctx, input }): Promise<{ ok: true }> => {
      await changePassword(ctx.database.db, ctx.session, input);
      return { ok: true };
    }),
});
