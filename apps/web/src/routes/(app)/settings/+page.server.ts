import { m } from '#lib/paraglide/messages.js';
import { invalidForm, refusedForm } from '#lib/server/form-failure.ts';
import { formText } from '#lib/server/form-text.ts';
import { check, newPassword, phone, username } from '#lib/validators.ts';
import type { Actions } from './$types';

export const actions: Actions = {
  profile: async ({ request, locals }) => {
    const given = { username: formText(await request.formData(), 'username').trim() };
    const errors = check(given, { username });
    if (Object.keys(errors).length > 0) return invalidForm(given, errors);
    try {
      await locals.api.profile.update.mutate(given);
      return { saved: 'profile' as const };
    } catch (thrown) {
      return refusedForm(thrown, given);
    }
  },

  phone: async ({ request, locals }) => {
    const given = { phone: formText(await request.formData(), 'phone').trim() };
    const errors = check(given, { phone });
    if (Object.keys(errors).length > 0) return invalidForm(given, errors);
    try {
      await locals.api.profile.setPhone.mutate({ phone: given.phone || null });
      return { saved: 'phone' as const };
    } catch (thrown) {
      return refusedForm(thrown, given);
    }
  },

  password: async ({ request, locals }) => {
    const form = await request.formData();
    const currentPassword = formText(form, 'currentPassword');
    const given = { newPassword: formText(form, 'newPassword') };
    const errors = check(given, { newPassword });
    if (Object.keys(errors).length > 0) return invalidForm({}, errors);
    try {
      await locals.api.profile.changePassword.mutate({
        ...given,
        ...(currentPassword === '' ? {} : { currentPassword }),
      });
      return { saved: 'password' as const };
    } catch (thrown) {
      const wrong = m.settings_password_wrong();
      return refusedForm(thrown, {}, { currentPassword: wrong, wrong_credentials: wrong });
    }
  },
};
