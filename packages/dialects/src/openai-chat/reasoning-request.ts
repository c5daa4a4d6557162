import { REASONING_EFFORTS, type Reasoning } from '../call.ts';
import type { RequestTarget } from '../dialect.ts';
import { given } from '../given.ts';
import { TOKENS_MAX, type JsonObject } from '../json.ts';
import { familyOf } from '../model-families.ts';
import { budgetOf, effortOfBudget } from '../reasoning-budget.ts';
import {
  flagAt,
  integerAt,
  isGiven,
  objectAt,
  oneOfAt,
  optional,
  refuseOthers,
  wordAt,
} from '../strict-fields.ts';
import { malformed } from '../unsupported.ts';

const REASONING_FIELDS = ['effort', 'max_tokens', 'exclude', 'enabled', 'summary'];

/**
 * OpenAI's `reasoning_effort`, and OpenRouter's `reasoning`, of which `enabled` alone is a medium effort, and which shows
 * what it asks for unless it says otherwise.
 * @throws {WeirError} `invalid_request`, naming the field that is malformed.
 * @see https://openrouter.ai/docs/use-cases/reasoning-tokens
 */
export function readReasoning(body: JsonObject): Reasoning | undefined {
  const options = optional(body['reasoning'], 'reasoning', objectAt) ?? {};
  refuseOthers(options, 'reasoning', REASONING_FIELDS);
  const effortAt = (value: unknown, field: string) => oneOfAt(value, field, REASONING_EFFORTS);
  const enabled = optional(options['enabled'], 'reasoning.enabled', flagAt);
  const budgetTokens = optional(options['max_tokens'], 'reasoning.max_tokens', (value, field) =>
    integerAt(value, field, 0, TOKENS_MAX),
  );
  const plain = optional(body['reasoning_effort'], 'reasoning_effort', effortAt);
  const nested = optional(options['effort'], 'reasoning.effort', effortAt);
  if (plain !== undefined && nested !== undefined && plain !== nested) {
    throw malformed('reasoning.effort', 'differs from reasoning_effort');
  }
  const said = nested ?? plain;
  const effort =
    enabled === false ? 'none' : (said ?? (enabled && budgetTokens === undefined ? 'medium' : undefined));
  const isAsked = effort === undefined ? (budgetTokens ?? 0) > 0 : effort !== 'none';
  const shown = readShown(body, options) ?? (isGiven(body['reasoning']) && isAsked ? true : undefined);
  const reasoning = given({ effort, budgetTokens: enabled === false ? undefined : budgetTokens, shown });
  return Object.keys(reasoning).length === 0 ? undefined : reasoning;
}

function readShown(body: JsonObject, reasoning: JsonObject): boolean | undefined {
  const exclude = optional(reasoning['exclude'], 'reasoning.exclude', flagAt);
  const include = optional(body['include_reasoning'], 'include_reasoning', flagAt);
  const summary = optional(reasoning['summary'], 'reasoning.summary', wordAt);
  if (exclude !== undefined) return !exclude;
  return include ?? (summary === undefined ? undefined : true);
}

/** The fields by which a vendor is told how much to think: none where the default is asked for. */
export function renderReasoning(reasoning: Reasoning, target: RequestTarget): JsonObject {
  const { budgetTokens } = reasoning;
  // A budget, of which most vendors have no words, is an effort; that the model decides is the default.
  const effort = reasoning.effort ?? (budgetTokens === undefined ? undefined : effortOfBudget(budgetTokens));
  if (effort === undefined) return {};
  const thinks = effort !== 'none';
  const { upstreamModel, outputTokensMax, quirks } = target;
  const { reasoningForm } = quirks;
  if (reasoningForm === undefined) {
    // A model that does not think refuses to be told so.
    return !thinks && familyOf(upstreamModel)?.unreasoning ? {} : { reasoning_effort: effort };
  }
  switch (reasoningForm) {
    case 'enable_thinking':
      if (!thinks) return { enable_thinking: false };
      return { enable_thinking: true, thinking_budget: budgetTokens || budgetOf(effort, outputTokensMax) };
    case 'thinking_type':
      return {
        thinking: { type: thinks ? 'enabled' : 'disabled' },
        ...(thinks && { reasoning_effort: effort }),
      };
    case 'reasoning':
      return { reasoning: budgetTokens ? { max_tokens: budgetTokens } : { effort } };
  }
}

/**
 * What of a request to change that says by OpenRouter's `reasoning`, or `include_reasoning`, how much to think, for a
 * vendor who is not OpenRouter: most refuse what they don't know. So is OpenAI's own `reasoning_effort`, where the vendor
 * has another form.
 * @throws {WeirError} `invalid_request`, naming the field that is malformed.
 */
export function translateReasoning(body: JsonObject, target: RequestTarget): JsonObject {
  const { reasoningForm } = target.quirks;
  const asked =
    isGiven(body['reasoning']) ||
    isGiven(body['include_reasoning']) ||
    (reasoningForm !== undefined && isGiven(body['reasoning_effort']));
  if (!asked || reasoningForm === 'reasoning') return {};
  const reasoning = readReasoning(body);
  return {
    reasoning: undefined,
    include_reasoning: undefined,
    reasoning_effort: undefined,
    ...(reasoning && renderReasoning(reasoning, target)),
  };
}
