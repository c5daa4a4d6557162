import { z } from 'zod';
import { publicProcedure, router, sessionProcedure } from '../trpc.ts';
import { acceptPolicies, findPolicy, pendingPolicies, POLICY_KINDS } from './policies.ts';
import { policyFacts } from './policy-facts.ts';
import { policyVersionIds, versionId } from './policy-inputs.ts';
import type { PendingPolicyView, PolicyView } from './policy-view.ts';

export const policiesRouter = router({
  get: publicProcedure
    .input(z.object({ kind: z.enum(POLICY_KINDS), versionId: versionId.optional() }))
    .query(({ ctx, input }): Promise<PolicyView> => {
      const { db } = ctx.database;
      return findPolicy(db, input, () => policyFacts(db, ctx.settings));
    }),

  /** What the person has yet to read and accept. */
  pending: sessionProcedure.query(({ ctx }): Promise<PendingPolicyView[]> =>
    pendingPolicies(ctx.database.db, ctx.session.userId),
  ),

  accept: sessionProcedure
    .input(z.object({ versionIds: policyVersionIds }))
    .mutation(async ({ ctx, input }): Promise<{ ok: true }> => {
      await acceptPolicies(ctx.database.db, ctx.session.userId, input.versionIds);
      return { ok: true };
    }),
});
