import { parseUsd } from '@weir/core/money';
import { asObject } from '../json.ts';
import { arrayAt, flagAt, objectAt, oneOfAt, optional, refuseOthers, wordAt } from '../strict-fields.ts';
import { malformed } from '../unsupported.ts';

/** By what a call's candidates can be put in order. */
export const ROUTE_SORTS = ['price', 'throughput', 'latency'] as const;

export type RouteSort = (typeof ROUTE_SORTS)[number];

/** A vendor, or only what it runs in one region. */
export interface VendorChoice {
  readonly vendor: string;
  readonly region: string | undefined;
}

/** What a client is ready to pay; absent = any price. */
export interface MaxPrice {
  /** Per million tokens. */
  readonly promptNanoUsd?: bigint;
  readonly completionNanoUsd?: bigint;
  readonly audioNanoUsd?: bigint;
  /** For each one. */
  readonly requestNanoUsd?: bigint;
  readonly imageNanoUsd?: bigint;
}

/** Whom a client wants to be served by. */
export interface RoutePreferences {
  /** These first, in this order. */
  readonly order: readonly VendorChoice[];
  /** Nobody else. */
  readonly only?: readonly VendorChoice[];
  readonly ignore: readonly VendorChoice[];
  /** Whether others may serve when the first choice can't. */
  readonly allowFallbacks: boolean;
  readonly sort?: RouteSort;
  /** The order goes through the candidates of all models at once, and not through one model's after the other's. */
  readonly sortsAcrossModels: boolean;
  readonly maxPrice?: MaxPrice;
  /** Nobody who keeps what it is sent, or trains on it. */
  readonly refusesDataCollection: boolean;
  /** Nobody who lacks one of these; see `givenParameters`. */
  readonly requiredParameters: readonly string[];
}

const FIELDS = [
  'order',
  'only',
  'ignore',
  'allow_fallbacks',
  'sort',
  'max_price',
  'require_parameters',
  'data_collection',
];

/** More vendors than serve any model. */
const VENDORS_MAX = 100;

/**
 * OpenRouter's `provider`.
 * @param parameters those that the request gives a value, which it may require.
 * @throws {WeirError} `invalid_request`, naming the field that is malformed, or that nothing is made of here.
 * @see https://openrouter.ai/docs/features/provider-routing
 */
export function readPreferences(
  value: unknown,
  field: string,
  parameters: () => readonly string[],
): RoutePreferences {
  const provider = objectAt(value, field);
  refuseOthers(provider, field, FIELDS);
  const flag = (name: string) => optional(provider[name], `${field}.${name}`, flagAt);
  const collection = optional(provider['data_collection'], `${field}.data_collection`, (said, at) =>
    oneOfAt(said, at, ['allow', 'deny']),
  );
  const only = optional(provider['only'], `${field}.only`, readVendors);
  const maxPrice = optional(provider['max_price'], `${field}.max_price`, readMaxPrice);
  return {
    order: optional(provider['order'], `${field}.order`, readVendors) ?? [],
    ignore: optional(provider['ignore'], `${field}.ignore`, readVendors) ?? [],
    ...(only && { only }),
    allowFallbacks: flag('allow_fallbacks') ?? true,
    ...readSort(provider['sort'], `${field}.sort`),
    ...(maxPrice && { maxPrice }),
    refusesDataCollection: collection === 'deny',
    requiredParameters: flag('require_parameters') ? parameters() : [],
  };
}

function readVendors(value: unknown, field: string): VendorChoice[] {
  const vendors = arrayAt(value, field);
  if (vendors.length > VENDORS_MAX) throw malformed(field, `has to have at most ${VENDORS_MAX} items`);
  return vendors.map((one, index) => readVendor(wordAt(one, `${field}[${index}]`)));
}

/** `azure`, `azure/eu`, or a name as people write it, such as `Google AI Studio`. */
function readVendor(text: string): VendorChoice {
  const [vendor = '', ...suffix] = text.toLowerCase().replaceAll(' ', '-').split('/');
  return { vendor, region: suffix.length > 0 ? suffix.join('/') : undefined };
}

function readSort(value: unknown, field: string): Pick<RoutePreferences, 'sort' | 'sortsAcrossModels'> {
  const options = asObject(value);
  if (options) refuseOthers(options, field, ['by', 'partition']);
  const [said, at] = options ? [options['by'], `${field}.by`] : [value, field];
  const sort = optional(said, at, (word, path) => oneOfAt(word, path, ROUTE_SORTS));
  const partition = optional(options?.['partition'], `${field}.partition`, (word, path) =>
    oneOfAt(word, path, ['model', 'none']),
  );
  return { ...(sort && { sort }), sortsAcrossModels: partition === 'none' };
}

const PRICES = {
  prompt: 'promptNanoUsd',
  completion: 'completionNanoUsd',
  audio: 'audioNanoUsd',
  request: 'requestNanoUsd',
  image: 'imageNanoUsd',
} as const satisfies Record<string, keyof MaxPrice>;

function readMaxPrice(value: unknown, field: string): MaxPrice {
  const prices = objectAt(value, field);
  refuseOthers(prices, field, Object.keys(PRICES));
  return Object.fromEntries(
    Object.entries(PRICES).flatMap(([name, component]) => {
      const most = optional(prices[name], `${field}.${name}`, readUsd);
      return most === undefined ? [] : [[component, most]];
    }),
  );
}

const USD_DIGITS = 9;

/** A number, or one written out, as OpenRouter's client sends it. */
function readUsd(value: unknown, field: string): bigint {
  const text = typeof value === 'number' ? value.toFixed(USD_DIGITS) : value;
  if (typeof text === 'string' && !text.startsWith('-')) {
    try {
      return parseUsd(text);
    } catch {
      // Told below.
    }
  }
  throw malformed(field, 'has to be an amount of US dollars, like 0.5');
}
