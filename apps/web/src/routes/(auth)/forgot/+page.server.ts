import { invalidForm, refusedForm } from '#lib/server/form-failure.ts';
import { formText } from '#lib/server/form-text.ts';
import { check, email } from '#lib/validators.ts';
import type { Actions } from './$types';

export const actions: Actions = {
  default: async ({ request, locals }) => {
    const given = { email: formText(await request.formData(), 'email').trim() };
    const errors = check(given, { email });
    if (Object.keys(errors).length > 0) return invalidForm(given, errors);
    try {
      await locals.api.auth.requestRecovery.mutate({ ...given, locale: locals.locale });
      return { sent: true };
    } catch (thrown) {
      return refusedForm(thrown, given);
    }
  },
};
