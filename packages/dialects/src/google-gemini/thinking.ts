import type { Reasoning, ReasoningEffort } from '../call.ts';
import type { JsonObject } from '../json.ts';
import { familyOf, type ThinkingForm } from '../model-families.ts';
import { effortOfBudget } from '../reasoning-budget.ts';
import { malformed, unsupported } from '../unsupported.ts';
import { given } from '../given.ts';
import type { RequestObject } from './request-object.ts';

const DIALECT = 'google-gemini';

const BUDGET_MAX = 2_147_483_647;
/** The model decides. */
const BUDGET_DYNAMIC = -1;

const LEVELS: ReadonlyMap<string, ReasoningEffort> = new Map([
  ['MINIMAL', 'minimal'],
  ['LOW', 'low'],
  ['MEDIUM', 'medium'],
  ['HIGH', 'high'],
]);

type Effort = Exclude<ReasoningEffort, 'none'>;

/** `HIGH` is the most there is. */
const LEVEL_WORDS: Readonly<Record<Effort, string>> = {
  minimal: 'MINIMAL',
  low: 'LOW',
  medium: 'MEDIUM',
  high: 'HIGH',
  xhigh: 'HIGH',
  max: 'HIGH',
};

/**
 * Tokens that stand for an effort where a model knows no levels: Google's own figures.
 * @see https://ai.google.dev/gemini-api/docs/openai#thinking
 */
const BUDGETS: Readonly<Record<Effort, number>> = {
  minimal: 1_024,
  low: 1_024,
  medium: 8_192,
  high: 24_576,
  xhigh: 24_576,
  max: 24_576,
};

/** @see https://ai.google.dev/api/generate-content#ThinkingConfig */
export function readThinking(config: RequestObject | undefined): Reasoning | undefined {
  if (!config) return undefined;
  const shown = config.boolean('includeThoughts');
  const budget = config.integer('thinkingBudget', BUDGET_DYNAMIC, BUDGET_MAX);
  const level = config.string('thinkingLevel')?.toUpperCase();
  config.refuseOthers();
  const effort = level === undefined ? undefined : LEVELS.get(level);
  if (level !== undefined && level !== 'THINKING_LEVEL_UNSPECIFIED' && effort === undefined) {
    throw malformed(config.pathOf('thinkingLevel'), 'has to be MINIMAL, LOW, MEDIUM or HIGH');
  }
  return {
    ...given({ effort, shown }),
    ...(budget === BUDGET_DYNAMIC && { adaptive: true }),
    ...(budget !== undefined && budget !== BUDGET_DYNAMIC && { budgetTokens: budget }),
  };
}

/**
 * One of the two only: the vendor refuses both.
 * @throws {WeirError} `invalid_request` where a model that always thinks is not to.
 */
export function renderThinking(reasoning: Reasoning, upstreamModel: string): JsonObject {
  const { shown } = reasoning;
  return { ...howMuch(reasoning, upstreamModel), ...given({ includeThoughts: shown }) };
}

function howMuch({ effort, budgetTokens, adaptive }: Reasoning, upstreamModel: string): JsonObject {
  const family = familyOf(upstreamModel);
  const takes = (form: ThinkingForm): boolean => family?.thinking?.includes(form) ?? true;
  if (budgetTokens === 0 || (budgetTokens === undefined && effort === 'none')) {
    if (family?.alwaysThinks)
      throw unsupported('reasoning', DIALECT, 'no reasoning of a model that always thinks');
    return takes('budget') ? { thinkingBudget: 0 } : { thinkingLevel: LEVEL_WORDS.minimal };
  }
  if (budgetTokens !== undefined && takes('budget')) {
    const { min, max } = family?.thinkingBudget ?? { min: 1, max: BUDGET_MAX };
    return { thinkingBudget: Math.min(Math.max(budgetTokens, min), max) };
  }
  const wished = effort ?? (budgetTokens === undefined ? undefined : effortOfBudget(budgetTokens));
  if (wished === undefined || wished === 'none') {
    return adaptive && takes('budget') ? { thinkingBudget: BUDGET_DYNAMIC } : {};
  }
  return takes('effort') ? { thinkingLevel: LEVEL_WORDS[wished] } : { thinkingBudget: BUDGETS[wished] };
}
