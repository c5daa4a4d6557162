import { error, redirect } from '@sveltejs/kit';
import type { Me } from '#lib/api-types.ts';

/**
 * The person, when they are staff. For anybody else there is nothing here. Asked by the console's layout and by each of
 * its actions, which run before any layout.
 * @throws a redirect to where a second factor is set up, where the operator wants one first; 404; 503 where the session could not be looked up.
 */
export function requireStaff({ session }: App.Locals): Me {
  if (session.state === 'unavailable') error(503);
  if (session.state !== 'signedIn' || session.me.staffRole === null) error(404);
  if (session.me.secondFactor === 'required') redirect(303, '/settings/security');
  return session.me;
}
