import { redirect } from '@sveltejs/kit';
import { m } from '#lib/paraglide/messages.js';
import { clearSessionToken } from '#lib/server/cookies.ts';
import { refusedForm } from '#lib/server/form-failure.ts';
import { formText } from '#lib/server/form-text.ts';
import { load as loadable } from '#lib/server/load.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => ({
  statement: (await loadable(event, event.locals.api.leaving.finalStatement.query())).current,
});

export const actions: Actions = {
  request: async ({ request, locals, cookies }) => {
    const given = { confirmation: formText(await request.formData(), 'confirmation').trim() };
    let eraseAfter: string;
    try {
      ({ eraseAfter } = await locals.api.leaving.requestDeletion.mutate(given));
    } catch (thrown) {
      return refusedForm(thrown, given, {
        confirmation: m.delete_mismatch(),
        conflict: m.delete_last_owner(),
      });
    }
    clearSessionToken(cookies);
    redirect(303, `/leaving?until=${eraseAfter.slice(0, 10)}`);
  },

  cancel: async ({ locals }) => {
    try {
      await locals.api.leaving.cancelDeletion.mutate();
    } catch (thrown) {
      return refusedForm(thrown, {}, { not_found: m.delete_nothing_to_cancel() });
    }
    redirect(303, '/overview');
  },
};
