import type { DialectName } from '../dialect-name.ts';
import { asObject, type JsonObject } from '../json.ts';
import { familyOf } from '../model-families.ts';
import type { Quirks } from '../quirks.ts';
import { isGiven } from '../strict-fields.ts';

/**
 * What a request can say of how its reply is to be made, in OpenRouter's words, which are OpenAI's but for
 * `structured_outputs`: a `response_format` with a schema.
 * @see https://openrouter.ai/docs/api-reference/parameters
 */
const PARAMETERS = [
  'max_tokens',
  'temperature',
  'top_p',
  'top_k',
  'min_p',
  'top_a',
  'frequency_penalty',
  'presence_penalty',
  'repetition_penalty',
  'seed',
  'stop',
  'n',
  'logit_bias',
  'logprobs',
  'top_logprobs',
  'response_format',
  'structured_outputs',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'reasoning',
  'reasoning_effort',
  'include_reasoning',
  'verbosity',
] as const;

/** Those that requests of a dialect have no words for; what vendors of `openai-chat` lack differs from one to the next. */
const LACKED: Readonly<Record<DialectName, ReadonlySet<string>>> = {
  'openai-chat': new Set(),
  'openai-responses': new Set([
    'top_k',
    'min_p',
    'top_a',
    'frequency_penalty',
    'presence_penalty',
    'repetition_penalty',
    'seed',
    'stop',
    'n',
    'logit_bias',
  ]),
  'anthropic-messages': new Set([
    'min_p',
    'top_a',
    'frequency_penalty',
    'presence_penalty',
    'repetition_penalty',
    'seed',
    'n',
    'logit_bias',
    'logprobs',
    'top_logprobs',
    'response_format',
    'verbosity',
  ]),
  'google-gemini': new Set([
    'min_p',
    'top_a',
    'repetition_penalty',
    'logit_bias',
    'parallel_tool_calls',
    'verbosity',
  ]),
};

/** What a model that does not reason can't heed. */
const OF_REASONING: ReadonlySet<string> = new Set(['reasoning', 'reasoning_effort', 'include_reasoning']);

/** How a vendor is spoken to, and of which of its models. */
interface Spoken {
  readonly dialect: { readonly name: DialectName };
  readonly quirks: Pick<Quirks, 'lacksParameters'>;
  readonly upstreamModel: string;
}

/** Those that a request gives a value, other than the one that each vendor goes by anyway. */
export function givenParameters(body: JsonObject): string[] {
  return PARAMETERS.filter((name) => {
    if (name === 'response_format') return formatOf(body) === 'json_object';
    if (name === 'structured_outputs') return formatOf(body) === 'json_schema';
    const value = body[name];
    if (name === 'n') return isGiven(value) && value !== 1;
    if (name === 'parallel_tool_calls') return value === false;
    if (OF_REASONING.has(name)) return isGiven(value) && !isNoReasoning(value);
    return isGiven(value);
  });
}

function formatOf({ response_format: format }: JsonObject): unknown {
  return asObject(format)?.['type'];
}

/** That a model should not reason is heard by one that can't. */
function isNoReasoning(value: unknown): boolean {
  const { enabled, effort = value } = asObject(value) ?? {};
  return enabled === false || effort === false || effort === 'none';
}

export function supportsParameter({ dialect, quirks, upstreamModel }: Spoken, name: string): boolean {
  if (OF_REASONING.has(name) && familyOf(upstreamModel)?.unreasoning) return false;
  return !LACKED[dialect.name].has(name) && !quirks.lacksParameters?.includes(name);
}

/** As models and their vendors are listed; `n` is none of those that OpenRouter's client knows. */
export function supportedParameters(spoken: Spoken): string[] {
  return PARAMETERS.filter((name) => name !== 'n' && supportsParameter(spoken, name));
}
