import { initTRPC } from '@trpc/server';
import { WeirError } from '@weir/core/errors';
import type { KeyScope } from '@weir/core/key-scopes';
import type { Actor } from './audit/actor.ts';
import type { Context } from './context.ts';
import { requireRecentProof } from './auth/require-recent-proof.ts';
import { requireScope } from './auth/require-scope.ts';
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

/**
 * For a person who has proved who they are within the last minutes: what a session that was left open, or stolen, must
 * not do. Others are answered with `reauthentication_required`, and ask again after `auth.reauthenticate`.
 */
export const recentlyAuthenticatedProcedure = sessionProcedure.use(({ ctx, next }) => {
  requireRecentProof(ctx.session, ctx.settings);
  return next();
});

/** For people of the staff who have one of these roles: `ctx.session`, and `ctx.actor` for the audit log. */
export function staffProcedure(...roles: readonly [StaffRole, ...StaffRole[]]) {
  return sessionProcedure.use(async ({ ctx, next }) => {
    const { userId } = ctx.session;
    const role = await requireStaff(ctx, userId, roles);
    const actor: Actor = { kind: 'staff', id: userId, role };
    return next({ ctx: { actor } });
  });
}

/** As {@link staffProcedure}, for what an old or stolen session must not do. */
export function recentStaffProcedure(...roles: readonly [StaffRole, ...StaffRole[]]) {
  return staffProcedure(...roles).use(({ ctx, next }) => {
    requireRecentProof(ctx.session, ctx.settings);
    return next();
  });
}

/** For a person who is signed in, or a program whose API key has the scope, on their own account: `ctx.accountId`. */
function scopedProcedure(scope: KeyScope) {
  return publicProcedure.use(async ({ ctx, next }) => {
    const { accountId } = requireScope(await ctx.identify(), scope);
    return next({ ctx: { accountId } });
  });
}

/** What an account used, and has. */
export const accountProcedure = scopedProcedure('read');

/** Its keys. */
export const keysProcedure = scopedProcedure('manage');

/** What gives out a secret: a person has to have proved who they are within the last minutes. */
export const newSecretProcedure = keysProcedure.use(async ({ ctx, next }) => {
  const principal = await ctx.identify();
  if (principal?.kind === 'session') requireRecentProof(principal, ctx.settings);
  return next();
});
