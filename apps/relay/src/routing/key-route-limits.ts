/** Who may serve a key's calls, and where; what is absent is no limit. */
export interface KeyRouteLimits {
  readonly vendors?: ReadonlySet<string>;
  /** A channel whose region nobody said is in none of them. */
  readonly regions?: ReadonlySet<string>;
}

/** @returns undefined for a key without such limits. */
export function keyRouteLimits(
  vendors: readonly string[] | null,
  regions: readonly string[] | null,
): KeyRouteLimits | undefined {
  if (!vendors && !regions) return undefined;
  return { ...(vendors && { vendors: new Set(vendors) }), ...(regions && { regions: new Set(regions) }) };
}
