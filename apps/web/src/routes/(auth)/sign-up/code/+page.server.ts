import { redirect } from '@sveltejs/kit';
import { m } from '#lib/paraglide/messages.js';
import { safeNext } from '#lib/safe-next.ts';
import { writeSession } from '#lib/server/cookies.ts';
import { invalidForm, refusedForm } from '#lib/server/form-failure.ts';
import { formText } from '#lib/server/form-text.ts';
import { check, code } from '#lib/validators.ts';
import type { Actions } from './$types';

export const actions: Actions = {
  confirm: async ({ request, locals, cookies, url }) => {
    const given = { code: formText(await request.formData(), 'code') };
    const errors = check(given, { code });
    if (Object.keys(errors).length > 0) return invalidForm(given, errors);
    const signUpId = url.searchParams.get('id') ?? '';
    try {
      writeSession(cookies, await locals.api.auth.confirmSignUp.mutate({ signUpId, ...given }));
    } catch (thrown) {
      return refusedForm(thrown, given, { code: m.code_wrong() }, { signUpId: 'code' });
    }
    return redirect(303, safeNext(url.searchParams.get('next'), '/overview'));
  },

  resend: async ({ locals, url }) => {
    const signUpId = url.searchParams.get('id') ?? '';
    try {
      await locals.api.auth.resendSignUpCode.mutate({ signUpId, locale: locals.locale });
      return { resent: true };
    } catch (thrown) {
      return refusedForm(thrown, {}, { not_found: m.code_over(), signUpId: m.code_over() });
    }
  },
};
