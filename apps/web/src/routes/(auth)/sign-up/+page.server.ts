import { redirect } from '@sveltejs/kit';
import { m } from '#lib/paraglide/messages.js';
import { invalidForm, refusedForm } from '#lib/server/form-failure.ts';
import { formText } from '#lib/server/form-text.ts';
import { check, email, newPassword, phone, username } from '#lib/validators.ts';
import { apiFailure, type Api } from '#lib/server/api.ts';
import type { Actions, PageServerLoad } from './$types';

/** The versions that the form's words of acceptance stand for. */
export const load: PageServerLoad = async ({ locals }) => ({
  policyVersionIds: await versionsInForce(locals.api),
});

/** None where the api can't tell: the person is asked once they are in. */
async function versionsInForce(api: Api): Promise<string[]> {
  try {
    const kinds = ['privacy', 'terms'] as const;
    const policies = await Promise.all(kinds.map((kind) => api.policies.get.query({ kind })));
    return policies.flatMap(({ versionId }) => versionId ?? []);
  } catch (thrown) {
    apiFailure(thrown);
    return [];
  }
}

export const actions: Actions = {
  default: async ({ request, locals, url }) => {
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
    const to = new URLSearchParams(url.search);
    try {
      const { signUpId } = await locals.api.auth.signUp.mutate({
        ...given,
        phone: given.phone || undefined,
        locale: locals.locale,
        acceptedPolicyIds: form.getAll('policy').filter((id) => typeof id === 'string'),
      });
      to.set('id', signUpId);
    } catch (thrown) {
      return refusedForm(thrown, kept, { password: m.invalid_password_guessable() });
    }
    return redirect(303, `/sign-up/code?${to}`);
  },
};
