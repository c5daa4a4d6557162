import type { Db } from '@weir/db/connect';
import type { Audited } from '../audit/write-audit.ts';
import { setAccount } from './set-account.ts';

/** Puts an account into a group, or out of it; says so for the audit log. @throws {WeirError} as `setAccount`. */
export async function changeGroup(db: Db, accountId: string, groupId: string | null): Promise<Audited> {
  const before = await setAccount(db, accountId, { groupId });
  return {
    action: 'account.set_group',
    targetId: accountId,
    accountId,
    before: { groupId: before.groupId },
    after: { groupId },
  };
}

/** Limits the calls at a time of an account, or no longer; says so for the audit log. @throws {WeirError} as `setAccount`. */
export async function changeConcurrency(
  db: Db,
  accountId: string,
  concurrencyMax: number | null,
): Promise<Audited> {
  const before = await setAccount(db, accountId, { concurrencyMax });
  return {
    action: 'account.set_concurrency',
    targetId: accountId,
    accountId,
    before: { concurrencyMax: before.concurrencyMax },
    after: { concurrencyMax },
  };
}
