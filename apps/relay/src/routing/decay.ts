/** What is left of a figure after so long. */
export function decayFactor(elapsedMs: number, halfLifeMs: number): number {
  return 0.5 ** (elapsedMs / halfLifeMs);
}
