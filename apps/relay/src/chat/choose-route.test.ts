import { WeirError } from '@weir/core/errors';
import { DIALECTS } from '@weir/dialects/dialects';
import { splitRequest, type RoutePreferences } from '@weir/dialects/openrouter';
import { DEFAULT_QUIRKS } from '@weir/dialects/quirks';
import { describe, expect, it } from 'vitest';
import type { RouteEntry } from '../routing/routing-table.ts';
import { chooseRoute, type RouteChoice } from './choose-route.ts';

/** Dearer from left to right; `dear` answers soonest, `cheap` writes fastest, of `unknown` nothing is known. */
const ROUTES: readonly RouteSpec[] = [
  { routeId: 'cheap', priceUsd: 1n, priority: 2, region: 'eu' },
  { routeId: 'middle', priceUsd: 2n, priority: 1, region: 'us' },
  { routeId: 'dear', priceUsd: 3n, priority: 0, region: 'eu', collectsData: true },
  { routeId: 'unknown', priceUsd: 4n, priority: 3 },
];
const FIRST_BYTE_MS: Readonly<Record<string, number>> = { cheap: 300, middle: 200, dear: 100 };
const TOKENS_PER_SECOND: Readonly<Record<string, number>> = { cheap: 90, middle: 80, dear: 70 };

interface RouteSpec extends Pick<RouteEntry, 'routeId' | 'priority'> {
  priceUsd: bigint;
  region?: string;
  collectsData?: boolean;
  weight?: number;
}

function routeEntry({ routeId, priceUsd, ...more }: RouteSpec): RouteEntry {
  const nanoUsdPerMtok = priceUsd * 1_000_000_000n;
  return {
    routeId,
    modelId: 'm',
    channelId: routeId,
    vendor: routeId,
    region: undefined,
    collectsData: false,
    dialect: DIALECTS['openai-chat'],
    baseUrl: '',
    keys: [],
    inFlightMax: undefined,
    privateWords: [],
    upstreamModel: 'm',
    quirks: DEFAULT_QUIRKS,
    weight: 1,
    prices: [
      {
        priceId: routeId,
        effectiveFromMs: 0,
        inputNanoUsdPerMtok: nanoUsdPerMtok,
        outputNanoUsdPerMtok: nanoUsdPerMtok,
      },
    ],
    ...more,
  };
}

function modelEntry(modelId: string, routes: readonly RouteEntry[]) {
  const limits = { contextTokensMax: undefined, outputTokensMax: undefined };
  return [modelId, { modelId, createdAt: new Date(), ...limits, routes }] as const;
}

const TABLE = new Map([
  modelEntry('a/model', ROUTES.map(routeEntry)),
  modelEntry('a/other', [routeEntry({ routeId: 'other', priceUsd: 2n, priority: 0 })]),
]);

function chosen(choice: Partial<RouteChoice>, table = TABLE): string[] {
  const { candidates } = chooseRoute(table, {
    modelIds: ['a/model'],
    preferences: undefined,
    limits: undefined,
    sort: undefined,
    stats: {
      firstByteMs: (routeId) => FIRST_BYTE_MS[routeId],
      outputTokensPerSecond: (routeId) => TOKENS_PER_SECOND[routeId],
    },
    marginPpm: 0,
    promptTokensMax: () => 10,
    nowMs: 1,
    random: () => 0,
    ...choice,
  });
  return candidates.map(({ routeId }) => routeId);
}

/** As a client writes them. */
function preferences(provider: object): RoutePreferences | undefined {
  return splitRequest({ provider }).openRouter?.preferences;
}

/** The candidates of each of so many calls whose draws fall into equal steps, one after the other, from 0 up to 1. */
function drawnInSteps(steps: number, weights: Readonly<Record<string, number>>): string[][] {
  const routes = Object.entries(weights).map(([routeId, weight]) =>
    routeEntry({ routeId, weight, priceUsd: 1n, priority: 0 }),
  );
  const last = routeEntry({ routeId: 'last', weight: 1_000, priceUsd: 1n, priority: 1 });
  const table = new Map([modelEntry('a/model', [last, ...routes])]);
  return Array.from({ length: steps }, (_, step) => chosen({ random: () => (step + 0.5) / steps }, table));
}

function timesOf(drawn: readonly string[][], ...order: string[]): number {
  return drawn.filter((candidates) => order.every((routeId, at) => candidates[at] === routeId)).length;
}

const BY_PRIORITY = ['dear', 'middle', 'cheap', 'unknown'];

