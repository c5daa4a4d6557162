import type { Context } from '../context.ts';
import { queueNotice } from './queue-notice.ts';

/** Tells a person that somebody has tried too often to prove to be them: once a day, however long that goes on. */
export async function tellOfBlockedTries(
  { attempts, database: { db } }: Pick<Context, 'attempts' | 'database'>,
  userId: string,
  notice: 'code_tries_blocked' | 'password_tries_blocked',
): Promise<void> {
  if (!(await attempts.isFirstToday(notice, userId))) return;
  await queueNotice(db, { userId, notice, data: {} });
}
