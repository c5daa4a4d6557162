import type { Handle } from '@sveltejs/kit/hooks';
import { settings } from '../settings.ts';

/** Headers that SvelteKit does not set; and the relay, which the playground calls, as a place that pages may connect to. */
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
  headers.set('x-content-type-options', 'nosniff');
  headers.set('referrer-policy', 'strict-origin-when-cross-origin');
  headers.set('permissions-policy', 'camera=(), microphone=(), geolocation=(), payment=()');
  if (settings().publicUrl.protocol === 'https:')
    headers.set('strict-transport-security', 'max-age=31536000');
  // What a person sees of their account is not for a shared cache, nor for the back button after signing out.
  if (event.locals.session.state !== 'none') headers.set('cache-control', 'private, no-store');
  return response;
};
