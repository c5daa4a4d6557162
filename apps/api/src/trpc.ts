import { initTRPC } from '@trpc/server';
import { WeirError } from '@weir/core/errors';
import type { Actor } from './audit/actor.ts';
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

/** For people of the staff who have one of these roles: `ctx.session`, and `ctx.actor` for the audit log. */
export function staffProcedure(...roles: readonly [StaffRole, ...StaffRole[]]) {
  return sessionProcedure.use(async ({ ctx, next }) => {
    const { userId } = ctx.session;
    const role = await requireStaff(ctx.database.db, userId, roles);
    const actor: Actor = { kind: 'staff', id: userId, role };
    return next({ ctx: { actor } });
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
