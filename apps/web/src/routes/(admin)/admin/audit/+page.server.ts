import { readAuditFilters } from '#lib/audit-filters.ts';
import { load as loadable } from '#lib/server/load.ts';
import { requireStaff } from '#lib/server/require-staff.ts';
import type { PageServerLoad } from './$types';

const MAY_EXPORT: ReadonlySet<string | null> = new Set(['owner', 'admin']);

export const load: PageServerLoad = async (event) => {
  const { staffRole } = requireStaff(event.locals);
  const params = event.url.searchParams;
  const filters = readAuditFilters((name) => params.get(name));
  const cursor = params.get('cursor') ?? undefined;
  const page = await loadable(event, event.locals.api.admin.audit.list.query({ ...filters, cursor }));
  return { filters, isFirst: cursor === undefined, page: page.current, mayExport: MAY_EXPORT.has(staffRole) };
};
