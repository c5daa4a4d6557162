import { WeirError } from '@weir/core/errors';
import type { Db } from '@weir/db/connect';
import { accountGroups, accounts } from '@weir/db/schema';
import { eq } from 'drizzle-orm';

/** What an operator decides of an account. */
export interface AccountSettings {
  groupId: string | null;
  concurrencyMax: number | null;
}

/**
 * Changes what an operator decides of an account; what is left out stays as it is. Null takes it out of its group, or
 * its limit away.
 * @returns what was there before.
 * @throws {WeirError} `not_found`: the account, or the group.
 */
export async function setAccount(
  db: Db,
  accountId: string,
  change: Partial<AccountSettings>,
): Promise<AccountSettings> {
  return db.transaction(async (tx) => {
    if (change.groupId !== undefined && change.groupId !== null) {
      const { groupId } = change;
      if ((await tx.$count(accountGroups, eq(accountGroups.id, groupId))) === 0) {
        throw new WeirError('not_found', `There is no group ${groupId}. \`weir group set\` makes one.`, {
          param: 'groupId',
        });
      }
    }
    const [before] = await tx
      .select({ groupId: accounts.groupId, concurrencyMax: accounts.concurrencyMax })
      .from(accounts)
      .where(eq(accounts.id, accountId))
      .for('update');
    if (!before)
      throw new WeirError('not_found', `There is no account ${accountId}.`, { param: 'accountId' });
    await tx.update(accounts).set(change).where(eq(accounts.id, accountId));
    return before;
  });
}
