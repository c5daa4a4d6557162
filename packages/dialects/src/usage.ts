/** What a vendor said it used. A figure that nobody gave is absent, which is not zero. */
export interface Usage {
  /** Whole prompt, cached part included. */
  inputTokens?: number;
  /** Part of `inputTokens` that came from the vendor's cache. */
  cachedInputTokens?: number;
  /** Whole output, reasoning included. */
  outputTokens?: number;
  /** Part of `outputTokens` that the caller does not see. */
  reasoningTokens?: number;
}

const FIELDS = ['inputTokens', 'cachedInputTokens', 'outputTokens', 'reasoningTokens'] as const;

/** Vendors send cumulative partial figures: the greater one wins, field by field. */
export function mergeUsage(one: Usage | undefined, other: Usage | undefined): Usage | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  const merged: Usage = { ...one };
  for (const field of FIELDS) {
    const value = other[field];
    if (value !== undefined) merged[field] = Math.max(value, merged[field] ?? 0);
  }
  return merged;
}
