import { randomBytes } from 'node:crypto';
import { hashSecret } from '@weir/core/api-key';
import { WeirError } from '@weir/core/errors';
import type { Db } from '@weir/db/connect';
import { oneTimeLinks, type linkPurpose } from '@weir/db/schema';
import { and, eq, gt, inArray, isNull, sql } from 'drizzle-orm';

export type LinkPurpose = (typeof linkPurpose.enumValues)[number];

const HOUR_MS = 60 * 60 * 1000;

/** How long each kind of link may be used, and whether a newer one ends those before it. */
const LINKS = {
  sign_in: { lifeMs: 24 * HOUR_MS, replaces: true },
  recovery: { lifeMs: 0.5 * HOUR_MS, replaces: true },
  // Each brings back an address of its own: whoever changes the e-mail twice takes away no way back.
  email_undo: { lifeMs: 72 * HOUR_MS, replaces: false },
} as const satisfies Record<LinkPurpose, { lifeMs: number; replaces: boolean }>;

export interface NewLink {
  purpose: LinkPurpose;
  userId: string;
  /** Of an `email_undo`, the address that it brings back. */
  email?: string;
  /** Of an `email_undo`, when the address was changed. */
  emailChangedAt?: Date;
}

/** A token that the person may use once. Only its hash is stored. */
export async function createLink(
  db: Db,
  { purpose, userId, email, emailChangedAt }: NewLink,
): Promise<{ token: string; expiresAt: Date }> {
  const { lifeMs, replaces } = LINKS[purpose];
  const token = randomBytes(32).toString('base64url');
  const expiresAt = new Date(Date.now() + lifeMs);
  if (replaces) await endUnusedLinks(db, userId, [purpose]);
  await db
    .insert(oneTimeLinks)
    .values({ tokenHash: hashSecret(token), purpose, userId, email, emailChangedAt, expiresAt });
  return { token, expiresAt };
}

/**
 * Marks the link as used and says whose it is; of many at once exactly one succeeds.
 * @throws {WeirError} `wrong_credentials` when it is unknown, of another purpose, used or too old.
 */
export async function redeemLink(
  db: Db,
  purpose: LinkPurpose,
  token: string,
): Promise<{ userId: string; email: string | null; emailChangedAt: Date | null }> {
  const [link] = await db
    .update(oneTimeLinks)
    .set({ usedAt: sql`now()` })
    .where(
      and(
        eq(oneTimeLinks.tokenHash, hashSecret(token)),
        eq(oneTimeLinks.purpose, purpose),
        isNull(oneTimeLinks.usedAt),
        gt(oneTimeLinks.expiresAt, sql`now()`),
      ),
    )
    .returning({
      userId: oneTimeLinks.userId,
      email: oneTimeLinks.email,
      emailChangedAt: oneTimeLinks.emailChangedAt,
    });
  if (!link)
    throw new WeirError('wrong_credentials', 'This link has been used or has expired. Ask for a new one.');
  return link;
}

/** Ends the person's links of these purposes that were not used yet. */
export async function endUnusedLinks(
  db: Db,
  userId: string,
  purposes: readonly LinkPurpose[],
): Promise<void> {
  const unused = and(eq(oneTimeLinks.userId, userId), isNull(oneTimeLinks.usedAt));
  await db.delete(oneTimeLinks).where(and(unused, inArray(oneTimeLinks.purpose, [...purposes])));
}
