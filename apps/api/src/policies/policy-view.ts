/** Plain text. */
export interface PolicyTextView {
  readonly title: string;
  readonly sections: readonly {
    readonly heading: string;
    readonly paragraphs: readonly string[];
    readonly items?: readonly string[];
  }[];
}

export interface PolicyView {
  kind: 'privacy' | 'terms';
  /** Null: a draft, as none was published yet. */
  versionId: string | null;
  publishedAt: string | null;
  /** By language. */
  texts: Readonly<Record<string, PolicyTextView>>;
  /** All that were published, newest first. */
  versions: { versionId: string; publishedAt: string }[];
}

export interface PendingPolicyView {
  kind: 'privacy' | 'terms';
  versionId: string;
  publishedAt: string;
}
