import { error } from '@sveltejs/kit';
import { loadAside } from '#lib/server/load.ts';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = async ({ locals }) => {
  if (locals.session.state !== 'signedIn') error(503);
  // The pages do without it.
  const [unread, pending, banners] = await Promise.all([
    locals.api.notices.unread.query().catch(() => ({ count: 0 })),
    loadAside(locals.api.policies.pending.query()),
    loadAside(locals.api.notices.banners.query({ locale: locals.locale })),
  ]);
  return {
    me: locals.session.me,
    unread: unread.count,
    pendingPolicies: pending.current,
    banners: banners.current,
  };
};
