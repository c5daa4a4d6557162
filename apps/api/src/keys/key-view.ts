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

export interface ListedKeyView extends KeyView {
  lastUsedAt: string | null;
  revokedAt: string | null;
  /** Charges of the last 30 days. */
  spend30dNanoUsd: string;
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
