import type { Db } from '@weir/db/connect';
import { attemptLimits, emailCodes, mails, oneTimeLinks } from '@weir/db/schema';
import { lt, sql } from 'drizzle-orm';

/** Removes what is of no use any more: codes, links and counts whose time is over, and mail after a day, sent or not. */
export async function forgetExpired(db: Db): Promise<void> {
  await db.delete(mails).where(lt(mails.createdAt, sql`now() - interval '24 hours'`));
  await db.delete(emailCodes).where(lt(emailCodes.expiresAt, sql`now()`));
  await db.delete(oneTimeLinks).where(lt(oneTimeLinks.expiresAt, sql`now()`));
  await db.delete(attemptLimits).where(lt(attemptLimits.expire, Date.now()));
}
