import { WeirError } from '@weir/core/errors';
import type { Db } from '@weir/db/connect';
import { users } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import { createAccount } from '../accounts/create-account.ts';
import { usernameFromEmail } from '../accounts/username-from-email.ts';
import { createSignInLink } from '../auth/sign-in-link.ts';
import type { StaffRole } from './staff-role.ts';

export interface NewStaff {
  userId: string;
  /** For a link that signs them in once. */
  token: string;
  expiresAt: Date;
}

/**
 * Makes a person of the staff, without a password, and a one-time link. Someone who has the role already gets another
 * link, for the case that the first one was lost.
 * @throws {WeirError} `conflict` when the e-mail is that of someone without the role.
 */
export function createStaff(db: Db, { email, role }: { email: string; role: StaffRole }): Promise<NewStaff> {
  return db.transaction(async (tx) => {
    const [known] = await tx.select().from(users).where(eq(users.email, email));
    if (known && known.staffRole !== role) {
      const who =
        known.staffRole === null ? 'a user who is not staff' : `staff with the role ${known.staffRole}`;
      throw new WeirError('conflict', `${email} is the e-mail of ${who}. Use another one.`, {
        param: 'email',
      });
    }
    const { userId } = known
      ? { userId: known.id }
      : await createAccount(tx, { email, username: usernameFromEmail(email), staffRole: role });
    return { userId, ...(await createSignInLink(tx, userId)) };
  });
}
