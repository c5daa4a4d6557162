import { redirect } from '@sveltejs/kit';
import { m } from '#lib/paraglide/messages.js';
import { invalidForm, refusedForm } from '#lib/server/form-failure.ts';
import { formText } from '#lib/server/form-text.ts';
import { check, email, newPassword, username } from '#lib/validators.ts';
import type { Actions } from './$types';

export const actions: Actions = {
  default: async ({ request, locals, url }) => {
    const form = await request.formData();
    const given = {
      email: formText(form, 'email').trim(),
      username: formText(form, 'username').trim(),
      password: formText(form, 'password'),
    };
    const kept = { email: given.email, username: given.username };
    const errors = check(given, { email, username, password: newPassword });
    if (Object.keys(errors).length > 0) return invalidForm(kept, errors);
    const to = new URLSearchParams(url.search);
    try {
      const { signUpId } = await locals.api.auth.signUp.mutate({ ...given, locale: locals.locale });
      to.set('id', signUpId);
    } catch (thrown) {
      return refusedForm(thrown, kept, { password: m.invalid_password_guessable() });
    }
    return redirect(303, `/sign-up/code?${to}`);
  },
};
