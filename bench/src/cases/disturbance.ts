import { percent } from '../report.ts';

/** What the machine's own housekeeping takes of a core stays well below. */
const OTHERS_SHARE_MAX = 0.1;

/** A warning for the report when others used the core that the process under test should have for itself. */
export function disturbance(othersShares: readonly number[]): string[] {
  const share = Math.max(...othersShares);
  if (share <= OTHERS_SHARE_MAX) return [];
  return [
    `**Disturbed**: something else took ${percent(share)} of the core. These figures are not to be relied on; measure again when the machine is quiet.`,
  ];
}
