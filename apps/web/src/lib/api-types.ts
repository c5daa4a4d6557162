import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '@weir/api/router';

type Outputs = inferRouterOutputs<AppRouter>;

export type Me = Outputs['auth']['me'];
export type Balance = Outputs['account']['balance'];
export type UsageSummary = Outputs['usage']['summary'];
export type UsageRow = Outputs['usage']['get'];
export type KeyRow = Outputs['keys']['list']['items'][number];
export type CreatedKey = Outputs['keys']['create'];
export type Model = Outputs['models']['list'][number];
/** A price with all its components and tiers. */
export type PriceView = NonNullable<Model['nextPrice']>;
export type PriceComponentsView = Omit<PriceView['tiers'][number], 'inputTokensFrom'>;
export type Statement = Outputs['account']['statement'];
export type Verification = Outputs['admin']['ledger']['verify'];
export type PlaygroundKey = Outputs['playground']['createKey'];
export type Movements = Outputs['account']['movements'];
export type LegalHold = Outputs['admin']['legal']['holds'][number];
