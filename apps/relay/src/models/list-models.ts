import { findModel, type ModelEntry, type RoutingTable } from '../routing/routing-table.ts';

/** A model as OpenAI's API lists it. @see https://platform.openai.com/docs/api-reference/models/object */
export interface ListedModel {
  id: string;
  object: 'model';
  /** Unix time in seconds. */
  created: number;
  owned_by: string;
}

export function listModels(table: RoutingTable): { object: 'list'; data: ListedModel[] } {
  return { object: 'list', data: [...table.values()].map(listed) };
}

/** @throws {WeirError} `model_not_found` */
export function showModel(table: RoutingTable, modelId: string): ListedModel {
  return listed(findModel(table, modelId));
}

function listed({ modelId, createdAt, routes }: ModelEntry): ListedModel {
  const vendor = routes[0]?.vendor ?? '';
  return {
    id: modelId,
    object: 'model',
    created: Math.floor(createdAt.getTime() / 1000),
    owned_by: vendor === 'sandbox' ? 'sandbox (simulated)' : vendor,
  };
}
