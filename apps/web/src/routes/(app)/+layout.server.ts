import { error } from '@sveltejs/kit';
import { loadAside } from '#lib/server/load.ts';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = async ({ locals }) => {
  if (locals.session.state !== 'signedIn') error(503);
  const pending = await loadAside(locals.api.policies.pending.query());
  return { me: locals.session.me, pendingPolicies: pending.current };
};
