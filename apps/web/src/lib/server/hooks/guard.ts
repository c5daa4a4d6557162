import { error, json, redirect } from '@sveltejs/kit';
import type { Handle } from '@sveltejs/kit/hooks';
import { m } from '#lib/paraglide/messages.js';

const SIGNED_IN_ONLY = '/(app)';
const SIGNED_OUT_ONLY: ReadonlySet<string> = new Set([
  '/(auth)/sign-in',
  '/(auth)/sign-in/passkey',
  '/(auth)/sign-in/second-factor',
  '/(auth)/sign-up',
  '/(auth)/sign-up/code',
]);

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/**
 * Keeps the dashboard to people who are signed in, and them from the forms for signing in. Where the session could not
 * be looked up the dashboard's layout says so; as actions run before any layout, whatever changes something ends here.
 */
export const guard: Handle = ({ event, resolve }) => {
  const route = event.route.id ?? '';
  const { session } = event.locals;
  if (route.startsWith(SIGNED_IN_ONLY) && session.state === 'none') {
    const next = event.request.method === 'GET' ? event.url.pathname + event.url.search : event.url.pathname;
    redirect(303, `/sign-in?next=${encodeURIComponent(next)}`);
  }
  if (
    route.startsWith(SIGNED_IN_ONLY) &&
    session.state === 'unavailable' &&
    !SAFE_METHODS.has(event.request.method)
  ) {
    return unavailable(event.request);
  }
  if (SIGNED_OUT_ONLY.has(route) && session.state === 'signedIn') redirect(303, '/overview');
  return resolve(event);
};

/** In the form in which it is awaited: a page, or what SvelteKit's forms and the pages' own requests read. */
function unavailable(request: Request): Response {
  if (request.headers.get('accept')?.includes('text/html') === true) error(503);
  const message = m.failure_unreachable();
  return json({ type: 'error', error: { message }, message }, { status: 503 });
}
