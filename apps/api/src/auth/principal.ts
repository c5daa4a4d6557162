import { hashSecret, API_KEY_PREFIX, isWellFormedApiKey } from '@weir/core/api-key';
import { WeirError } from '@weir/core/errors';
import type { KeyScope } from '@weir/core/key-scopes';
import type { Db } from '@weir/db/connect';
import { apiKeys } from '@weir/db/schema';
import { eq, or } from 'drizzle-orm';
import type { Sessions } from './lucia.ts';

/** A person who signed in. */
export interface SessionPrincipal {
  readonly kind: 'session';
  readonly accountId: string;
  readonly userId: string;
  /** As lists of sessions call it. */
  readonly sessionId: string;
  /** The session token itself, to end this session or spare it from being ended. */
  readonly sessionToken: string;
  /** When the person last proved who they are. */
  readonly authenticatedAt: Date;
}

/** A program with an API key. */
export interface ApiKeyPrincipal {
  readonly kind: 'api_key';
  readonly accountId: string;
  readonly keyId: string;
  readonly scopes: readonly KeyScope[];
}

export type Principal = SessionPrincipal | ApiKeyPrincipal;

/**
 * @returns undefined when the request carries no credential.
 * @throws {WeirError} when it carries one that does not hold.
 */
export type Identify = () => Promise<Principal | undefined>;

/** Reads `Authorization: Bearer X` when first asked, where X is a session token or an API key. */
export function identifyOnce(db: Db, sessions: Sessions, authorization: string | undefined): Identify {
  let principal: Promise<Principal | undefined> | undefined;
  return () => (principal ??= identify(db, sessions, authorization));
}

async function identify(
  db: Db,
  sessions: Sessions,
  authorization: string | undefined,
): Promise<Principal | undefined> {
  if (authorization === undefined) return undefined;
  const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
  if (token === undefined) {
    throw new WeirError('not_signed_in', 'The Authorization header is not of the form `Bearer …`.');
  }
  if (token.startsWith(API_KEY_PREFIX)) return findKeyHolder(db, token);

  const session = await sessions.find(token);
  if (!session) throw new WeirError('not_signed_in', 'The session has ended. Sign in again.');
  return { kind: 'session', ...session, sessionToken: token };
}

async function findKeyHolder(db: Db, key: string): Promise<ApiKeyPrincipal> {
  const hash = hashSecret(key);
  const [row] = isWellFormedApiKey(key)
    ? await db
        .select()
        .from(apiKeys)
        .where(or(eq(apiKeys.hash, hash), eq(apiKeys.previousHash, hash)))
    : [];
  if (!row)
    throw new WeirError('invalid_api_key', 'There is no such API key. Check that it was copied whole.');
  if (row.revokedAt) throw new WeirError('api_key_revoked', 'This API key was revoked. Create another one.');
  if (row.leakedAt) {
    throw new WeirError(
      'api_key_leaked',
      'This API key was found in public and is disabled. Rotate it in the dashboard, and use the new one.',
    );
  }
  if (row.disabledAt) {
    throw new WeirError('api_key_disabled', 'This API key is disabled. See its state in the dashboard.');
  }
  const now = new Date();
  if (row.expiresAt && row.expiresAt <= now) {
    throw new WeirError('api_key_expired', 'This API key has expired. Create another one.');
  }
  if (row.hash !== hash && (row.previousExpiresAt === null || row.previousExpiresAt <= now)) {
    throw new WeirError('api_key_expired', 'This API key was replaced by a rotation. Use the new one.');
  }
  return { kind: 'api_key', accountId: row.accountId, keyId: row.id, scopes: row.scopes };
}
