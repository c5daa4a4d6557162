import type { Db } from '@weir/db/connect';
import { accountGroups, accounts } from '@weir/db/schema';
import { asc, count, eq } from 'drizzle-orm';

export interface ListedGroup {
  groupId: string;
  /** Millionths added to a price: 200000 = 20 %; a negative one takes off. */
  marginPpm: number;
  /** What no key of these accounts may go beyond; null = no limit. */
  keyConcurrencyMax: number | null;
  keyRequestsPerMinuteMax: number | null;
  keyTokensPerMinuteMax: number | null;
  /** How many belong to it. */
  accounts: number;
}

/** What is left out stays as it is; null takes a limit away. */
export interface GroupChange {
  marginPpm?: number | undefined;
  keyConcurrencyMax?: number | null | undefined;
  keyRequestsPerMinuteMax?: number | null | undefined;
  keyTokensPerMinuteMax?: number | null | undefined;
}

/**
 * Creates a group, or changes it; running relays go by it for the calls to come.
 * @returns what it was before, too; undefined when it is a new one.
 */
export async function setGroup(
  db: Db,
  groupId: string,
  change: GroupChange,
): Promise<{ before: ListedGroup | undefined; group: ListedGroup }> {
  await db.select().from(accountGroups).where(eq(accountGroups.id, groupId)).for('update');
  const before = await findGroup(db, groupId);
  const isChanged = Object.values(change).some((value) => value !== undefined);
  const insertion = db.insert(accountGroups).values({ id: groupId, ...change });
  await (isChanged
    ? insertion.onConflictDoUpdate({ target: accountGroups.id, set: change })
    : insertion.onConflictDoNothing());
  const group = await findGroup(db, groupId);
  if (!group) throw new Error('a group that is not there');
  return { before, group };
}

async function findGroup(db: Db, groupId: string): Promise<ListedGroup | undefined> {
  return (await listGroups(db)).find((one) => one.groupId === groupId);
}

/** By id. */
export function listGroups(db: Db): Promise<ListedGroup[]> {
  return db
    .select({
      groupId: accountGroups.id,
      marginPpm: accountGroups.marginPpm,
      keyConcurrencyMax: accountGroups.keyConcurrencyMax,
      keyRequestsPerMinuteMax: accountGroups.keyRequestsPerMinuteMax,
      keyTokensPerMinuteMax: accountGroups.keyTokensPerMinuteMax,
      accounts: count(accounts.id),
    })
    .from(accountGroups)
    .leftJoin(accounts, eq(accounts.groupId, accountGroups.id))
    .groupBy(accountGroups.id)
    .orderBy(asc(accountGroups.id));
}
