import { redirect } from '@sveltejs/kit';
import { m } from '#lib/paraglide/messages.js';
import { safeNext } from '#lib/safe-next.ts';
import { writeSessionToken } from '#lib/server/cookies.ts';
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
        acceptedPolicyIds: form.getAll('policy').filter((id) => typeof id === 'string'),
      });
      writeSessionToken(cookies, sessionToken);
    } catch (thrown) {
      return refusedForm(thrown, kept, { email: m.sign_up_email_taken() });
    }
    return redirect(303, safeNext(url.searchParams.get('next'), '/overview'));
  },
};
