import { WeirError } from '@weir/core/errors';
import { newId } from '@weir/core/ids';
import type { Db } from '@weir/db/connect';
import { accounts, users, type staffRole } from '@weir/db/schema';

export interface NewAccount {
  /** Lower case. */
  email: string;
  username: string;
  phone?: string | null;
  /** Without one the person signs in by a link. */
  passwordHash?: string;
  staffRole?: (typeof staffRole.enumValues)[number];
  /** What they are written to in; English unless said otherwise. */
  locale?: string;
}

/**
 * An account without money, and the person it belongs to.
 * @throws {WeirError} `conflict` when the e-mail is taken.
 */
export async function createAccount(
  db: Db,
  account: NewAccount,
): Promise<{ accountId: string; userId: string }> {
  const accountId = newId('account');
  const userId = newId('user');
  await db.transaction(async (tx) => {
    await tx.insert(accounts).values({ id: accountId });
    const created = await tx
      .insert(users)
      .values({ id: userId, accountId, ...account })
      .onConflictDoNothing({ target: users.email })
      .returning({ id: users.id });
    if (created.length === 0) {
      throw new WeirError('conflict', 'There is already a user with this e-mail.', { param: 'email' });
    }
  });
  return { accountId, userId };
}
