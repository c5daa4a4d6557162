import type { Db } from '@weir/db/connect';
import { accountGroups, accounts } from '@weir/db/schema';
import { asc, count, eq } from 'drizzle-orm';

export interface ListedGroup {
  groupId: string;
  /** Millionths added to a price: 200000 = 20 %; a negative one takes off. */
  marginPpm: number;
  /** How many belong to it. */
  accounts: number;
}

/**
 * Creates a group, or changes its margin; running relays take the new one for the calls to come.
 * @returns the margin before; undefined when the group is a new one.
 */
export async function setGroup(db: Db, groupId: string, marginPpm: number): Promise<number | undefined> {
  const [before] = await db
    .select({ marginPpm: accountGroups.marginPpm })
    .from(accountGroups)
    .where(eq(accountGroups.id, groupId))
    .for('update');
  await db
    .insert(accountGroups)
    .values({ id: groupId, marginPpm })
    .onConflictDoUpdate({ target: accountGroups.id, set: { marginPpm } });
  return before?.marginPpm;
}

/** By id. */
export function listGroups(db: Db): Promise<ListedGroup[]> {
  return db
    .select({
      groupId: accountGroups.id,
      marginPpm: accountGroups.marginPpm,
      accounts: count(accounts.id),
    })
    .from(accountGroups)
    .leftJoin(accounts, eq(accounts.groupId, accountGroups.id))
    .groupBy(accountGroups.id)
    .orderBy(asc(accountGroups.id));
}
