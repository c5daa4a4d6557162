import { redirect } from '@sveltejs/kit';
import { safeNext } from '#lib/safe-next.ts';
import { apiFailure } from '#lib/server/api.ts';
import { log } from '#lib/server/log.ts';
import type { RequestHandler } from './$types';

/** Back to where the person was. Where the api can't be told, the banner stays. */
export const POST: RequestHandler = async ({ request, locals }) => {
  const form = await request.formData();
  const versionIds = form.getAll('version').filter((id) => typeof id === 'string');
  try {
    await locals.api.policies.accept.mutate({ versionIds });
  } catch (thrown) {
    log().warn({ code: apiFailure(thrown).code }, 'an acceptance was not written down');
  }
  const next = form.get('next');
  redirect(303, safeNext(typeof next === 'string' ? next : null, '/overview'));
};
