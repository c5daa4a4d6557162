import { expect, test } from 'vitest';
import { requestState } from './request-state.ts';

test.each([
  [{ state: 'held', outcome: null }, 'running'],
  [{ state: 'settled', outcome: 'ok' }, 'ok'],
  [{ state: 'settled', outcome: 'client_closed' }, 'closed'],
  [{ state: 'voided', outcome: 'client_closed' }, 'closed'],
  [{ state: 'voided', outcome: 'upstream_error' }, 'failed'],
  [{ state: 'settled', outcome: 'upstream_truncated' }, 'failed'],
  [{ state: 'expired', outcome: null }, 'expired'],
] as const)('%j is %s', (row, state) => {
  expect(requestState(row)).toBe(state);
});
