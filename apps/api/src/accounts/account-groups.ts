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

/** Creates a group, or changes it; running relays go by it for the calls to come. */
export async function setGroup(db: Db, groupId: string, change: GroupChange): Promise<ListedGroup> {
  const isChanged = Object.values(change).some((value) => value !== undefined);
  const insertion = db.insert(accountGroups).values({ id: groupId, ...change });
  await (isChanged
    ? insertion.onConflictDoUpdate({ target: accountGroups.id, set: change })
    : insertion.onConflictDoNothing());
  const group = (await listGroups(db)).find((one) => one.groupId === groupId);
  if (!group) throw new Error('a group that is not there');
  return group;
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
