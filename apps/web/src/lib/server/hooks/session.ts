import type { RequestEvent } from '@sveltejs/kit';
import type { Handle } from '@sveltejs/kit/hooks';
import { apiFailure, createApi } from '../api.ts';
import { readDeviceToken, readSessionToken, writeDeviceToken } from '../cookies.ts';
import { log } from '../log.ts';

const SIGNS_IN = '/(auth)/';

/** Who is asking, resolved once for each request. */
export const session: Handle = async ({ event, resolve }) => {
  const { cookies, request } = event;
  const token = readSessionToken(cookies);
  const isSigningIn = request.method === 'POST' && event.route.id?.startsWith(SIGNS_IN) === true;
  event.locals.api = createApi(token, {
    userAgent: request.headers.get('user-agent'),
    forwardedFor: forwardedFor(event),
    deviceToken: isSigningIn ? writeDeviceToken(cookies) : readDeviceToken(cookies),
  });
  event.locals.session = { state: 'none' };
  if (token === undefined) return resolve(event);

  try {
    const me = await event.locals.api.auth.me.query();
    event.locals.session = { state: 'signedIn', me };
  } catch (thrown) {
    const failure = apiFailure(thrown);
    // The cookie stays: by now the browser may hold that of a new session, which an answer in another tab brought.
    if (failure.code !== 'not_signed_in' && failure.code !== 'not_found') {
      // The session may well be alive: say so where a signed-in page is asked for.
      // Made-up ones are refused as often as they come, and fill no log.
      if (failure.code !== 'rate_limited') {
        log().error({ code: failure.code, err: thrown }, 'the session could not be looked up');
      }
      event.locals.session = { state: 'unavailable' };
    }
  }
  return resolve(event);
};

/** As every proxy does: what the client said, and then who the client is. What is to be believed of it the api decides. */
function forwardedFor({ request, getClientAddress }: RequestEvent): string {
  const said = request.headers.get('x-forwarded-for');
  return said === null ? getClientAddress() : `${said}, ${getClientAddress()}`;
}
