import { z } from 'zod';
import { publicProcedure, router, sessionProcedure, staffProcedure } from '../trpc.ts';
import {
  acceptPolicies,
  findPolicy,
  outdatedPolicies,
  pendingPolicies,
  POLICY_KINDS,
  type PolicyKind,
} from './policies.ts';
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

  /** Which policies have to be published anew, as the gateway is set up otherwise by now. */
  outdated: staffProcedure('owner', 'admin').query(async ({ ctx }): Promise<PolicyKind[]> => {
    const { db } = ctx.database;
    return outdatedPolicies(db, await policyFacts(db, ctx.settings));
  }),

  accept: sessionProcedure
    .input(z.object({ versionIds: policyVersionIds }))
    .mutation(async ({ ctx, input }): Promise<{ ok: true }> => {
      await acceptPolicies(ctx.database.db, ctx.session.userId, input.versionIds);
      return { ok: true };
    }),
});
