/** What may be shown of a key at any time. */
export interface KeyView {
  keyId: string;
  name: string;
  /** `sk-weir-` and the first characters of the secret. */
  prefix: string;
  last4: string;
  createdAt: string;
}

/** A key at its creation, the one time that it is shown whole. */
export interface NewKeyView extends KeyView {
  key: string;
}

/** What a key may spend in a period of UTC; decimal strings of nanoUsd. */
export interface BudgetView {
  limitNanoUsd: string;
  /** The charges of the present period. What calls under way hold counts against the limit too. */
  spentNanoUsd: string;
  /** When the next period begins; null for the budget that never does. */
  resetsAt: string | null;
}

/** What a key may spend, ever and in each period; null = no limit but the balance. Weeks begin on Monday. */
export interface BudgetsView {
  total: BudgetView | null;
  day: BudgetView | null;
  week: BudgetView | null;
  month: BudgetView | null;
}

/** A key at its rotation, with its new secret, the one time that it is shown whole. */
export interface RotatedKeyView extends NewKeyView {
  /** Until then the old secret works as well. */
  previousExpiresAt: string;
}

/** A secret that a rotation replaced, and that still works. */
export interface PreviousSecretView {
  last4: string;
  expiresAt: string;
  /** Since the rotation; null = not since then. */
  lastUsedAt: string | null;
}

/** `leaked`: found in public, and disabled until it is rotated. */
export type KeyState = 'active' | 'expired' | 'disabled' | 'leaked' | 'revoked';

export interface ListedKeyView extends KeyView {
  state: KeyState;
  lastUsedAt: string | null;
  expiresAt: string | null;
  /** Whether it is disabled; beside `state`, in which something else may weigh more. */
  disabled: boolean;
  revokedAt: string | null;
  previousSecret: PreviousSecretView | null;
  /** Charges of the last 30 days of UTC, today's among them. */
  spend30dNanoUsd: string;
  spentTotalNanoUsd: string;
  /** What it may do. */
  scopes: ('inference' | 'read' | 'manage')[];
  /** What becomes of a call whose client goes away. */
  disconnectPolicy: 'cancel' | 'drain';
  /** Calls at a time; null = no limit. */
  concurrencyMax: number | null;
  /** Who may serve it, and where; null = no limit. */
  vendors: string[] | null;
  regions: string[] | null;
  requestsPerMinuteMax: number | null;
  tokensPerMinuteMax: number | null;
  /** Models, or patterns such as `openai/*`, that it may call; null = any. */
  models: string[] | null;
  /** Addresses, or ranges of them, that it may be used from; null = any. */
  addresses: string[] | null;
  /** Calls under way, and what they reserve. */
  running: number;
  heldNanoUsd: string;
  budgets: BudgetsView;
}

export interface KeyPage {
  items: ListedKeyView[];
  nextCursor: string | null;
}

export interface RevokedKeyView {
  keyId: string;
  revokedAt: string;
}

/** A key for the dashboard's playground. */
export interface PlaygroundKeyView {
  key: string;
  expiresAt: string;
}
