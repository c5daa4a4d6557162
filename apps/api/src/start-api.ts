import { VENDORS } from '@weir/catalog/vendors';
import { secretBox } from '@weir/core/secret-box';
import type { Database } from '@weir/db/connect';
import { openDatabase } from '@weir/db/open';
import { ensureRequestDays } from '@weir/db/request-days';
import { expireHolds } from '@weir/ledger';
import { loadSecretKey } from '@weir/settings/secret-key';
import type { Logger } from 'pino';
import { luciaSessions } from './auth/lucia.ts';
import { sessionRules } from './auth/sign-in-settings.ts';
import { announcementJob } from './announcements/tell-announcements.ts';
import { startBackgroundJob, type BackgroundJob } from './background-job.ts';
import { purgeCaptures } from './captures/purge-captures.ts';
import { ensureEnvChannels } from './channels/env-channels.ts';
import { watchChannels } from './channels/watch-channels.ts';
import type { Archive } from './archive/archive.ts';
import { clickhouseArchive } from './archive/clickhouse-archive.ts';
import type { Config } from './config.ts';
import { firstStart, followSandboxPort } from './first-start.ts';
import { askWhenWanted } from './jobs/ask-when-wanted.ts';
import { closeOldDays } from './jobs/close-old-days.ts';
import { eraseClosedAccounts } from './leaving/erase-closed-accounts.ts';
import { startScheduledJobs, type ScheduledJobs } from './jobs/scheduled-jobs.ts';
import { mailJob, type MailJobOptions } from './notices/mail-job.ts';
import { watchSpending } from './notices/watch-spending.ts';
import { forgetAddresses } from './jobs/forget-addresses.ts';
import { forgetExpired } from './jobs/forget-expired.ts';
import { warnOfOutdatedPolicies } from './policies/warn-of-outdated-policies.ts';
import { buildServer } from './server.ts';
import { webhookJob } from './webhooks/webhook-job.ts';

const EXPIRE_HOLDS_EVERY_MS = 5_000;
const FORGET_EXPIRED_EVERY_MS = 60 * 60 * 1000;

export interface RunningApi {
  /** Where it listens, e.g. `http://127.0.0.1:8788`. */
  url: string;
  /** Answers the requests under way, lets the jobs finish, and closes the database. */
  stop(): Promise<void>;
}

/** Opens the database, prepares it, and serves. */
export async function startApi(config: Config, log: Logger): Promise<RunningApi> {
  const database = await openDatabase(config, {
    applicationName: 'weir api',
    connectionsMax: config.WEIR_DATABASE_CONNECTIONS_MAX,
  });
  const archive = config.CLICKHOUSE_URL === undefined ? undefined : clickhouseArchive(config.CLICKHOUSE_URL);
  try {
    const secretKey = loadSecretKey(config);
    const secrets = secretBox(secretKey);
    await ensureEnvChannels(database.db, secrets, VENDORS, config.vendorKeys);
    const firstStartPath = await firstStart(database, secrets, config);
    await followSandboxPort(database.db, config);
    if (firstStartPath !== undefined)
      log.info({ path: firstStartPath }, 'First start: how to get in is written here.');

    await ensureRequestDays(database.sql);
    const server = buildServer({
      database,
      archive,
      scannerKeys: config.WEIR_SCANNER_KEYS,
      log,
      secretKey,
      trustedProxies: config.WEIR_API_TRUSTED_PROXIES,
      hasMailServer: config.WEIR_SMTP_URL !== undefined,
      settings: config,
    });
    const url = await server.listen({ host: config.WEIR_LISTEN_HOST, port: config.API_PORT });
    await warnOfOutdatedPolicies(database.db, config, log);
    const clock = startClockJobs(database, archive, { config, log, secretKey });
    const stopAsking = await askWhenWanted(database, clock);
    const jobs = [...startJobs(database, config, log), clock];
    return {
      url,
      async stop() {
        await server.close();
        await stopAsking();
        await Promise.all(jobs.map((job) => job.stop()));
        await archive?.close();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** What is done once for all servers: notices are sent, the log of requests gets days to come and an end of the old ones. */
function startClockJobs(
  database: Database,
  archive: Archive | undefined,
  options: MailJobOptions,
): ScheduledJobs {
  const { config, log } = options;
  const { WEIR_LOG_RETENTION_DAYS: retentionDays } = config;
  return startScheduledJobs({
    url: database.url,
    log,
    jobs: [
      mailJob(database, options),
      webhookJob(database, options),
      announcementJob(database.db),
      {
        name: 'watch-spending',
        cron: '* * * * *',
        // The clock tries again soon enough.
        retryLimit: 0,
        retryDelaySeconds: 0,
        run: () => watchSpending(database.db),
      },
      {
        name: 'watch-channels',
        cron: '* * * * *',
        retryLimit: 0,
        retryDelaySeconds: 0,
        run: () => watchChannels(database.db),
      },
      {
        // Under a brand that allows none any more, too: there may be some left.
        name: 'purge-captures',
        cron: '* * * * *',
        retryLimit: 0,
        retryDelaySeconds: 0,
        run: () => purgeCaptures(database.db),
      },
      {
        name: 'request-days-ahead',
        cron: '7 * * * *',
        retryLimit: 5,
        retryDelaySeconds: 60,
        run: () => ensureRequestDays(database.sql),
      },
      {
        name: 'close-old-days',
        cron: '20 3 * * *',
        // A day can't be closed while the ledger is verified, which may take minutes, nor while the archive is away.
        retryLimit: 60,
        retryDelaySeconds: 60,
        run: (signal) => closeOldDays(database, { retentionDays, archive, log, signal }),
      },
      {
        name: 'erase-closed-accounts',
        cron: '41 * * * *',
        retryLimit: 5,
        retryDelaySeconds: 60,
        run: (signal) => eraseClosedAccounts(database, { archive, log, signal }),
      },
    ],
  });
}

function startJobs(database: Database, config: Config, log: Logger): BackgroundJob[] {
  const sessions = luciaSessions(database.db, sessionRules(config));
  return [
    startBackgroundJob({
      name: 'expire-holds',
      everyMs: EXPIRE_HOLDS_EVERY_MS,
      log,
      run: async () => {
        const released = await expireAllHolds(database);
        if (released > 0) log.warn({ released }, 'Released holds that no relay closed.');
      },
    }),
    startBackgroundJob({
      name: 'forget-expired',
      everyMs: FORGET_EXPIRED_EVERY_MS,
      log,
      run: async () => {
        await sessions.deleteExpired();
        await forgetExpired(database.db);
        await forgetAddresses(database, config.WEIR_LOG_RETENTION_DAYS);
      },
    }),
  ];
}

/** The holds of a relay that died under load are more than one sweep takes. */
async function expireAllHolds(database: Database): Promise<number> {
  let released = 0;
  for (let swept = 1; swept > 0; released += swept) swept = await expireHolds(database);
  return released;
}
