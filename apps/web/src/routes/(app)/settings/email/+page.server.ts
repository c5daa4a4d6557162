import { redirect } from '@sveltejs/kit';
import { m } from '#lib/paraglide/messages.js';
import { writeSession } from '#lib/server/cookies.ts';
import { invalidForm, refusedForm } from '#lib/server/form-failure.ts';
import { formText } from '#lib/server/form-text.ts';
import { check, code } from '#lib/validators.ts';
import type { Actions } from './$types';

export const actions: Actions = {
  default: async ({ request, locals, url, cookies }) => {
    const given = { code: formText(await request.formData(), 'code') };
    const errors = check(given, { code });
    if (Object.keys(errors).length > 0) return invalidForm(given, errors);
    try {
      const changeId = url.searchParams.get('id') ?? '';
      writeSession(cookies, await locals.api.profile.confirmEmail.mutate({ changeId, ...given }));
    } catch (thrown) {
      return refusedForm(thrown, given, { code: m.code_wrong() }, { changeId: 'code' });
    }
    return redirect(303, '/settings?emailChanged');
  },
};
