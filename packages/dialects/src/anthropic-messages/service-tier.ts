/*
 * What OpenAI calls `default`, Anthropic calls `standard_only` where it is asked for and `standard` where it was given.
 * The canonical model goes by OpenAI's word; the others are the same, or the other one lacks them.
 */

/** Of a request; @see https://platform.claude.com/docs/en/api/service-tiers */
export function requestedServiceTier(tier: string): string {
  return tier === 'standard_only' ? 'default' : tier;
}

/** @returns undefined for a tier that Anthropic lacks. */
export function requestServiceTier(tier: string | undefined): string | undefined {
  if (tier === 'default') return 'standard_only';
  return tier === 'auto' ? tier : undefined;
}

/** Of a reply. */
export function readServiceTier(tier: unknown): string | undefined {
  if (typeof tier !== 'string') return undefined;
  return tier === 'standard' ? 'default' : tier;
}

/** @returns undefined for a tier that Anthropic lacks. */
export function writtenServiceTier(tier: string | undefined): string | undefined {
  if (tier === 'default') return 'standard';
  return tier === 'priority' || tier === 'batch' ? tier : undefined;
}
