import type { Db } from '@weir/db/connect';
import { sql } from 'drizzle-orm';

/** On which servers hear that there is something to do for a job, whose name is the message. */
export const JOB_WANTED_CHANNEL = 'weir_job_wanted';

export const MAIL_JOB = 'deliver-mails';
export const WEBHOOK_JOB = 'deliver-webhooks';
export const ANNOUNCEMENT_JOB = 'tell-announcements';

export type PromptJob = typeof MAIL_JOB | typeof WEBHOOK_JOB | typeof ANNOUNCEMENT_JOB;

/** Heard when the transaction is committed. */
export async function wakeJob(tx: Db, job: PromptJob): Promise<void> {
  await tx.execute(sql`select pg_notify(${JOB_WANTED_CHANNEL}, ${job})`);
}
