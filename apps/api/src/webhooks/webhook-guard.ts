import { WeirError } from '@weir/core/errors';
import { outwardGuard, type OutwardGuard } from '@weir/settings/outward-guard';
import type { PrivateHosts } from '@weir/settings/private-hosts';

/** A webhook's address that is not to be called. Its code is what its person is shown. */
export class RefusedAddress extends Error {
  override readonly name = 'RefusedAddress';
  readonly code = 'ADDRESS_REFUSED';
}

/** What notices may be posted to: https at a public address, or what `WEIR_WEBHOOK_PRIVATE_HOSTS` names. */
export function webhookGuard(privateHosts: PrivateHosts): OutwardGuard {
  return outwardGuard(privateHosts, (what) => new RefusedAddress(`refused to connect to ${what}`));
}

/**
 * Refuses what can be told from the URL alone; where a name leads to is looked at whenever it is called.
 * @throws {WeirError} `invalid_request`
 */
export function requireCallable(url: string, privateHosts: PrivateHosts): void {
  try {
    webhookGuard(privateHosts).isNamed(new URL(url));
  } catch (error) {
    if (!(error instanceof RefusedAddress)) throw error;
    throw new WeirError('invalid_request', 'Write an https:// URL at a public address.', { param: 'url' });
  }
}
