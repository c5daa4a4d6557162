import type { SignIn } from '#lib/api-types.ts';
import { invalidForm, refusedForm } from '#lib/server/form-failure.ts';
import { formText } from '#lib/server/form-text.ts';
import { takeSignIn } from '#lib/server/take-sign-in.ts';
import { check, email, password } from '#lib/validators.ts';
import type { Actions } from './$types';

export const actions: Actions = {
  default: async ({ request, locals, cookies, url }) => {
    const form = await request.formData();
    const given = { email: formText(form, 'email').trim(), password: formText(form, 'password') };
    const kept = { email: given.email };
    const errors = check(given, { email, password });
    if (Object.keys(errors).length > 0) return invalidForm(kept, errors);
    let signIn: SignIn;
    try {
      signIn = await locals.api.auth.signIn.mutate(given);
    } catch (thrown) {
      return refusedForm(thrown, kept);
    }
    return takeSignIn(cookies, signIn, url.searchParams.get('next'));
  },
};
