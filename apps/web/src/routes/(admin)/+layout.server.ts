import { loadAside } from '#lib/server/load.ts';
import { requireStaff } from '#lib/server/require-staff.ts';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = async ({ locals }) => {
  const me = requireStaff(locals);
  const publishes = me.staffRole === 'owner' || me.staffRole === 'admin';
  return {
    me,
    // The pages do without it.
    outdatedPolicies: publishes ? (await loadAside(locals.api.policies.outdated.query())).current : undefined,
  };
};
