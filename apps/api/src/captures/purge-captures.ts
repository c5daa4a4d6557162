import type { Db } from '@weir/db/connect';
import { keyCaptures } from '@weir/db/schema';
import { lte, sql } from 'drizzle-orm';
import { writeLine } from './switch-capture.ts';

/** Deletes the captures whose time is over, with all that was captured, whether anybody has looked at it or not. */
export async function purgeCaptures(db: Db): Promise<void> {
  await db.transaction(async (tx) => {
    const over = await tx
      .delete(keyCaptures)
      .where(lte(keyCaptures.endsAt, sql`now()`))
      .returning();
    for (const capture of over) await writeLine(tx, capture, 'over', null);
  });
}
