/** What a vendor said it used. A figure that nobody gave is absent, which is not zero. */
export interface Usage {
  /** Whole prompt, cached part included. */
  inputTokens?: number;
  /** Part of `inputTokens` that came from the vendor's cache. */
  cachedInputTokens?: number;
  /** Part of `inputTokens` that was written to a cache living five minutes. */
  cacheWrite5mTokens?: number;
  /** Part of `inputTokens` that was written to a cache living an hour. */
  cacheWrite1hTokens?: number;
  /** Part of `inputTokens` that was speech. */
  audioInputTokens?: number;
  /** Whole output, reasoning and speech included. */
  outputTokens?: number;
  /** Part of `outputTokens` that the caller does not see. */
  reasoningTokens?: number;
  /** Part of `outputTokens` that is speech. */
  audioOutputTokens?: number;
}

const FIELDS = [
  'inputTokens',
  'cachedInputTokens',
  'cacheWrite5mTokens',
  'cacheWrite1hTokens',
  'audioInputTokens',
  'outputTokens',
  'reasoningTokens',
  'audioOutputTokens',
] as const satisfies (keyof Usage)[];

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
