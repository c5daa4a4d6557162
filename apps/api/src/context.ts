import type { BrandProfile } from '@weir/brand/profile';
import type { Database } from '@weir/db/connect';
import type { Identify } from './auth/principal.ts';
import type { Sessions } from './auth/lucia.ts';
import type { PolicySettings } from './policies/policy-facts.ts';
import type { LedgerChecks } from './ledger/ledger-checks.ts';

/** What a procedure gets of the server and of its request. The published types leave its members out: they are the server's own. */
export interface Context {
  /** @internal */
  readonly database: Database;
  /** @internal */
  readonly brand: BrandProfile;
  /** What the policies tell of, beside the vendors. @internal */
  readonly policySettings: PolicySettings;
  /** @internal */
  readonly sessions: Sessions;
  /** @internal */
  readonly ledgerChecks: LedgerChecks;
  /** Who is calling; looked up once, by the first procedure of a request that asks. @internal */
  readonly identify: Identify;
}
