import { hashSecret, API_KEY_PREFIX, isWellFormedApiKey } from '@weir/core/api-key';
import { WeirError } from '@weir/core/errors';
import type { Db } from '@weir/db/connect';
import { apiKeys } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
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
  if (token.startsWith(API_KEY_PREFIX)) return { kind: 'api_key', accountId: await accountOfKey(db, token) };

  const session = await sessions.find(token);
  if (!session) throw new WeirError('not_signed_in', 'The session has ended. Sign in again.');
  return { kind: 'session', ...session, sessionToken: token };
}

async function accountOfKey(db: Db, key: string): Promise<string> {
  const [row] = isWellFormedApiKey(key)
    ? await db
        .select()
        .from(apiKeys)
        .where(eq(apiKeys.hash, hashSecret(key)))
    : [];
  if (!row)
    throw new WeirError('invalid_api_key', 'There is no such API key. Check that it was copied whole.');
  if (row.revokedAt) throw new WeirError('api_key_revoked', 'This API key was revoked. Create another one.');
  if (row.expiresAt && row.expiresAt <= new Date()) {
    throw new WeirError('invalid_api_key', 'This API key has expired. Create another one.');
  }
  return row.accountId;
}
