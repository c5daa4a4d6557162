import type { ReasoningEffort } from './call.ts';

type Effort = Exclude<ReasoningEffort, 'none'>;

/** Tokens that stand for an effort with a vendor who names no figures: they are ours. */
const BUDGET_TOKENS: Readonly<Record<Effort, number>> = {
  minimal: 1_024,
  low: 4_096,
  medium: 12_288,
  high: 24_576,
  xhigh: 49_152,
  max: 98_304,
};

/** How many tokens an effort may take, at most: half of the output limit, so that there is room for an answer. */
export function budgetOf(effort: Effort, outputTokensMax: number): number {
  return Math.min(BUDGET_TOKENS[effort], Math.floor(outputTokensMax / 2));
}

/** The effort of about that size, of those that every model which takes efforts knows. */
export function effortOfBudget(budgetTokens: number): 'none' | 'low' | 'medium' | 'high' {
  if (budgetTokens === 0) return 'none';
  if (budgetTokens <= BUDGET_TOKENS.low) return 'low';
  return budgetTokens <= BUDGET_TOKENS.medium ? 'medium' : 'high';
}
