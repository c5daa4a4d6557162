import { keyedHash } from '@weir/core/keyed-hash';
import { secretBox } from '@weir/core/secret-box';
import type { Database } from '@weir/db/connect';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { startScheduledJobs } from '../jobs/scheduled-jobs.ts';
import { deliverMails, type Post } from './deliver-mails.ts';
import { outboxPost, smtpPost } from './mail-post.ts';
import { MAIL_QUEUED_CHANNEL } from './wake-mailer.ts';

const JOB = 'deliver-mails';

export interface MailerOptions {
  database: Database;
  secretKey: string;
  config: Config;
  log: Logger;
}

/** Sends mail as it is queued, and every minute what was not taken before. */
export async function startMailer({ database, secretKey, config, log }: MailerOptions) {
  const deps = {
    database,
    log,
    keyedHash: keyedHash(secretKey),
    brandName: config.WEIR_BRAND_NAME,
    webUrl: config.WEIR_PUBLIC_WEB_URL,
    post: postOf(config, database, secretKey),
  };
  const job = {
    name: JOB,
    cron: '* * * * *',
    isPrompt: true,
    // The clock tries again soon enough.
    retryLimit: 0,
    retryDelaySeconds: 0,
    run: (signal: AbortSignal) => deliverMails(deps, signal),
  };
  const jobs = startScheduledJobs({ url: database.url, log, jobs: [job] });
  const { unlisten } = await database.sql.listen(MAIL_QUEUED_CHANNEL, () => void jobs.ask(JOB));
  return {
    async stop() {
      await unlisten();
      await jobs.stop();
    },
  };
}

function postOf(config: Config, { db }: Database, secretKey: string): Post {
  if (config.WEIR_SMTP_URL !== undefined) return smtpPost(config.WEIR_SMTP_URL, config.WEIR_MAIL_FROM);
  const isProduction = config.NODE_ENV === 'production';
  return outboxPost(db, secretBox(secretKey), (text) => {
    // For whoever has started it on their own machine; elsewhere, output is kept.
    if (!isProduction) process.stdout.write(text);
  });
}
