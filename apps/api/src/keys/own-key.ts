import { WeirError } from '@weir/core/errors';
import { apiKeys } from '@weir/db/schema';
import { and, eq } from 'drizzle-orm';

/**
 * A key that is listed; the playground's are not.
 * @param accountId whose key it must be; undefined for an operator.
 */
export function ownKey(keyId: string, accountId: string | undefined) {
  return and(
    eq(apiKeys.id, keyId),
    eq(apiKeys.kind, 'secret'),
    accountId === undefined ? undefined : eq(apiKeys.accountId, accountId),
  );
}

export function noSuchKey(keyId: string): WeirError {
  return new WeirError('not_found', `There is no key ${keyId}.`, { param: 'keyId' });
}
