import { WeirError } from '@weir/core/errors';
import type { Db } from '@weir/db/connect';
import { noticeKind, noticePreferences, users } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import type { NoticePreferencesView } from './notice-view.ts';

export async function readPreferences(db: Db, userId: string): Promise<NoticePreferencesView> {
  const [user] = await db.select({ locale: users.locale }).from(users).where(eq(users.id, userId));
  if (!user) throw new WeirError('not_found', 'This person no longer exists.');
  const rows = await db.select().from(noticePreferences).where(eq(noticePreferences.userId, userId));
  const chosen = new Map(rows.map(({ kind, mailed }) => [kind, mailed]));
  return {
    locale: user.locale,
    kinds: noticeKind.enumValues.map((kind) => ({
      kind,
      mailed: kind === 'security' || (chosen.get(kind) ?? true),
      canBeSwitchedOff: kind !== 'security',
    })),
  };
}
