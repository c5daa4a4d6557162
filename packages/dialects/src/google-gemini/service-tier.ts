/*
 * What OpenAI calls `default`, Google calls `standard`, where it is asked for and where it was given. The canonical model
 * goes by OpenAI's word.
 */

const TIERS: ReadonlyMap<string, string> = new Map([
  ['default', 'standard'],
  ['standard', 'standard'],
  ['flex', 'flex'],
  ['priority', 'priority'],
]);

export function readServiceTier(tier: string | undefined): string | undefined {
  return tier === 'standard' ? 'default' : tier;
}

/** @returns undefined for a tier that Google lacks. */
export function writtenServiceTier(tier: string | undefined): string | undefined {
  return tier === undefined ? undefined : TIERS.get(tier);
}
