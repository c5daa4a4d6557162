import type { Db } from '@weir/db/connect';
import { sql } from 'drizzle-orm';

/** On which servers hear that there is mail to send. */
export const MAIL_QUEUED_CHANNEL = 'weir_mail_queued';

/** Heard when the transaction is committed. */
export async function wakeMailer(tx: Db): Promise<void> {
  await tx.execute(sql`select pg_notify(${MAIL_QUEUED_CHANNEL}, '')`);
}
