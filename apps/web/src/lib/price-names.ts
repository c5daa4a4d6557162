import { m } from '#lib/paraglide/messages.js';
import { formatPrice } from './format/money.ts';
import type { PartPrice, PricePart } from './price.ts';

/** What the parts of a price are called, in price lists and receipts. */
export const PART_NAMES: Readonly<Record<PricePart, () => string>> = {
  cachedInput: m.part_cached_input,
  cacheWrite5m: m.part_cache_write_5m,
  cacheWrite1h: m.part_cache_write_1h,
  audioInput: m.part_audio_input,
  reasoning: m.part_reasoning,
  audioOutput: m.part_audio_output,
  image: m.part_images,
  request: m.part_request,
};

/** A part's price with its unit. */
export function partPriceText({ part, nanoUsd }: PartPrice, locale: string): string {
  const price = formatPrice(nanoUsd, locale);
  if (part === 'image') return m.price_per_image({ price });
  return part === 'request' ? m.price_per_request({ price }) : m.price_per_mtok({ price });
}
