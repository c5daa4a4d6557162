import { WeirError } from '@weir/core/errors';
import { missingScope, type KeyScope } from '@weir/core/key-scopes';
import type { Principal } from './principal.ts';

/**
 * A person may do everything with their account, a program what its key is for.
 * @throws {WeirError} `not_signed_in` or `forbidden`
 */
export function requireScope(principal: Principal | undefined, scope: KeyScope): Principal {
  if (!principal) {
    throw new WeirError('not_signed_in', 'Send an API key or a session token as `Authorization: Bearer …`.');
  }
  if (principal.kind === 'api_key' && !principal.scopes.includes(scope)) {
    throw new WeirError('forbidden', missingScope(scope));
  }
  return principal;
}
