import { load as loadable } from '#lib/server/load.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => ({
  models: (await loadable(event, event.locals.api.models.list.query())).current,
});
