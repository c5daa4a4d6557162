import { z } from 'zod';

/** Page sizes of every list. */
export const pageLimit = z.number().int().min(1, 'is below 1').max(100, 'is above 100').default(50);

/** The id of the last item of the page before. */
export function cursorOf(prefix: 'acc' | 'ann' | 'aud' | 'key' | 'ntc' | 'req') {
  return z.string().regex(new RegExp(`^${prefix}_[0-9a-z]{26}$`), 'is no cursor of this list');
}

/** Cuts off what was read beyond the page to learn whether there is another one. */
export function pageOf<Item>(
  rows: readonly Item[],
  limit: number,
  idOf: (item: Item) => string,
): { items: Item[]; nextCursor: string | null } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: last && rows.length > limit ? idOf(last) : null };
}
