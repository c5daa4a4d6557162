import { redirect } from '@sveltejs/kit';
import { m } from '#lib/paraglide/messages.js';
import { safeNext } from '#lib/safe-next.ts';
import { writeSessionToken } from '#lib/server/cookies.ts';
import { invalidForm, refusedForm } from '#lib/server/form-failure.ts';
import { formText } from '#lib/server/form-text.ts';
import { check, email, newPassword, phone, username } from '#lib/validators.ts';
import type { Actions } from './$types';

export const actions: Actions = {
  default: async ({ request, locals, cookies, url }) => {
    const form = await request.formData();
    const given = {
      email: formText(form, 'email').trim(),
      username: formText(form, 'username').trim(),
      phone: formText(form, 'phone').trim(),
      password: formText(form, 'password'),
    };
    const kept = { email: given.email, username: given.username, phone: given.phone };
    const errors = check(given, { email, username, phone, password: newPassword });
    if (Object.keys(errors).length > 0) return invalidForm(kept, errors);
    try {
      const { sessionToken } = await locals.api.auth.signUp.mutate({
        ...given,
        phone: given.phone || undefined,
      });
      writeSessionToken(cookies, sessionToken);
    } catch (thrown) {
      return refusedForm(thrown, kept, { email: m.sign_up_email_taken() });
    }
    return redirect(303, safeNext(url.searchParams.get('next'), '/overview'));
  },
};
