import { load as loadable } from '#lib/server/load.ts';
import { requireStaff } from '#lib/server/require-staff.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  requireStaff(event.locals);
  return { channels: (await loadable(event, event.locals.api.admin.channels.list.query())).current };
};
