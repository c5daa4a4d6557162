import { error } from '@sveltejs/kit';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = async ({ locals }) => {
  if (locals.session.state !== 'signedIn') error(503);
  // The pages do without it.
  const unread = await locals.api.notices.unread.query().catch(() => ({ count: 0 }));
  return { me: locals.session.me, unread: unread.count };
};
