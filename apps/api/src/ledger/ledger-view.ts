/** What is recorded of an account, each figure beside what it has to be; decimal strings of nanoUsd. */
export interface AccountFiguresView {
  accountId: string;
  balanceNanoUsd: string;
  /** Σ entries − Σ charges. */
  expectedBalanceNanoUsd: string;
  heldNanoUsd: string;
  /** Σ holds of the calls under way. */
  expectedHeldNanoUsd: string;
  running: number;
  /** How many calls are under way. */
  expectedRunning: number;
  /** Usage by hour, from an hour after the beginning of the first open day. */
  usageHourlyNanoUsd: string;
  /** Σ charges of the requests made since then. */
  expectedUsageHourlyNanoUsd: string;
  /** Usage by day, of the open days. */
  usageDailyNanoUsd: string;
  /** Usage by hour, of the same days. */
  expectedUsageDailyNanoUsd: string;
}

/** A key whose counters are not what its calls under way say. */
export interface KeyMismatchView {
  accountId: string;
  keyId: string;
  heldNanoUsd: string;
  expectedHeldNanoUsd: string;
  running: number;
  expectedRunning: number;
}

/** Every account and key, checked at one moment. */
export interface VerificationView {
  ok: boolean;
  accounts: number;
  keys: number;
  /** At most 1,000; `mismatchCount` says how many there are. */
  mismatches: AccountFiguresView[];
  mismatchCount: number;
  keyMismatches: KeyMismatchView[];
  keyMismatchCount: number;
}

export interface LedgerCheckView extends VerificationView {
  /** When the check began: the moment that it shows. */
  checkedAt: string;
  durationMs: number;
}

/** What an account's balance comes from: `balance = Σ entries − closed days’ charges − open days’ charges`. */
export interface StatementView extends AccountFiguresView {
  checkedAt: string;
  /** Whether all of it adds up. */
  ok: boolean;
  /** What moved the balance beside the requests, by kind; negative takes from it. */
  entries: {
    kind: 'top_up' | 'refund' | 'grant' | 'adjustment' | 'late_charge';
    count: number;
    sumNanoUsd: string;
  }[];
  /** The days whose requests are kept, from the first on. */
  openDays: { firstDay: string; chargesNanoUsd: string };
  /** The days whose requests were dropped, with what they had cost. */
  closedDays: { count: number; chargesNanoUsd: string };
  keyMismatches: KeyMismatchView[];
}

/** A movement of a balance; decimal strings of nanoUsd. */
export interface MovementView {
  /** `charges`: all requests of a day of UTC, which stand at its end. */
  kind: 'top_up' | 'refund' | 'grant' | 'adjustment' | 'late_charge' | 'charges';
  at: string;
  /** `YYYY-MM-DD` of UTC. */
  day: string;
  entryId: string | null;
  /** What caused it; null for charges. */
  ref: string | null;
  /** Positive adds to the balance. */
  amountNanoUsd: string;
  /** What the balance was with it. */
  balanceNanoUsd: string;
}

/** `opening + Σ movements = closing`; where the period reaches the present day, `closing` is the balance. */
export interface MovementsView {
  accountId: string;
  /** Oldest first. */
  movements: MovementView[];
  openingNanoUsd: string;
  closingNanoUsd: string;
  balanceNanoUsd: string;
  /** Whether all movements there ever were come to the balance. */
  ok: boolean;
}
