import { redirect } from '@sveltejs/kit';
import { safeNext } from '#lib/safe-next.ts';
import { apiFailure } from '#lib/server/api.ts';
import { formText } from '#lib/server/form-text.ts';
import { log } from '#lib/server/log.ts';
import type { RequestHandler } from './$types';

/** Back to where the person was. Where the api can't be told, the banner stays. */
export const POST: RequestHandler = async ({ request, locals }) => {
  const form = await request.formData();
  try {
    await locals.api.notices.markRead.mutate({ noticeId: formText(form, 'noticeId') });
  } catch (thrown) {
    log().warn({ code: apiFailure(thrown).code }, 'a notice was not marked as read');
  }
  redirect(303, safeNext(formText(form, 'next') || null, '/overview'));
};
