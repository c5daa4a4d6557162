import type { PriceComponents } from '@weir/catalog/price';

/** US dollars as decimal strings: per token, request or image. What is absent costs what its whole costs. */
export interface PublishedPrice {
  readonly prompt: string;
  readonly completion: string;
  readonly request?: string;
  readonly image?: string;
  readonly audio?: string;
  readonly audio_output?: string;
  readonly internal_reasoning?: string;
  readonly input_cache_read?: string;
  readonly input_cache_write?: string;
  readonly input_cache_write_1h?: string;
}

/** Decimal places of a nanoUsd. */
const NANO = 9;
/** Of a millionth: a token's part in a price, and a margin's. */
const MILLIONTH = 6;

/** As it is charged to an account that pays so much on top. @see https://openrouter.ai/docs/api-reference/list-available-models */
export function publishPrice(price: PriceComponents, marginPpm: number): PublishedPrice {
  const factor = BigInt(Math.max(0, 1_000_000 + marginPpm));
  const each = (amount: bigint) => decimal(amount * factor, NANO + MILLIONTH);
  const perToken = (amount: bigint) => decimal(amount * factor, NANO + MILLIONTH + MILLIONTH);
  const optional = (
    name: keyof PublishedPrice,
    amount: bigint | undefined,
    write: (amount: bigint) => string,
  ) => (amount === undefined ? {} : { [name]: write(amount) });
  return {
    prompt: perToken(price.inputNanoUsdPerMtok),
    completion: perToken(price.outputNanoUsdPerMtok),
    ...optional('request', price.requestNanoUsd, each),
    ...optional('image', price.imageNanoUsd, each),
    ...optional('audio', price.audioInputNanoUsdPerMtok, perToken),
    ...optional('audio_output', price.audioOutputNanoUsdPerMtok, perToken),
    ...optional('internal_reasoning', price.reasoningNanoUsdPerMtok, perToken),
    ...optional('input_cache_read', price.cachedInputNanoUsdPerMtok, perToken),
    ...optional('input_cache_write', price.cacheWrite5mNanoUsdPerMtok, perToken),
    ...optional('input_cache_write_1h', price.cacheWrite1hNanoUsdPerMtok, perToken),
  };
}

/** The exact amount, without trailing zeros. */
function decimal(units: bigint, places: number): string {
  const digits = units.toString().padStart(places + 1, '0');
  return `${digits.slice(0, -places)}.${digits.slice(-places)}`.replace(/\.?0+$/, '');
}
