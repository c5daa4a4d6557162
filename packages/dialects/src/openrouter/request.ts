import { asObject } from '../json.ts';
import {
  arrayAt,
  flagAt,
  isGiven,
  objectAt,
  oneOfAt,
  optional,
  refuseOthers,
  wordAt,
} from '../strict-fields.ts';
import { malformed } from '../unsupported.ts';
import { givenParameters } from './parameters.ts';
import { readPreferences, type RoutePreferences } from './route-preferences.ts';

/** What a request of OpenAI's format says beyond it, in OpenRouter's words: it is for the gateway, and for no vendor. */
export interface OpenRouterRequest {
  /** Those to try when the one of `model` can't serve, in order. */
  readonly fallbackModels: readonly string[];
  readonly preferences: RoutePreferences | undefined;
  /** Whether the reply has to say what it cost. */
  readonly costWanted: boolean;
}

export interface SplitRequest {
  /** The rest, as the format reads it. */
  readonly body: unknown;
  /** Undefined where the request says nothing of the kind. */
  readonly openRouter: OpenRouterRequest | undefined;
}

const FIELDS = ['models', 'provider', 'route', 'usage'] as const;

/** Each has to be held for. */
const MODELS_MAX = 10;

/**
 * Takes out of a request what OpenRouter's clients may add to it.
 * @throws {WeirError} `invalid_request`, naming the field that is malformed.
 * @see https://openrouter.ai/docs/api-reference/parameters
 */
export function splitRequest(json: unknown): SplitRequest {
  const sent = asObject(json);
  if (!sent || !FIELDS.some((field) => sent[field] !== undefined)) {
    return { body: json, openRouter: undefined };
  }
  const { models, provider, route, usage, ...body } = sent;
  optional(route, 'route', (value, field) => oneOfAt(value, field, ['fallback']));
  const [first, ...others] = optional(models, 'models', readModels) ?? [];
  const preferences = optional(provider, 'provider', (value, field) =>
    readPreferences(value, field, () => givenParameters(body)),
  );
  const costWanted = optional(usage, 'usage', readInclude) ?? false;
  // Who leaves `model` out means the first of `models`.
  const model = isGiven(body['model']) ? body['model'] : first;
  const listed = first === undefined ? others : [first, ...others];
  const fallbackModels = [...new Set(listed)].filter((one) => one !== model);
  const says = fallbackModels.length > 0 || preferences !== undefined || costWanted;
  return {
    body: model === undefined ? body : { ...body, model },
    openRouter: says ? { fallbackModels, preferences, costWanted } : undefined,
  };
}

function readModels(value: unknown, field: string): string[] {
  const models = arrayAt(value, field);
  if (models.length > MODELS_MAX) throw malformed(field, `has to have at most ${MODELS_MAX} items`);
  return models.map((one, index) => wordAt(one, `${field}[${index}]`));
}

function readInclude(value: unknown, field: string): boolean {
  const usage = objectAt(value, field);
  refuseOthers(usage, field, ['include']);
  return optional(usage['include'], `${field}.include`, flagAt) ?? false;
}
