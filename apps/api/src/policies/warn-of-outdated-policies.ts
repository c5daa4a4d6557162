import type { Db } from '@weir/db/connect';
import type { Logger } from 'pino';
import { outdatedPolicies } from './policies.ts';
import { policyFacts, type PolicySettings } from './policy-facts.ts';

/** Tells the operator that people read something else than what the gateway is set up to do. */
export async function warnOfOutdatedPolicies(db: Db, settings: PolicySettings, log: Logger): Promise<void> {
  for (const policy of await outdatedPolicies(db, await policyFacts(db, settings))) {
    log.warn(
      { policy },
      'The published policy is not what this gateway is set up to do any more. Publish it anew: weir policy publish --kind …',
    );
  }
}
