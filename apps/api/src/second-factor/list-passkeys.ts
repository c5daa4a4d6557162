import type { Db } from '@weir/db/connect';
import { passkeys } from '@weir/db/schema';
import { asc, eq } from 'drizzle-orm';
import type { PasskeyView } from './passkey-view.ts';

/** A person's passkeys, oldest first. */
export async function listPasskeys(db: Db, userId: string): Promise<PasskeyView[]> {
  const rows = await db.select().from(passkeys).where(eq(passkeys.userId, userId)).orderBy(asc(passkeys.id));
  return rows.map(({ id, name, createdAt, lastUsedAt }) => ({
    passkeyId: id,
    name,
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
  }));
}
