import { json } from '@sveltejs/kit';
import { ERRORS } from '@weir/core/errors';
import { apiFailure } from '#lib/server/api.ts';
import { failureText } from '#lib/server/failure-text.ts';
import type { RequestHandler } from './$types';

/** A key that lives an hour, for the playground of the person who is signed in. */
export const POST: RequestHandler = async ({ locals }) => {
  try {
    return json(await locals.api.playground.createKey.mutate(), { headers: { 'cache-control': 'no-store' } });
  } catch (thrown) {
    const failure = apiFailure(thrown);
    const status = failure.code === 'unreachable' ? 503 : ERRORS[failure.code].status;
    const isAskedFor = failure.code === 'reauthentication_required';
    return json({ message: failureText(failure), ...(isAskedFor && { reauthenticate: true }) }, { status });
  }
};
