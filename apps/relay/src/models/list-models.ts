import type { DialectName } from '@weir/dialects/dialect-name';
import type { ModelPatterns } from '@weir/core/model-patterns';
import { findModel, type ModelEntry, type RoutingTable } from '../routing/routing-table.ts';
import { listOpenAiModels, openAiModel, type Reader } from './openai-models.ts';

/** Lists models as one vendor's clients read them. */
interface ModelListing {
  readonly list: (models: readonly ModelEntry[], reader: Reader) => object;
  readonly show: (model: ModelEntry, reader: Reader) => object;
}

const OPENAI: ModelListing = { list: listOpenAiModels, show: openAiModel };

/** All on one page. @see https://docs.anthropic.com/en/api/models-list */
const ANTHROPIC: ModelListing = {
  list: (models) => ({
    data: models.map(anthropicModel),
    has_more: false,
    first_id: models[0]?.modelId ?? null,
    last_id: models.at(-1)?.modelId ?? null,
  }),
  show: anthropicModel,
};

function anthropicModel({ modelId, createdAt }: ModelEntry): object {
  return { type: 'model', id: modelId, display_name: modelId, created_at: createdAt.toISOString() };
}

/** All on one page. @see https://ai.google.dev/api/models */
const GOOGLE: ModelListing = {
  list: (models) => ({ models: models.map(googleModel) }),
  show: googleModel,
};

function googleModel({ modelId, contextTokensMax, outputTokensMax }: ModelEntry): object {
  return {
    name: `models/${modelId}`,
    version: '1',
    displayName: modelId,
    supportedGenerationMethods: ['generateContent', 'countTokens'],
    ...(contextTokensMax !== undefined && { inputTokenLimit: contextTokensMax }),
    ...(outputTokensMax !== undefined && { outputTokenLimit: outputTokensMax }),
  };
}

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
  reader: Reader,
  allowed: ModelPatterns | undefined,
): object {
  const models = [...table.values()];
  const shown = allowed ? models.filter(({ modelId }) => allowed.matches(modelId)) : models;
  return LISTINGS[dialect].list(shown, reader);
}

/** @throws {WeirError} `model_not_found` */
export function showModel(
  table: RoutingTable,
  modelId: string,
  { dialect, ...reader }: Reader & { dialect: DialectName },
): object {
  return LISTINGS[dialect].show(findModel(table, modelId), reader);
}
