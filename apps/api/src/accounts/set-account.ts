import { WeirError } from '@weir/core/errors';
import type { Db } from '@weir/db/connect';
import { accountGroups, accounts } from '@weir/db/schema';
import { eq } from 'drizzle-orm';

/**
 * Changes what an operator decides of an account; what is left out stays as it is. Null takes it out of its group, or
 * its limit away.
 * @throws {WeirError} `not_found`: the account, or the group.
 */
export async function setAccount(
  db: Db,
  accountId: string,
  change: { groupId: string | null } | { concurrencyMax: number | null },
): Promise<void> {
  await db.transaction(async (tx) => {
    if ('groupId' in change && change.groupId !== null) {
      const { groupId } = change;
      if ((await tx.$count(accountGroups, eq(accountGroups.id, groupId))) === 0) {
        throw new WeirError('not_found', `There is no group ${groupId}. \`weir group set\` makes one.`, {
          param: 'groupId',
        });
      }
    }
    const changed = await tx
      .update(accounts)
      .set(change)
      .where(eq(accounts.id, accountId))
      .returning({ id: accounts.id });
    if (changed.length === 0) throw new WeirError('not_found', `There is no account ${accountId}.`);
  });
}
