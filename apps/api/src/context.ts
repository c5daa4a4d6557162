import type { KeyedHash } from '@weir/core/keyed-hash';
import type { SecretBox } from '@weir/core/secret-box';
import type { Database } from '@weir/db/connect';
import type { Attempts } from './auth/attempts.ts';
import type { ClientPlace } from './auth/client-place.ts';
import type { FindKeyHolder } from './auth/find-key-holder.ts';
import type { Identify } from './auth/principal.ts';
import type { Sessions } from './auth/lucia.ts';
import type { SignInSettings } from './auth/sign-in-settings.ts';
import type { Config } from './config.ts';
import type { LedgerChecks } from './ledger/ledger-checks.ts';
import type { PolicySettings } from './policies/policy-facts.ts';

/** What a procedure gets of the server and of its request. The published types leave its members out: they are the server's own. */
export interface Context {
  /** @internal */
  readonly database: Database;
  /** @internal */
  readonly sessions: Sessions;
  /** @internal */
  readonly findKeyHolder: FindKeyHolder;
  /** @internal */
  readonly ledgerChecks: LedgerChecks;
  /** Seals what has to be read again. @internal */
  readonly secrets: SecretBox;
  /** @internal */
  readonly keyedHash: KeyedHash;
  /** @internal */
  readonly attempts: Attempts;
  /** Whether mail leaves by a mail server, and not to the outbox. @internal */
  readonly hasMailServer: boolean;
  /** @internal */
  readonly settings: SignInSettings &
    PolicySettings &
    Pick<Config, 'WEIR_DELETION_GRACE_DAYS' | 'WEIR_WEBHOOK_PRIVATE_HOSTS'>;
  /** Where the request came from, as the trusted proxies say. Counted by, never stored or logged. @internal */
  readonly clientAddress: string;
  /** The same, as far as it may be kept. @internal */
  readonly client: ClientPlace;
  /** Who is calling; looked up once, by the first procedure of a request that asks. @internal */
  readonly identify: Identify;
}
