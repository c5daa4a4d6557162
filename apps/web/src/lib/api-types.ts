import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '@weir/api/router';

type Outputs = inferRouterOutputs<AppRouter>;

export type Me = Outputs['auth']['me'];
/** A session that was opened, or goes on under a new token. */
export type Session = Outputs['auth']['reauthenticate'];
export type SignIn = Outputs['auth']['signIn'];
export type SessionRow = Outputs['sessions']['list'][number];
export type SecondFactor = Outputs['secondFactor']['state'];
export type PasskeyRow = SecondFactor['passkeys'][number];
export type FactorAdded = Outputs['secondFactor']['confirmTotp'];
export type TotpSecret = Outputs['secondFactor']['beginTotp'];
export type Balance = Outputs['account']['balance'];
export type UsageSummary = Outputs['usage']['summary'];
export type UsageRow = Outputs['usage']['get'];
export type KeyRow = Outputs['keys']['list']['items'][number];
export type KeyCapture = Outputs['captures']['find'];
export type CaptureLogLine = KeyCapture['log'][number];
export type CaptureRecord = Outputs['captures']['records']['items'][number];
export type SealedRecord = Outputs['captures']['record'];
export type CreatedKey = Outputs['keys']['create'];
export type Model = Outputs['models']['list'][number];
/** A price with all its components and tiers. */
export type PriceView = NonNullable<Model['nextPrice']>;
export type PriceComponentsView = Omit<PriceView['tiers'][number], 'inputTokensFrom'>;
export type Statement = Outputs['account']['statement'];
export type FinalStatement = Outputs['leaving']['finalStatement'];
export type Verification = Outputs['admin']['ledger']['verify'];
export type ChannelHealth = Outputs['admin']['channels']['list'][number];
export type NoticePreferences = Outputs['notices']['preferences'];
export type NoticeRow = Outputs['notices']['list']['items'][number];
export type NoticeWebhook = NonNullable<Outputs['notices']['webhook']['get']>;
export type AnnouncementRow = Outputs['admin']['announcements']['list']['items'][number];
export type AnnouncementPreview = Outputs['admin']['announcements']['preview'];
export type PostedKind = NonNullable<
  inferRouterInputs<AppRouter>['notices']['setPreferences']['posted']
>[number];
export type OptionalKind = inferRouterInputs<AppRouter>['notices']['setPreferences']['mailed'][number];
export type ConsoleAccountRow = Outputs['admin']['accounts']['list']['items'][number];
export type ConsoleAccount = Outputs['admin']['accounts']['get'];
export type AuditRow = Outputs['admin']['audit']['list']['items'][number];
export type PolicyVersion = Outputs['policies']['get'];
export type PendingPolicy = Outputs['policies']['pending'][number];
export type PlaygroundKey = Outputs['playground']['createKey'];
export type Movements = Outputs['account']['movements'];
export type LegalHold = Outputs['admin']['legal']['holds'][number];
