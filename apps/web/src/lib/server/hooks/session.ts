import type { RequestEvent } from '@sveltejs/kit';
import type { Handle } from '@sveltejs/kit/hooks';
import { apiFailure, createApi } from '../api.ts';
import { clearSessionToken, readSessionToken, writeSessionToken } from '../cookies.ts';
import { log } from '../log.ts';

/** Who is asking, resolved once for each request. */
export const session: Handle = async ({ event, resolve }) => {
  const token = readSessionToken(event.cookies);
  event.locals.api = createApi(token, forwardedFor(event));
  event.locals.session = { state: 'none' };
  if (token === undefined) return resolve(event);

  try {
    const me = await event.locals.api.auth.me.query();
    event.locals.session = { state: 'signedIn', me };
    if (!event.isDataRequest) writeSessionToken(event.cookies, token);
  } catch (thrown) {
    const failure = apiFailure(thrown);
    if (failure.code === 'not_signed_in' || failure.code === 'not_found') {
      clearSessionToken(event.cookies);
    } else {
      // The session may well be alive: keep its cookie, and say so where a signed-in page is asked for.
      log().error({ code: failure.code, err: thrown }, 'the session could not be looked up');
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
