import { supportedParameters } from '@weir/dialects/openrouter';
import type { ModelEntry, RouteEntry } from '../routing/routing-table.ts';
import { publishPrice, type PublishedPrice } from './published-price.ts';

/** Who is told of a model, and when. */
export interface Reader {
  readonly marginPpm: number;
  readonly nowMs: number;
}

/**
 * OpenAI's list of models, with what the schemas of Mistral's and OpenRouter's clients ask for beside it. All on one page.
 * @see https://platform.openai.com/docs/api-reference/models/object
 * @see https://openrouter.ai/docs/api-reference/list-available-models
 * @see https://docs.mistral.ai/api/endpoint/models
 */
export function listOpenAiModels(models: readonly ModelEntry[], reader: Reader) {
  return {
    object: 'list',
    data: models.map((model) => openAiModel(model, reader)),
    total_count: models.length,
    links: { next: null },
  };
}

/** The price is that of the vendor who is asked first. */
export function openAiModel(model: ModelEntry, reader: Reader) {
  const { modelId, contextTokensMax = null, outputTokensMax = null, routes } = model;
  return {
    id: modelId,
    object: 'model',
    created: createdSeconds(model),
    owned_by: ownerOf(model),
    name: modelId,
    canonical_slug: modelId,
    context_length: contextTokensMax,
    architecture: ARCHITECTURE,
    pricing: firstPrice(routes, reader) ?? UNKNOWN_PRICE,
    top_provider: {
      context_length: contextTokensMax,
      max_completion_tokens: outputTokensMax,
      is_moderated: false,
    },
    per_request_limits: null,
    default_parameters: null,
    supported_parameters: [...new Set(routes.flatMap(supportedParameters))],
    supported_voices: null,
    links: { details: `/v1/models/${modelId}/endpoints` },
    type: 'base',
    capabilities: { completion_chat: true, function_calling: true },
    ...(contextTokensMax !== null && { max_context_length: contextTokensMax }),
  };
}

/** Each of a model's vendors, as OpenRouter's clients read them. Nothing is told of how they have done. */
export function modelEndpoints(model: ModelEntry, reader: Reader) {
  const { modelId, contextTokensMax = 0, outputTokensMax = null, routes } = model;
  return {
    data: {
      id: modelId,
      name: modelId,
      created: createdSeconds(model),
      description: '',
      architecture: ARCHITECTURE,
      endpoints: routes.flatMap((route) => {
        const pricing = firstPrice([route], reader);
        if (!pricing) return [];
        return {
          name: `${route.vendor} | ${modelId}`,
          model_id: modelId,
          model_name: modelId,
          provider_name: route.vendor,
          tag: route.region === undefined ? route.vendor : `${route.vendor}/${route.region}`,
          context_length: contextTokensMax,
          max_completion_tokens: outputTokensMax,
          max_prompt_tokens: null,
          pricing,
          supported_parameters: supportedParameters(route),
          ...NOTHING_KNOWN,
        };
      }),
    },
  };
}

/** What a model takes beside text is its vendor's to judge. */
const ARCHITECTURE = {
  modality: 'text->text',
  input_modalities: ['text'],
  output_modalities: ['text'],
  tokenizer: 'Other',
  instruct_type: null,
};

/** No price is in force yet, and the model can't be called. */
const UNKNOWN_PRICE: PublishedPrice = { prompt: '-1', completion: '-1' };

const NOTHING_KNOWN = {
  quantization: null,
  latency_last_30m: null,
  throughput_last_30m: null,
  uptime_last_5m: null,
  uptime_last_30m: null,
  uptime_last_1d: null,
  supports_implicit_caching: false,
  supports_tool_choice: { auto: true, function: true, none: true, required: true },
};

function createdSeconds({ createdAt }: ModelEntry): number {
  return Math.floor(createdAt.getTime() / 1000);
}

function firstPrice(routes: readonly RouteEntry[], { marginPpm, nowMs }: Reader): PublishedPrice | undefined {
  for (const { prices } of routes) {
    const price = prices.find(({ effectiveFromMs }) => effectiveFromMs <= nowMs);
    if (price) return publishPrice(price, marginPpm);
  }
  return undefined;
}

function ownerOf({ routes }: ModelEntry): string {
  const vendor = routes[0]?.vendor ?? '';
  return vendor === 'sandbox' ? 'sandbox (simulated)' : vendor;
}
