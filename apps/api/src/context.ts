import type { Database } from '@weir/db/connect';
import type { SecretBox } from '@weir/core/secret-box';
import type { ClientPlace } from './auth/client-place.ts';
import type { Identify } from './auth/principal.ts';
import type { Sessions } from './auth/lucia.ts';
import type { SignInSettings } from './auth/sign-in-settings.ts';
import type { Config } from './config.ts';
import type { LedgerChecks } from './ledger/ledger-checks.ts';

/** What a procedure gets of the server and of its request. The published types leave its members out: they are the server's own. */
export interface Context {
  /** @internal */
  readonly database: Database;
  /** @internal */
  readonly sessions: Sessions;
  /** @internal */
  readonly ledgerChecks: LedgerChecks;
  /** Seals what has to be read again. @internal */
  readonly secrets: SecretBox;
  /** @internal */
  readonly settings: SignInSettings & Pick<Config, 'WEIR_DELETION_GRACE_DAYS'>;
  /** Where the request comes from. @internal */
  readonly client: ClientPlace;
  /** Who is calling; looked up once, by the first procedure of a request that asks. @internal */
  readonly identify: Identify;
}
