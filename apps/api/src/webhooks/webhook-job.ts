import { secretBox } from '@weir/core/secret-box';
import type { Database } from '@weir/db/connect';
import type { ScheduledJob } from '../jobs/scheduled-jobs.ts';
import type { MailJobOptions } from '../notices/mail-job.ts';
import { WEBHOOK_JOB } from '../notices/wake-job.ts';
import { deliverWebhooks } from './deliver-webhooks.ts';
import { webhookClient } from './post-webhook.ts';

/** Posts what is due, every minute and whenever it is asked for. */
export function webhookJob(database: Database, { secretKey, config, log }: MailJobOptions): ScheduledJob {
  return {
    name: WEBHOOK_JOB,
    cron: '* * * * *',
    isPrompt: true,
    // The clock tries again soon enough.
    retryLimit: 0,
    retryDelaySeconds: 0,
    async run(signal) {
      const client = webhookClient(config.WEIR_WEBHOOK_PRIVATE_HOSTS);
      const secrets = secretBox(secretKey);
      try {
        await deliverWebhooks({ database, log, secrets, client, webUrl: config.WEIR_PUBLIC_WEB_URL }, signal);
      } finally {
        await client.close();
      }
    },
  };
}
