import { WeirError } from '@weir/core/errors';
import type { Db } from '@weir/db/connect';
import {
  balanceWatches,
  LOW_BALANCE_DEFAULT_NANO_USD,
  noticeKind,
  noticePreferences,
  users,
} from '@weir/db/schema';
import { eq, sql } from 'drizzle-orm';
import type { Locale } from './locale.ts';
import type { NoticeKind } from './notice-definition.ts';
import type { NoticePreferencesView } from './notice-view.ts';

interface Holder {
  userId: string;
  accountId: string;
}

export interface NoticePreferences {
  locale: Locale;
  /** The kinds that are mailed besides security. */
  mailed: readonly NoticeKind[];
  /** The kinds that are posted to the webhook; undefined = as it was. */
  posted?: readonly NoticeKind[] | undefined;
  lowBalanceNanoUsd?: bigint | undefined;
}

export async function readPreferences(db: Db, { userId, accountId }: Holder): Promise<NoticePreferencesView> {
  const [user] = await db.select({ locale: users.locale }).from(users).where(eq(users.id, userId));
  if (!user) throw new WeirError('not_found', 'This person no longer exists.');
  const rows = await db.select().from(noticePreferences).where(eq(noticePreferences.userId, userId));
  const chosen = new Map(rows.map((row) => [row.kind, row]));
  const [watch] = await db.select().from(balanceWatches).where(eq(balanceWatches.accountId, accountId));
  return {
    locale: user.locale,
    lowBalanceNanoUsd: (watch?.thresholdNanoUsd ?? LOW_BALANCE_DEFAULT_NANO_USD).toString(),
    kinds: noticeKind.enumValues.map((kind) => ({
      kind,
      mailed: kind === 'security' || (chosen.get(kind)?.mailed ?? true),
      canBeSwitchedOff: kind !== 'security',
      posted: chosen.get(kind)?.posted ?? true,
    })),
  };
}

export async function setPreferences(
  db: Db,
  { userId, accountId }: Holder,
  { locale, mailed, posted, lowBalanceNanoUsd }: NoticePreferences,
): Promise<void> {
  const rows = noticeKind.enumValues.map((kind) => ({
    userId,
    kind,
    mailed: kind === 'security' || mailed.includes(kind),
    ...(posted && { posted: posted.includes(kind) }),
  }));
  await db.transaction(async (tx) => {
    await tx.update(users).set({ locale }).where(eq(users.id, userId));
    await tx
      .insert(noticePreferences)
      .values(rows)
      .onConflictDoUpdate({
        target: [noticePreferences.userId, noticePreferences.kind],
        set: { mailed: sql`excluded.mailed`, ...(posted && { posted: sql`excluded.posted` }) },
      });
    // A balance that is low already has not fallen: the next that does is told of.
    if (lowBalanceNanoUsd !== undefined)
      await tx.execute(sql`
        insert into balance_watches (account_id, threshold_nano_usd, is_low)
        select id, ${lowBalanceNanoUsd}::bigint, balance_nano_usd < ${lowBalanceNanoUsd}::bigint
        from accounts where id = ${accountId}
        on conflict (account_id) do update
          set threshold_nano_usd = excluded.threshold_nano_usd, is_low = excluded.is_low`);
  });
}
