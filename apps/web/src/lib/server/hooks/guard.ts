import { redirect } from '@sveltejs/kit';
import type { Handle } from '@sveltejs/kit/hooks';

const SIGNED_IN_ONLY = '/(app)';
const SIGNED_OUT_ONLY: ReadonlySet<string> = new Set([
  '/(auth)/sign-in',
  '/(auth)/sign-in/passkey',
  '/(auth)/sign-in/second-factor',
  '/(auth)/sign-up',
  '/(auth)/sign-up/code',
]);

/**
 * Keeps the dashboard to people who are signed in, and them from the forms for signing in. Where the session could not
 * be looked up the dashboard's layout says so.
 */
export const guard: Handle = ({ event, resolve }) => {
  const route = event.route.id ?? '';
  const { session } = event.locals;
  if (route.startsWith(SIGNED_IN_ONLY) && session.state === 'none') {
    const next = event.request.method === 'GET' ? event.url.pathname + event.url.search : event.url.pathname;
    redirect(303, `/sign-in?next=${encodeURIComponent(next)}`);
  }
  if (SIGNED_OUT_ONLY.has(route) && session.state === 'signedIn') redirect(303, '/overview');
  return resolve(event);
};
