import type { DialectName } from '@weir/dialects/dialect-name';
import type { ModelPatterns } from '@weir/core/model-patterns';
import { findModel, type ModelEntry, type RoutingTable } from '../routing/routing-table.ts';

/** Lists models as one vendor's clients read them. */
interface ModelListing {
  readonly list: (models: readonly ModelEntry[]) => object;
  readonly show: (model: ModelEntry) => object;
}

/** @see https://platform.openai.com/docs/api-reference/models/object */
const OPENAI: ModelListing = {
  list: (models) => ({ object: 'list', data: models.map(OPENAI.show) }),
  show: (model) => ({
    id: model.modelId,
    object: 'model',
    created: Math.floor(model.createdAt.getTime() / 1000),
    owned_by: ownerOf(model),
  }),
};

/** All on one page. @see https://docs.anthropic.com/en/api/models-list */
const ANTHROPIC: ModelListing = {
  list: (models) => ({
    data: models.map(ANTHROPIC.show),
    has_more: false,
    first_id: models[0]?.modelId ?? null,
    last_id: models.at(-1)?.modelId ?? null,
  }),
  show: ({ modelId, createdAt }) => ({
    type: 'model',
    id: modelId,
    display_name: modelId,
    created_at: createdAt.toISOString(),
  }),
};

/** All on one page. @see https://ai.google.dev/api/models */
const GOOGLE: ModelListing = {
  list: (models) => ({ models: models.map(GOOGLE.show) }),
  show: ({ modelId, contextTokensMax, outputTokensMax }) => ({
    name: `models/${modelId}`,
    version: '1',
    displayName: modelId,
    supportedGenerationMethods: ['generateContent', 'countTokens'],
    ...(contextTokensMax !== undefined && { inputTokenLimit: contextTokensMax }),
    ...(outputTokensMax !== undefined && { outputTokenLimit: outputTokensMax }),
  }),
};

const LISTINGS: Readonly<Record<DialectName, ModelListing>> = {
  'openai-chat': OPENAI,
  'openai-responses': OPENAI,
  'anthropic-messages': ANTHROPIC,
  'google-gemini': GOOGLE,
};

/** @param allowed those that the key may call; undefined: all. */
export function listModels(
  table: RoutingTable,
  dialect: DialectName,
  allowed: ModelPatterns | undefined,
): object {
  const models = [...table.values()];
  return LISTINGS[dialect].list(allowed ? models.filter(({ modelId }) => allowed.matches(modelId)) : models);
}

/** @throws {WeirError} `model_not_found` */
export function showModel(table: RoutingTable, modelId: string, dialect: DialectName): object {
  return LISTINGS[dialect].show(findModel(table, modelId));
}

function ownerOf({ routes }: ModelEntry): string {
  const vendor = routes[0]?.vendor ?? '';
  return vendor === 'sandbox' ? 'sandbox (simulated)' : vendor;
}
