import { keyedHash } from '@weir/core/keyed-hash';
import { secretBox } from '@weir/core/secret-box';
import type { Database } from '@weir/db/connect';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { ScheduledJob } from '../jobs/scheduled-jobs.ts';
import { deliverMails } from './deliver-mails.ts';
import { mailServer, outboxPost, type MailServer } from './mail-post.ts';
import { MAIL_JOB } from './wake-job.ts';

export interface MailJobOptions {
  secretKey: string;
  config: Config;
  log: Logger;
}

/** Sends what is due, every minute and whenever it is asked for. */
export function mailJob(database: Database, { secretKey, config, log }: MailJobOptions): ScheduledJob {
  const deps = {
    database,
    log,
    keyedHash: keyedHash(secretKey),
    brandName: config.brand.name,
    webUrl: config.WEIR_PUBLIC_WEB_URL,
  };
  return {
    name: MAIL_JOB,
    cron: '* * * * *',
    isPrompt: true,
    // The clock tries again soon enough.
    retryLimit: 0,
    retryDelaySeconds: 0,
    async run(signal) {
      const { post, close } = mailServerOf(config, database, secretKey);
      try {
        await deliverMails({ ...deps, post }, signal);
      } finally {
        close();
      }
    },
  };
}

function mailServerOf(config: Config, { db }: Database, secretKey: string): MailServer {
  const { WEIR_SMTP_URL: url, WEIR_MAIL_FROM: from } = config;
  if (url !== undefined && from !== undefined) return mailServer(url, from);
  const isProduction = config.NODE_ENV === 'production';
  const post = outboxPost(db, secretBox(secretKey), (text) => {
    // For whoever has started it on their own machine; elsewhere, output is kept.
    if (!isProduction) process.stdout.write(text);
  });
  return { post, close: () => {} };
}
