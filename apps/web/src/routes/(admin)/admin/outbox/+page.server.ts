import { load as loadable } from '#lib/server/load.ts';
import { requireStaff } from '#lib/server/require-staff.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  requireStaff(event.locals);
  event.setHeaders({ 'cache-control': 'no-store' });
  return { outbox: await loadable(event, event.locals.api.admin.outbox.list.query()) };
};