describe('the candidates of a call', () => {
  it('are in the order of priority, of the operator’s sort, or of that which the client wants', () => {
    expect(chosen({})).toEqual(BY_PRIORITY);
    const byPrice = ['cheap', 'middle', 'dear', 'unknown'];
    expect(chosen({ sort: 'price' })).toEqual(byPrice);
    expect(chosen({ modelIds: ['a/model:floor'], sort: 'latency' })).toEqual(byPrice);
    expect(chosen({ modelIds: ['a/model:nitro'] })).toEqual(byPrice);
    expect(chosen({ sort: 'price', preferences: preferences({ sort: 'latency' }) })).toEqual(BY_PRIORITY);
    expect(chosen({ preferences: preferences({ sort: { by: 'throughput' } }) })).toEqual(byPrice);
  });

  it('of one priority are drawn by weight: of 9 to 1, nine times in ten exactly', () => {
    const drawn = drawnInSteps(1_000, { much: 9, little: 1 });
    expect(timesOf(drawn, 'much', 'little', 'last')).toBe(900);
    expect(timesOf(drawn, 'little', 'much', 'last')).toBe(100);
  });

  it('of one priority are drawn anew for each place, from those that are left', () => {
    const drawn = drawnInSteps(1_000, { a: 5, b: 3, c: 2 });
    expect(['a', 'b', 'c'].map((first) => timesOf(drawn, first))).toEqual([500, 300, 200]);
    // Where both draws fall on the same step: of b and c's 5, b takes the first 3.
    expect([timesOf(drawn, 'a', 'b'), timesOf(drawn, 'a', 'c')]).toEqual([500, 0]);
    expect([timesOf(drawn, 'b', 'a'), timesOf(drawn, 'b', 'c')]).toEqual([214, 86]);
    expect(drawn.every((candidates) => candidates.at(-1) === 'last')).toBe(true);
  });

  it('are those of one model after those of the other, unless they are to be sorted together', () => {
    const modelIds = ['a/model', 'a/other'] as const;
    expect(chosen({ modelIds: [...modelIds] })).toEqual([...BY_PRIORITY, 'other']);
    const together = preferences({ sort: { by: 'price', partition: 'none' } });
    expect(chosen({ modelIds: [...modelIds], preferences: together })).toEqual([
      'cheap',
      'middle',
      'other',
      'dear',
      'unknown',
    ]);
  });

  it.each([
    [{ order: ['cheap', 'unknown'] }, ['cheap', 'unknown', 'dear', 'middle']],
    [{ order: ['cheap', 'unknown'], allow_fallbacks: false }, ['cheap', 'unknown']],
    [{ allow_fallbacks: false }, ['dear']],
    [{ sort: 'price', allow_fallbacks: false }, ['cheap']],
    [{ only: ['Cheap', 'dear'] }, ['dear', 'cheap']],
    [{ only: ['cheap/eu', 'dear/us'] }, ['cheap']],
    [{ ignore: ['dear'] }, ['middle', 'cheap', 'unknown']],
    [{ data_collection: 'deny' }, ['middle', 'cheap', 'unknown']],
    [{ max_price: { prompt: 2 } }, ['middle', 'cheap']],
    [{ max_price: { prompt: 9, completion: '1.5' } }, ['cheap']],
    [{ max_price: { request: 0, image: 0 } }, BY_PRIORITY],
  ])('of who says %j are %j', (provider, expected) => {
    expect(chosen({ preferences: preferences(provider) })).toEqual(expected);
  });

  it('cost no more than the client takes, with what its account pays on top', () => {
    const most = preferences({ max_price: { prompt: 2 } });
    expect(chosen({ preferences: most, marginPpm: 1 })).toEqual(['cheap']);
  });

  it('are those that the key’s limits leave', () => {
    expect(chosen({ limits: { regions: new Set(['eu']) } })).toEqual(['dear', 'cheap']);
    expect(chosen({ limits: { vendors: new Set(['middle', 'dear']), regions: new Set(['us']) } })).toEqual([
      'middle',
    ]);
  });

  it.each([
    [{ limits: { vendors: new Set(['nobody']) } }, 'forbidden'],
    [{ preferences: preferences({ order: ['nobody'], allow_fallbacks: false }) }, 'not_found'],
    [{ nowMs: -1 }, 'service_unavailable'],
    [{ modelIds: ['a/model:fast'] as const }, 'model_not_found'],
    [{ modelIds: ['none', 'nor/this'] as const }, 'model_not_found'],
  ])('are none for %j: %s', (choice, code) => {
    const choose = () => chosen(choice);
    expect(choose).toThrow(WeirError);
    expect(choose).toThrow(expect.objectContaining({ code }));
  });
});
