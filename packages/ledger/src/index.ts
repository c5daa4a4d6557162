export { credit, type Credit, type Credited } from './credit.ts';
export { expireHolds } from './expire-holds.ts';
export { hold, type Hold, type HoldResult } from './hold.ts';
export { settle, voidHold, type Closing, type CloseResult } from './close-hold.ts';
export { verify, type Mismatch, type Verification } from './verify.ts';
