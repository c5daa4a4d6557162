/**
 * What an account was ever given and what became of it; decimal strings of nanoUsd.
 * `topped up + credited otherwise − spent = balance`.
 */
export interface FinalStatementView {
  toppedUpNanoUsd: string;
  /** Grants, refunds and adjustments; what was taken counts against it. */
  creditedOtherwiseNanoUsd: string;
  /** Every charge there ever was. */
  spentNanoUsd: string;
  balanceNanoUsd: string;
  /** Of the balance, what calls that are still running may cost. */
  heldNanoUsd: string;
}
