import { randomBytes } from 'node:crypto';
import { hashSecret } from '@weir/core/api-key';
import { WeirError } from '@weir/core/errors';
import type { Db } from '@weir/db/connect';
import { signInLinks } from '@weir/db/schema';
import { and, eq, gt, isNull, sql } from 'drizzle-orm';

const LINK_LIFE_MS = 24 * 60 * 60 * 1000;

/** A token that signs the person in once within 24 hours. The person's earlier unused links end. */
export async function createSignInLink(db: Db, userId: string): Promise<{ token: string; expiresAt: Date }> {
  const token = randomBytes(32).toString('base64url');
  const expiresAt = new Date(Date.now() + LINK_LIFE_MS);
  await db.delete(signInLinks).where(and(eq(signInLinks.userId, userId), isNull(signInLinks.usedAt)));
  await db.insert(signInLinks).values({ tokenHash: hashSecret(token), userId, expiresAt });
  return { token, expiresAt };
}

/** Where the token is redeemed, by a button there: a preview of the link does not use it up. */
export function signInUrl({ WEIR_PUBLIC_WEB_URL }: { WEIR_PUBLIC_WEB_URL: string }, token: string): string {
  return `${WEIR_PUBLIC_WEB_URL}/sign-in/link?token=${token}`;
}

/**
 * Marks the link as used and says whose it is; of many at once exactly one succeeds.
 * @throws {WeirError} `wrong_credentials` when it is unknown, used or too old.
 */
export async function redeemSignInLink(db: Db, token: string): Promise<{ userId: string }> {
  const [link] = await db
    .update(signInLinks)
    .set({ usedAt: sql`now()` })
    .where(
      and(
        eq(signInLinks.tokenHash, hashSecret(token)),
        isNull(signInLinks.usedAt),
        gt(signInLinks.expiresAt, sql`now()`),
      ),
    )
    .returning({ userId: signInLinks.userId });
  if (!link)
    throw new WeirError('wrong_credentials', 'This link has been used or has expired. Ask for a new one.');
  return link;
}
