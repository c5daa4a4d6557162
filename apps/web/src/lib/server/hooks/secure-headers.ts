import type { Handle } from '@sveltejs/kit/hooks';
import { settings } from '../settings.ts';

/** The relay, which the playground calls, as a place that pages may connect to; and what no cache may keep. */
export const secureHeaders: Handle = async ({ event, resolve }) => {
  const response = await resolve(event);
  const { headers } = response;
  const policy = headers.get('content-security-policy');
  if (policy !== null) {
    const relayOrigin = new URL(settings().relayUrl).origin;
    headers.set(
      'content-security-policy',
      policy.replace("connect-src 'self'", `connect-src 'self' ${relayOrigin}`),
    );
  }
  // What a person sees of their account is not for a shared cache, nor for the back button after signing out.
  if (event.locals.session.state !== 'none') headers.set('cache-control', 'private, no-store');
  return response;
};
