/** OpenAI's words, of a request and of a reply. */
const TIERS: ReadonlySet<string> = new Set(['auto', 'default', 'flex', 'scale', 'priority', 'fast']);

/** @returns undefined for a tier that OpenAI lacks; `standard` is what others call its `default`. */
export function openaiServiceTier(tier: string | undefined): string | undefined {
  if (tier === 'standard') return 'default';
  return tier !== undefined && TIERS.has(tier) ? tier : undefined;
}
