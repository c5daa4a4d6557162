import { isIP } from 'node:net';
import { WeirError } from '@weir/core/errors';

/** What passkeys are bound to. */
export interface RelyingParty {
  id: string;
  origin: string;
}

/** COSE: EdDSA, ES256, RS256. What authenticators have, and Node verifies without a warning. */
export const PASSKEY_ALGORITHMS = [-8, -7, -257] as const;

const LOOPBACK = new Set(['127.0.0.1', '[::1]']);

/**
 * The dashboard's host and origin. A passkey can't be bound to an address: on one machine it is to `localhost`, by which
 * the dashboard is reached too.
 * @throws {WeirError} `invalid_request` where people reach the dashboard by an address.
 */
export function relyingParty(publicWebUrl: string): RelyingParty {
  const url = new URL(publicWebUrl);
  if (LOOPBACK.has(url.hostname)) url.hostname = 'localhost';
  if (isIP(url.hostname.replace(/^\[|\]$/g, '')) !== 0) {
    throw new WeirError(
      'invalid_request',
      'Passkeys need a domain name. This dashboard is reached by an address; ask its operator for a name.',
    );
  }
  return { id: url.hostname, origin: url.origin };
}
