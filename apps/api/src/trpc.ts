import { initTRPC } from '@trpc/server';
import { WeirError } from '@weir/core/errors';
import type { Context } from './context.ts';
import { requireStaff } from './staff/require-staff.ts';
import type { StaffRole } from './staff/staff-role.ts';
import { shapeError, toTrpcError } from './trpc-errors.ts';

const t = initTRPC.context<Context>().create({ errorFormatter: shapeError, isDev: false });

export const router = t.router;

/** For anyone. */
export const publicProcedure = t.procedure.use(async ({ next }) => {
  const result = await next();
  if (!result.ok && result.error.cause instanceof WeirError) throw toTrpcError(result.error.cause);
  return result;
});

/** For a person who is signed in: `ctx.session`. */
export const sessionProcedure = publicProcedure.use(async ({ ctx, next }) => {
  const principal = await ctx.identify();
  if (!principal) throw new WeirError('not_signed_in', 'Sign in first.');
  if (principal.kind !== 'session') {
    throw new WeirError('forbidden', 'An API key can’t do this. Sign in to the dashboard.');
  }
  return next({ ctx: { session: principal } });
});

const MINUTE_MS = 60_000;

/**
 * For a person who has proved who they are within the last minutes: what a session that was left open, or stolen, must
 * not do. Others are answered with `reauthentication_required`, and ask again after `auth.reauthenticate`.
 */
export const recentlyAuthenticatedProcedure = sessionProcedure.use(({ ctx, next }) => {
  const ageMs = Date.now() - ctx.session.authenticatedAt.getTime();
  if (ageMs <= ctx.settings.WEIR_REAUTHENTICATE_MINUTES * MINUTE_MS) return next();
  throw new WeirError('reauthentication_required', 'Confirm that it is you, then send this again.');
});

/** For people of the staff: of these roles, or of any. `ctx.session` and `ctx.staffRole`. */
export function staffProcedure(...roles: readonly StaffRole[]) {
  return sessionProcedure.use(async ({ ctx, next }) => {
    const staffRole = await requireStaff(ctx, ctx.session.userId, roles);
    return next({ ctx: { staffRole } });
  });
}

/** For a person who is signed in or a program with an API key, on their own account: `ctx.accountId`. */
export const accountProcedure = publicProcedure.use(async ({ ctx, next }) => {
  const principal = await ctx.identify();
  if (!principal) {
    throw new WeirError('not_signed_in', 'Send an API key or a session token as `Authorization: Bearer …`.');
  }
  return next({ ctx: { accountId: principal.accountId } });
});
