import { accountRouter } from './accounts/account-router.ts';
import { consoleAccountsRouter } from './accounts/console-router.ts';
import { announcementsRouter } from './announcements/announcements-router.ts';
import { auditRouter } from './audit/audit-router.ts';
import { authRouter } from './auth/auth-router.ts';
import { capturesRouter } from './captures/captures-router.ts';
import { channelsRouter } from './channels/channels-router.ts';
import { keysRouter } from './keys/keys-router.ts';
import { leavingRouter } from './leaving/leaving-router.ts';
import { ledgerRouter } from './ledger/ledger-router.ts';
import { legalRouter } from './legal/legal-router.ts';
import { modelsRouter } from './models/models-router.ts';
import { noticesRouter } from './notices/notices-router.ts';
import { outboxRouter } from './notices/outbox-router.ts';
import { playgroundRouter } from './playground/playground-router.ts';
import { policiesRouter } from './policies/policies-router.ts';
import { profileRouter } from './profile/profile-router.ts';
import { secondFactorRouter } from './second-factor/second-factor-router.ts';
import { sessionsRouter } from './sessions/sessions-router.ts';
import { router } from './trpc.ts';
import { usageRouter } from './usage/usage-router.ts';

/** Every procedure of the api. Who may call what stands beside each: public, session, account, or staff. */
export const appRouter = router({
  auth: authRouter,
  profile: profileRouter,
  notices: noticesRouter,
  sessions: sessionsRouter,
  secondFactor: secondFactorRouter,
  keys: keysRouter,
  captures: capturesRouter,
  account: accountRouter,
  leaving: leavingRouter,
  usage: usageRouter,
  models: modelsRouter,
  playground: playgroundRouter,
  policies: policiesRouter,
  admin: router({
    accounts: consoleAccountsRouter,
    announcements: announcementsRouter,
    audit: auditRouter,
    channels: channelsRouter,
    ledger: ledgerRouter,
    legal: legalRouter,
    outbox: outboxRouter,
  }),
});

/** The one type that the dashboard and the SDK take from here. */
export type AppRouter = typeof appRouter;
