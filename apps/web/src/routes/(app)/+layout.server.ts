import { error } from '@sveltejs/kit';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = ({ locals }) => {
  if (locals.session.state !== 'signedIn') error(503);
  return { me: locals.session.me };
};
