export { credit, type Credit, type Credited } from './credit.ts';
export { expireHolds } from './expire-holds.ts';
export type { Closing } from './closing.ts';
export type { Hold, HoldResult, KeyRate, Refusal } from './hold.ts';
export type { BudgetPeriod } from './read-keys.ts';
export { openLedger, type CloseResult, type Ledger, type LedgerOptions } from './ledger.ts';
export { verify, type Mismatch, type Verification } from './verify.ts';
export {
  MOVEMENTS_MAX,
  readMovements,
  type AccountMovements,
  type Movement,
  type MovementKind,
  type MovementsPeriod,
} from './account-movements.ts';
export { verifyAccount, type AccountVerification } from './verify-account.ts';
export type { AccountFigures, KeyMismatch } from './account-figures.ts';
export { closeDay, type CopiedDay, type DayClosing } from './close-day.ts';
