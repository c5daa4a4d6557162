import { load as loadable } from '#lib/server/load.ts';
import type { LayoutServerLoad } from './$types';

const KEYS_LISTED = 100;

/** What can be filtered by; it stays while the filters change. */
export const load: LayoutServerLoad = async (event) => {
  const { api } = event.locals;
  const [keys, models] = await Promise.all([
    loadable(event, api.keys.list.query({ limit: KEYS_LISTED })),
    loadable(event, api.models.list.query()),
  ]);
  return { keys: keys.current, models: models.current };
};
