import { redirect } from '@sveltejs/kit';
import { m } from '#lib/paraglide/messages.js';
import { clearSessionToken } from '#lib/server/cookies.ts';
import { invalidForm, refusedForm } from '#lib/server/form-failure.ts';
import { formText } from '#lib/server/form-text.ts';
import { loadToken } from '#lib/server/load-token.ts';
import { check, newPassword } from '#lib/validators.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = loadToken;

export const actions: Actions = {
  default: async ({ request, locals, cookies }) => {
    const form = await request.formData();
    const given = { newPassword: formText(form, 'newPassword') };
    const errors = check(given, { newPassword });
    if (Object.keys(errors).length > 0) return invalidForm({}, errors);
    const used = m.reset_link_used();
    try {
      await locals.api.auth.resetPassword.mutate({ token: formText(form, 'token'), ...given });
      // It has ended every session, this browser's too if it had one.
      clearSessionToken(cookies);
    } catch (thrown) {
      const known = {
        newPassword: m.invalid_password_guessable(),
        token: used,
        wrong_credentials: used,
        not_found: used,
      };
      return refusedForm(thrown, {}, known);
    }
    return redirect(303, '/sign-in?reset');
  },
};
