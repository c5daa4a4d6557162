import { load as loadable } from '#lib/server/load.ts';
import { requireStaff } from '#lib/server/require-staff.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  requireStaff(event.locals);
  const params = event.url.searchParams;
  const search = params.get('search')?.trim() || undefined;
  const cursor = params.get('cursor') ?? undefined;
  const page = await loadable(event, event.locals.api.admin.accounts.list.query({ search, cursor }));
  return { search, isFirst: cursor === undefined, page: page.current };
};
