import { WeirError } from '@weir/core/errors';
import type { PriceVersion } from '../routing/read-price.ts';
import { findModel, type ModelEntry, type RouteEntry, type RoutingTable } from '../routing/routing-table.ts';

/** A way to serve the call, with the price that is in force for it. */
export interface Candidate extends RouteEntry {
  readonly price: PriceVersion;
}

export interface Route {
  readonly model: ModelEntry;
  /** In the order in which they are tried; never empty. */
  readonly candidates: readonly [Candidate, ...Candidate[]];
}

export interface RouteChoice {
  readonly modelId: string;
  readonly nowMs: number;
  /** From 0 up to 1, as `Math.random` gives. */
  readonly random: () => number;
}

/**
 * Model → candidates: lower priority first; within a priority, drawn by weight.
 * @throws {WeirError} `model_not_found`, or `service_unavailable` while the model has no price in force.
 */
export function chooseRoute(table: RoutingTable, { modelId, nowMs, random }: RouteChoice): Route {
  const model = findModel(table, modelId);
  const priced = model.routes.flatMap((route) => {
    const price = route.prices.find(({ effectiveFromMs }) => effectiveFromMs <= nowMs);
    return price ? [candidateOf(route, price)] : [];
  });
  const [only] = priced;
  if (only && priced.length === 1) return { model, candidates: [only] };
  const byPriority = [...Map.groupBy(priced, ({ priority }) => priority)].sort(([a], [b]) => a - b);
  const [first, ...rest] = byPriority.flatMap(([, group]) => drawByWeight(group, random));
  if (!first) {
    throw new WeirError(
      'service_unavailable',
      `The model "${modelId}" has no price in force yet. Try again later.`,
    );
  }
  return { model, candidates: [first, ...rest] };
}

/** By their price, which belongs to one route. */
const candidates = new WeakMap<PriceVersion, Candidate>();

function candidateOf(route: RouteEntry, price: PriceVersion): Candidate {
  let candidate = candidates.get(price);
  if (!candidate) candidates.set(price, (candidate = { ...route, price }));
  return candidate;
}

function drawByWeight(group: readonly Candidate[], random: () => number): Candidate[] {
  const left = [...group];
  const drawn: Candidate[] = [];
  while (left.length > 0) {
    let ticket = random() * left.reduce((sum, { weight }) => sum + weight, 0);
    const index = left.findIndex(({ weight }) => (ticket -= weight) < 0);
    drawn.push(...left.splice(index < 0 ? left.length - 1 : index, 1));
  }
  return drawn;
}
