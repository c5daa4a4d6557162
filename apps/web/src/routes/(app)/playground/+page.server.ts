import { load as loadable } from '#lib/server/load.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  const { api } = event.locals;
  const [models, balance] = await Promise.all([
    loadable(event, api.models.list.query()),
    loadable(event, api.account.balance.query()),
  ]);
  return { models: models.current, balance: balance.current, wanted: event.url.searchParams.get('model') };
};
