import type { Database } from '@weir/db/connect';
import { JOB_WANTED_CHANNEL } from '../notices/wake-job.ts';
import type { ScheduledJobs } from './scheduled-jobs.ts';

/** Asks for a job whenever there is something to do for it, in whichever process that began. @returns what ends that. */
export async function askWhenWanted({ sql }: Database, jobs: ScheduledJobs): Promise<() => Promise<void>> {
  const listening = await sql.listen(JOB_WANTED_CHANNEL, (name) => void jobs.ask(name));
  return () => listening.unlisten();
}
