import type { Reasoning, ReasoningEffort } from '../call.ts';
import type { RequestTarget } from '../dialect.ts';
import type { JsonObject } from '../json.ts';
import { familyOf, type ModelFamily, type ThinkingForm } from '../model-families.ts';
import { budgetOf, effortOfBudget } from '../reasoning-budget.ts';
import { integerAt, objectAt, oneOfAt, optional, stringAt } from '../strict-fields.ts';
import { malformed, unsupported } from '../unsupported.ts';
import { refuseUnknown, untranslatable } from './only-here.ts';

const DIALECT = 'anthropic-messages';

/** The smallest budget that Anthropic takes; it also has to stay below `max_tokens`. */
export const BUDGET_TOKENS_MIN = 1_024;

const EFFORTS = ['low', 'medium', 'high', 'xhigh', 'max'] as const;

/**
 * `thinking` and `output_config.effort`.
 * @see https://platform.claude.com/docs/en/build-with-claude/extended-thinking
 */
export function readReasoning(thinking: unknown, effortGiven: unknown): Reasoning | undefined {
  const effort = optional(effortGiven, 'output_config.effort', (value, path) =>
    oneOfAt(value, path, EFFORTS),
  );
  const given = optional(thinking, 'thinking', objectAt);
  if (!given) return effort && { effort };
  return { ...(effort && { effort }), ...configOf(given) };
}

function configOf(thinking: JsonObject): Reasoning {
  const type = stringAt(thinking['type'], 'thinking.type');
  const display = optional(thinking['display'], 'thinking.display', stringAt);
  if (display !== undefined && display !== 'summarized' && display !== 'omitted') {
    throw malformed('thinking.display', 'has to be summarized or omitted');
  }
  const shown = display === undefined ? {} : { shown: display === 'summarized' };
  switch (type) {
    case 'disabled':
      refuseUnknown(thinking, ['type'], 'thinking');
      return { budgetTokens: 0 };
    case 'adaptive':
      refuseUnknown(thinking, ['type', 'display'], 'thinking');
      return { adaptive: true, ...shown };
    case 'enabled':
      refuseUnknown(thinking, ['type', 'budget_tokens', 'display'], 'thinking');
      // Models that take a budget show what they think unless they are told otherwise.
      return {
        budgetTokens: integerAt(thinking['budget_tokens'], 'thinking.budget_tokens', BUDGET_TOKENS_MIN),
        shown: true,
        ...shown,
      };
    default:
      throw untranslatable('thinking.type', `the value ‘${type.slice(0, 40)}’`);
  }
}

/** What of a request says how much to think. */
export interface WrittenReasoning {
  readonly thinking?: JsonObject;
  /** For `output_config`. */
  readonly effort?: string;
}

/** Of a model that is none of Anthropic's: its vendor followed the older form. */
const OLDER_FORMS: readonly ThinkingForm[] = ['budget'];

/**
 * What of reasoning a model can be asked for: a budget of tokens, an effort, with which it decides itself how much to
 * think, or both.
 *
 * Reasoning is a wish. It is left off where it can't be had: where the smallest budget is not below the output limit; and
 * where `blocked`, by a tool choice that forces a call, or, with a budget, in the midst of a round of tool calls whose
 * reasoning did not come back. What the client itself named is an error where it can't be: a budget that does not fit into
 * the limit, or stands beside a tool choice that forces a call, and no reasoning of a model that always thinks.
 * @see https://platform.claude.com/docs/en/build-with-claude/adaptive-thinking
 * @see https://platform.claude.com/docs/en/build-with-claude/thinking#response-prefill-and-forced-tool-use
 * @throws {WeirError} `invalid_request`
 */
export function renderReasoning(
  reasoning: Reasoning | undefined,
  target: RequestTarget,
  blocked: { readonly byToolChoice: boolean; readonly byToolCalls: boolean },
): WrittenReasoning {
  if (!reasoning) return {};
  const { effort, budgetTokens, adaptive, shown } = reasoning;
  const family = familyOf(target.upstreamModel);
  const forms = family?.thinking ?? OLDER_FORMS;
  const takes = { budget: forms.includes('budget'), effort: forms.includes('effort') };
  const level = effort === undefined || effort === 'none' ? undefined : effort === 'minimal' ? 'low' : effort;
  if (budgetTokens === 0 || (budgetTokens === undefined && effort === 'none')) {
    return { thinking: noThinking(family), ...(takes.effort && level && { effort: level }) };
  }
  if (budgetTokens === undefined && level === undefined && !adaptive) return {};
  const isDefault = shown === undefined || (shown && takes.budget);
  const display = isDefault ? {} : { display: shown ? 'summarized' : 'omitted' };
  if (takes.effort && !(takes.budget && budgetTokens !== undefined)) {
    const written = level ?? (budgetTokens === undefined ? undefined : effortOfBudget(budgetTokens));
    return {
      ...(!blocked.byToolChoice && { thinking: { type: 'adaptive', ...display } }),
      ...(written && { effort: written }),
    };
  }
  if (blocked.byToolChoice && budgetTokens !== undefined) {
    throw malformed('tool_choice', 'can’t force a call of this model where reasoning has a budget of tokens');
  }
  const asked = takes.effort && level ? { effort: level } : {};
  if (blocked.byToolChoice || blocked.byToolCalls) return asked;
  const limit = target.outputTokensMax;
  const budget =
    budgetTokens === undefined
      ? derivedBudget(effort === undefined || effort === 'none' ? 'high' : effort, limit)
      : fittingBudget(budgetTokens, limit);
  if (budget === undefined) return asked;
  return { thinking: { type: 'enabled', budget_tokens: budget, ...display }, ...asked };
}

function noThinking(family: ModelFamily | undefined): JsonObject {
  if (family?.alwaysThinks)
    throw unsupported('reasoning', DIALECT, 'no reasoning of a model that always thinks');
  return { type: family?.thinksBetweenTools ? 'between_tools' : 'disabled' };
}

/** Rather the least than none, as long as a token is left for the answer. */
function derivedBudget(effort: Exclude<ReasoningEffort, 'none'>, limit: number): number | undefined {
  return limit <= BUDGET_TOKENS_MIN ? undefined : Math.max(BUDGET_TOKENS_MIN, budgetOf(effort, limit));
}

function fittingBudget(budget: number, limit: number): number {
  if (limit <= BUDGET_TOKENS_MIN) {
    throw unsupported('reasoning', DIALECT, `a budget within an output limit of ${limit} tokens`);
  }
  const fitting = budget < limit ? budget : limit - BUDGET_TOKENS_MIN;
  return Math.max(BUDGET_TOKENS_MIN, fitting);
}
