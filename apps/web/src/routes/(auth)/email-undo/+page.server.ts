import { redirect } from '@sveltejs/kit';
import { m } from '#lib/paraglide/messages.js';
import { clearSessionToken } from '#lib/server/cookies.ts';
import { refusedForm } from '#lib/server/form-failure.ts';
import { formText } from '#lib/server/form-text.ts';
import { loadToken } from '#lib/server/load-token.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = loadToken;

export const actions: Actions = {
  // By a button: mail programs open links to preview them.
  default: async ({ request, locals, cookies }) => {
    const token = formText(await request.formData(), 'token');
    try {
      await locals.api.profile.undoEmailChange.mutate({ token });
      clearSessionToken(cookies);
    } catch (thrown) {
      const used = m.undo_link_used();
      return refusedForm(thrown, {}, { token: used, wrong_credentials: used, conflict: m.undo_taken() });
    }
    return redirect(303, '/forgot?undone');
  },
};
