import type { UsageRow } from './api-types.ts';

/** How a request stands, for the person who pays for it. */
export type RequestState = 'running' | 'ok' | 'closed' | 'failed' | 'expired';

/** One word from what the ledger and the relay say of a request. */
export function requestState({ state, outcome }: Pick<UsageRow, 'state' | 'outcome'>): RequestState {
  if (state === 'held') return 'running';
  if (outcome === 'ok') return 'ok';
  if (outcome === 'client_closed') return 'closed';
  return state === 'expired' && outcome === null ? 'expired' : 'failed';
}
