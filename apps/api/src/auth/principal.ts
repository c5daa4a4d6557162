import { API_KEY_PREFIX } from '@weir/core/api-key';
import { WeirError } from '@weir/core/errors';
import type { ApiKeyPrincipal, FindKeyHolder } from './find-key-holder.ts';
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

export type Principal = SessionPrincipal | ApiKeyPrincipal;

/**
 * @returns undefined when the request carries no credential.
 * @throws {WeirError} when it carries one that does not hold.
 */
export type Identify = () => Promise<Principal | undefined>;

/** A request, as far as it says who is asking. */
interface Asking {
  /** `Authorization`. */
  readonly authorization: string | undefined;
  /** Where it comes from, as the trusted proxies say. */
  readonly address: string;
}

interface Finders {
  readonly sessions: Sessions;
  readonly findKeyHolder: FindKeyHolder;
}

/**
 * Reads the credential when first asked: `Bearer X`, where X is an API key or a session token, or `Session X`, which
 * the dashboard sends. Its cookie, whatever it holds, is then never taken for a key.
 */
export function identifyOnce(finders: Finders, asking: Asking): Identify {
  let principal: Promise<Principal | undefined> | undefined;
  return () => (principal ??= identify(finders, asking));
}

async function identify(
  { sessions, findKeyHolder }: Finders,
  { authorization, address }: Asking,
): Promise<Principal | undefined> {
  if (authorization === undefined) return undefined;
  const [, scheme = '', token = ''] = /^(Bearer|Session) +(\S+)$/i.exec(authorization) ?? [];
  if (token === '') {
    throw new WeirError('not_signed_in', 'The Authorization header is not of the form `Bearer …`.');
  }
  const isSession = scheme.toLowerCase() === 'session';
  if (!isSession && token.startsWith(API_KEY_PREFIX)) return findKeyHolder(token, address);

  const session = await sessions.find(token, address);
  if (!session) throw new WeirError('not_signed_in', 'The session has ended. Sign in again.');
  return { kind: 'session', ...session, sessionToken: token };
}
