import { WeirError } from '@weir/core/errors';
import type { Db } from '@weir/db/connect';
import { accounts, users } from '@weir/db/schema';
import { and, asc, desc, eq, exists, ilike, lt, or, sql, type SQL } from 'drizzle-orm';
import { readCaptureLog } from '../captures/find-captures.ts';
import { listKeys } from '../keys/list-keys.ts';
import { pageOf } from '../page.ts';
import { summariseUsage } from '../usage/summarise-usage.ts';
import { listGroups } from './account-groups.ts';
import type { ListAccountsInput } from './console-inputs.ts';
import type { ConsoleAccountPage, ConsoleAccountRow, ConsoleAccountView } from './console-view.ts';

const KEYS_SHOWN = 100;
const CAPTURE_LINES_SHOWN = 20;
const USAGE_DAYS = 30;

/** The accounts that are searched for, newest first. */
export async function listAccounts(db: Db, input: ListAccountsInput): Promise<ConsoleAccountPage> {
  const { search, cursor, limit } = input;
  const rows = await readRows(
    db,
    limit + 1,
    cursor === undefined ? undefined : lt(accounts.id, cursor),
    search ? or(eq(accounts.id, search), isHeldBy(db, search)) : undefined,
  );
  const { items, nextCursor } = pageOf(rows, limit, ({ account }) => account.id);
  return { items: items.map(rowView), nextCursor };
}

/** @throws {WeirError} `not_found` */
export async function findAccount(db: Db, accountId: string): Promise<ConsoleAccountView> {
  const [row] = await readRows(db, 1, eq(accounts.id, accountId));
  if (!row) throw new WeirError('not_found', `There is no account ${accountId}.`, { param: 'accountId' });
  const [keys, usage, groups, captureLog] = await Promise.all([
    listKeys(db, accountId, { limit: KEYS_SHOWN }),
    summariseUsage(db, accountId, { days: USAGE_DAYS, timeZone: 'UTC' }),
    listGroups(db),
    readCaptureLog(db, { accountId, limit: CAPTURE_LINES_SHOWN }),
  ]);
  const { requests, failed, spendNanoUsd } = usage;
  return {
    ...rowView(row),
    running: row.account.running,
    keys: keys.items,
    captureLog,
    usage: { requests, failed, spendNanoUsd },
    groups: groups.map(({ groupId, marginPpm }) => ({ groupId, marginPpm })),
  };
}

/** What is typed is looked for as it stands: `%` and `_` are characters like others. */
function isHeldBy(db: Db, search: string): SQL {
  const part = `%${search.replaceAll(/[\\%_]/g, '\\$&')}%`;
  return exists(
    db
      .select({ id: users.id })
      .from(users)
      .where(
        and(eq(users.accountId, accounts.id), or(ilike(users.email, part), ilike(users.username, part))),
      ),
  );
}

interface Row {
  account: typeof accounts.$inferSelect;
  holder: Pick<typeof users.$inferSelect, 'id' | 'email' | 'username' | 'staffRole'> | null;
}

function readRows(db: Db, limit: number, ...conditions: (SQL | undefined)[]): Promise<Row[]> {
  const holder = db
    .select({ id: users.id, email: users.email, username: users.username, staffRole: users.staffRole })
    .from(users)
    .where(eq(users.accountId, accounts.id))
    .orderBy(asc(users.id))
    .limit(1)
    .as('holder');
  return db
    .select({
      account: accounts,
      holder: {
        id: holder.id,
        email: holder.email,
        username: holder.username,
        staffRole: holder.staffRole,
      },
    })
    .from(accounts)
    .leftJoinLateral(holder, sql`true`)
    .where(and(...conditions))
    .orderBy(desc(accounts.id))
    .limit(limit);
}

function rowView({ account, holder }: Row): ConsoleAccountRow {
  return {
    accountId: account.id,
    userId: holder?.id ?? null,
    email: holder?.email ?? null,
    username: holder?.username ?? null,
    staffRole: holder?.staffRole ?? null,
    groupId: account.groupId,
    concurrencyMax: account.concurrencyMax,
    balanceNanoUsd: account.balanceNanoUsd.toString(),
    heldNanoUsd: account.heldNanoUsd.toString(),
    createdAt: account.createdAt.toISOString(),
  };
}
