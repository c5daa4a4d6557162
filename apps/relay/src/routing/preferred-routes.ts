import { componentsAt, type Price } from '@weir/catalog/price';
import {
  supportsParameter,
  type MaxPrice,
  type RoutePreferences,
  type RouteSort,
  type VendorChoice,
} from '@weir/dialects/openrouter';
import type { RouteEntry } from './routing-table.ts';
import type { KeyRouteLimits } from './key-route-limits.ts';
import type { RouteStats } from './route-stats.ts';

/** What of a candidate a preference can be about. */
export interface PreferableRoute extends Pick<
  RouteEntry,
  'routeId' | 'vendor' | 'region' | 'collectsData' | 'dialect' | 'quirks' | 'upstreamModel'
> {
  readonly price: Price;
}

/** Whether a key may be served by it. */
export function isAllowed(
  { vendor, region }: PreferableRoute,
  { vendors, regions }: KeyRouteLimits,
): boolean {
  if (vendors && !vendors.has(vendor)) return false;
  return !regions || (region !== undefined && regions.has(region));
}

export interface PreferenceTerms {
  /** What the caller pays on top of the prices, in millionths. */
  readonly marginPpm: number;
  /** At most so many tokens are in the prompt: a price may rise with them. */
  readonly promptTokensMax: () => number;
}

/** Whether the client takes it at all. */
export function isWanted(
  route: PreferableRoute,
  preferences: RoutePreferences,
  terms: PreferenceTerms,
): boolean {
  const { order, allowFallbacks, only, ignore, refusesDataCollection, requiredParameters, maxPrice } =
    preferences;
  const isIn = (choices: readonly VendorChoice[]) => choices.some((choice) => isChoice(route, choice));
  if ((only && !isIn(only)) || isIn(ignore)) return false;
  if (!allowFallbacks && order.length > 0 && !isIn(order)) return false;
  if (refusesDataCollection && route.collectsData) return false;
  if (!requiredParameters.every((name) => supportsParameter(route, name))) return false;
  return !maxPrice || isWithin(maxPrice, route.price, terms);
}

/** Those that the client named first, in its order; the others after them. Who names none and takes no fallback gets one. */
export function inOrderOfChoice<Route extends PreferableRoute>(
  routes: readonly Route[],
  { order, allowFallbacks }: RoutePreferences,
): Route[] {
  if (order.length === 0 && !allowFallbacks) return routes.slice(0, 1);
  return [
    ...new Set([...order.flatMap((choice) => routes.filter((one) => isChoice(one, choice))), ...routes]),
  ];
}

/** The best first. Those of whom nothing is known come last; equals stay in the order that they had. */
export function sorted<Route extends PreferableRoute>(
  routes: readonly Route[],
  sort: RouteSort,
  stats: RouteStats,
): Route[] {
  const rank = RANKS[sort];
  return routes
    .map((route) => ({ route, rank: rank(route, stats) ?? Infinity }))
    .sort((one, other) => (one.rank === other.rank ? 0 : one.rank - other.rank))
    .map(({ route }) => route);
}

/** Lower is better. */
const RANKS: Readonly<Record<RouteSort, (route: PreferableRoute, stats: RouteStats) => number | undefined>> =
  {
    price: ({ price }) => blendedPrice(price),
    latency: ({ routeId }, stats) => stats.firstByteMs(routeId),
    throughput: ({ routeId }, stats) => {
      const tokensPerSecond = stats.outputTokensPerSecond(routeId);
      return tokensPerSecond === undefined ? undefined : -tokensPerSecond;
    },
  };

/** Prompts are longer than replies: three tokens of the one to one of the other is the usual measure. */
const PROMPT_SHARE = 3n;

function blendedPrice({ inputNanoUsdPerMtok, outputNanoUsdPerMtok }: Price): number {
  return Number(PROMPT_SHARE * inputNanoUsdPerMtok + outputNanoUsdPerMtok);
}

function isChoice({ vendor, region }: PreferableRoute, choice: VendorChoice): boolean {
  if (vendor.toLowerCase() !== choice.vendor) return false;
  return choice.region === undefined || choice.region === region?.toLowerCase();
}

const PPM = 1_000_000n;

function isWithin(most: MaxPrice, price: Price, { marginPpm, promptTokensMax }: PreferenceTerms): boolean {
  const dearest = componentsAt(promptTokensMax(), price);
  const { inputNanoUsdPerMtok } = dearest;
  const factor = PPM + BigInt(marginPpm);
  const fits = (amount: bigint, limit: bigint | undefined) =>
    limit === undefined || amount * factor <= limit * PPM;
  return (
    fits(inputNanoUsdPerMtok, most.promptNanoUsd) &&
    fits(dearest.outputNanoUsdPerMtok, most.completionNanoUsd) &&
    fits(dearest.audioInputNanoUsdPerMtok ?? inputNanoUsdPerMtok, most.audioNanoUsd) &&
    fits(dearest.requestNanoUsd ?? 0n, most.requestNanoUsd) &&
    fits(dearest.imageNanoUsd ?? 0n, most.imageNanoUsd)
  );
}
