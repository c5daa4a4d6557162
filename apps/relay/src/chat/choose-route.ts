import { WeirError } from '@weir/core/errors';
import type { RoutePreferences, RouteSort } from '@weir/dialects/openrouter';
import type { KeyRouteLimits } from '../routing/key-route-limits.ts';
import { inOrderOfChoice, isAllowed, isWanted, sorted } from '../routing/preferred-routes.ts';
import type { PriceVersion } from '../routing/read-price.ts';
import type { RouteStats } from '../routing/route-stats.ts';
import { findModel, type ModelEntry, type RouteEntry, type RoutingTable } from '../routing/routing-table.ts';

/** A way to serve the call, with the price that is in force for it. */
export interface Candidate extends RouteEntry {
  readonly model: ModelEntry;
  readonly price: PriceVersion;
}

/** In the order in which they are tried; never empty. */
type Candidates = readonly [Candidate, ...Candidate[]];

export interface Route {
  readonly candidates: Candidates;
}

export interface RouteChoice {
  /** Each after the one before it; a name may end with a wish for the order of its candidates. */
  readonly modelIds: readonly [string, ...string[]];
  /** The client's. */
  readonly preferences: RoutePreferences | undefined;
  /** The key's. */
  readonly limits: KeyRouteLimits | undefined;
  /** The operator's, for whoever asks for no other; undefined = by priority, then by weight. */
  readonly sort: RouteSort | undefined;
  readonly stats: RouteStats;
  readonly marginPpm: number;
  /** The most that the prompt can come to with this model, in tokens. */
  readonly promptTokensMax: (model: ModelEntry) => number;
  readonly nowMs: number;
  /** From 0 up to 1, as `Math.random` gives. */
  readonly random: () => number;
}

/**
 * Models → candidates: those of the first model, then those of the next. Of one model: lower priority first, and within
 * a priority drawn by weight, unless the client or the operator wants another order. A model that can't serve is passed
 * by where another can.
 * @throws {WeirError} for the first model: `model_not_found`; `forbidden`, if the key's limits leave no candidate;
 * `not_found`, if the client's wishes leave none; `service_unavailable` while it has no price in force.
 */
export function chooseRoute(table: RoutingTable, choice: RouteChoice): Route {
  const [modelId, ...fallbacks] = choice.modelIds;
  if (fallbacks.length === 0) return { candidates: candidatesOf(table, modelId, choice) };
  const found: Candidate[] = [];
  let problem: unknown;
  for (const id of choice.modelIds) {
    try {
      found.push(...candidatesOf(table, id, choice));
    } catch (thrown) {
      problem ??= thrown;
    }
  }
  // One model may have been named in two ways.
  const unique = [...new Set(found)];
  const { sort = choice.sort, sortsAcrossModels = false } = choice.preferences ?? {};
  const [first, ...rest] = sort && sortsAcrossModels ? sorted(unique, sort, choice.stats) : unique;
  if (!first) throw problem;
  return { candidates: [first, ...rest] };
}

function candidatesOf(table: RoutingTable, modelId: string, choice: RouteChoice): Candidates {
  const { nowMs, random, preferences, limits, stats } = choice;
  const { model, sort: sortOfName } = findVariant(table, modelId);
  const priced: Candidate[] = [];
  for (const route of model.routes) {
    const price = route.prices.find(({ effectiveFromMs }) => effectiveFromMs <= nowMs);
    if (price) priced.push(candidateOf(route, model, price));
  }
  if (priced.length === 0) {
    throw new WeirError(
      'service_unavailable',
      `The model "${modelId}" has no price in force yet. Try again later.`,
    );
  }
  const allowed = limits ? priced.filter((route) => isAllowed(route, limits)) : priced;
  if (limits && allowed.length === 0) throw notAllowed(modelId, limits);
  const wanted = preferences ? wantedOf(allowed, preferences, choice) : allowed;
  const [only] = wanted;
  if (!only) throw notWanted(modelId, allowed);
  if (wanted.length === 1) return [only];
  const byPriority = [...Map.groupBy(wanted, ({ priority }) => priority)].sort(([a], [b]) => a - b);
  const drawn = byPriority.flatMap(([, group]) => drawByWeight(group, random));
  const sort = preferences?.sort ?? sortOfName ?? choice.sort;
  const ordered = sort ? sorted(drawn, sort, stats) : drawn;
  const [first = only, ...rest] = preferences ? inOrderOfChoice(ordered, preferences) : ordered;
  return [first, ...rest];
}

function wantedOf(
  allowed: readonly Candidate[],
  preferences: RoutePreferences,
  { marginPpm, promptTokensMax }: RouteChoice,
): Candidate[] {
  let tokens: number | undefined;
  // All are of one model.
  return allowed.filter((route) =>
    isWanted(route, preferences, {
      marginPpm,
      promptTokensMax: () => (tokens ??= promptTokensMax(route.model)),
    }),
  );
}

/** What OpenRouter's clients add to a model's name. */
const SORTS_OF_NAMES: Readonly<Record<string, RouteSort>> = { nitro: 'throughput', floor: 'price' };

function findVariant(table: RoutingTable, modelId: string): { model: ModelEntry; sort?: RouteSort } {
  const model = table.get(modelId);
  if (model) return { model };
  const at = modelId.lastIndexOf(':');
  const sort = SORTS_OF_NAMES[modelId.slice(at + 1)];
  const plain = at > 0 && sort ? table.get(modelId.slice(0, at)) : undefined;
  return plain && sort ? { model: plain, sort } : { model: findModel(table, modelId) };
}

function notAllowed(modelId: string, { vendors, regions }: KeyRouteLimits): WeirError {
  const words = [
    ...(vendors ? [`by ${[...vendors].join(', ')}`] : []),
    ...(regions ? [`in ${[...regions].join(', ')}`] : []),
  ].join(' ');
  return new WeirError(
    'forbidden',
    `This API key may be served ${words} only, where there is no "${modelId}". Use another model, or change the key’s limits in the dashboard.`,
    { param: 'model' },
  );
}

function notWanted(modelId: string, allowed: readonly Candidate[]): WeirError {
  const vendors = [...new Set(allowed.map(({ vendor }) => vendor))].join(', ');
  return new WeirError(
    'not_found',
    `provider: nobody who serves "${modelId}" is as it asks for. There is: ${vendors}. Ask for less, or leave it out.`,
    { param: 'provider' },
  );
}

/** By their price, which belongs to one route, as the route does to one model. */
const candidates = new WeakMap<PriceVersion, Candidate>();

function candidateOf(route: RouteEntry, model: ModelEntry, price: PriceVersion): Candidate {
  let candidate = candidates.get(price);
  if (!candidate) candidates.set(price, (candidate = { ...route, model, price }));
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
