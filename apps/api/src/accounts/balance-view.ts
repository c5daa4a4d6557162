/** Decimal strings of nanoUsd. */
export interface BalanceView {
  accountId: string;
  balanceNanoUsd: string;
  /** Reserved for the calls under way. */
  heldNanoUsd: string;
  /** Balance − held: what the next call may cost. */
  availableNanoUsd: string;
}
