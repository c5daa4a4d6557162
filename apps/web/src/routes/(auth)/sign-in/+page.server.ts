import { redirect } from '@sveltejs/kit';
import { safeNext } from '#lib/safe-next.ts';
import { writeSessionToken } from '#lib/server/cookies.ts';
import { invalidForm, refusedForm } from '#lib/server/form-failure.ts';
import { formText } from '#lib/server/form-text.ts';
import { check, email, password } from '#lib/validators.ts';
import type { Actions } from './$types';

export const actions: Actions = {
  default: async ({ request, locals, cookies, url }) => {
    const form = await request.formData();
    const given = { email: formText(form, 'email').trim(), password: formText(form, 'password') };
    const kept = { email: given.email };
    const errors = check(given, { email, password });
    if (Object.keys(errors).length > 0) return invalidForm(kept, errors);
    try {
      const { sessionToken } = await locals.api.auth.signIn.mutate(given);
      writeSessionToken(cookies, sessionToken);
    } catch (thrown) {
      return refusedForm(thrown, kept);
    }
    return redirect(303, safeNext(url.searchParams.get('next'), '/overview'));
  },
};
