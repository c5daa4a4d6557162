import { redirect } from '@sveltejs/kit';
import { apiFailure } from '#lib/server/api.ts';
import { clearSessionToken } from '#lib/server/cookies.ts';
import { log } from '#lib/server/log.ts';
import type { RequestHandler } from './$types';

/** Ends the session. Its cookie goes even where the api cannot be told. */
export const POST: RequestHandler = async ({ locals, cookies }) => {
  try {
    await locals.api.auth.signOut.mutate();
  } catch (thrown) {
    const failure = apiFailure(thrown);
    if (failure.code !== 'not_signed_in')
      log().error({ code: failure.code, err: thrown }, 'a session was not ended');
  }
  clearSessionToken(cookies);
  redirect(303, '/');
};
