import { redirect } from '@sveltejs/kit';
import { m } from '#lib/paraglide/messages.js';
import { writeSession } from '#lib/server/cookies.ts';
import { load as loadable } from '#lib/server/load.ts';
import { invalidForm, refusedForm } from '#lib/server/form-failure.ts';
import { formText } from '#lib/server/form-text.ts';
import { check, email, lowBalance, newPassword, password, phone, username } from '#lib/validators.ts';
import { readUsd } from '#lib/usd-input.ts';
import { isLocale } from '#lib/locales.ts';
import type { OptionalKind, PostedKind } from '#lib/api-types.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  const { notices } = event.locals.api;
  const both = Promise.all([notices.preferences.query(), notices.webhook.get.query()]);
  return {
    notices: await loadable(
      event,
      both.then(([preferences, webhook]) => ({ preferences, webhook })),
    ),
  };
};

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

  password: async ({ request, locals, cookies }) => {
    const form = await request.formData();
    const currentPassword = formText(form, 'currentPassword');
    const given = { newPassword: formText(form, 'newPassword') };
    const errors = check(given, { newPassword });
    if (Object.keys(errors).length > 0) return invalidForm({}, errors);
    try {
      const renewed = await locals.api.profile.changePassword.mutate({
        ...given,
        ...(currentPassword === '' ? {} : { currentPassword }),
      });
      writeSession(cookies, renewed);
      return { saved: 'password' as const };
    } catch (thrown) {
      const wrong = m.settings_password_wrong();
      const guessable = m.invalid_password_guessable();
      return refusedForm(
        thrown,
        {},
        { currentPassword: wrong, wrong_credentials: wrong, newPassword: guessable },
      );
    }
  },

  email: async ({ request, locals }) => {
    const form = await request.formData();
    const given = {
      newEmail: formText(form, 'newEmail').trim(),
      currentPassword: formText(form, 'currentPassword'),
    };
    const kept = { newEmail: given.newEmail };
    const errors = check(given, { newEmail: email, currentPassword: password });
    if (Object.keys(errors).length > 0) return invalidForm(kept, errors);
    let changeId: string;
    try {
      ({ changeId } = await locals.api.profile.changeEmail.mutate(given));
    } catch (thrown) {
      return refusedForm(thrown, kept, { currentPassword: m.settings_password_wrong() });
    }
    return redirect(303, `/settings/email?id=${changeId}`);
  },

  notices: async ({ request, locals }) => {
    const form = await request.formData();
    const locale = formText(form, 'locale');
    const given = { lowBalance: formText(form, 'lowBalance').trim() };
    const errors = check(given, { lowBalance });
    if (Object.keys(errors).length > 0) return invalidForm(given, errors);
    const wanted = new Set(form.getAll('mailed'));
    const posted = new Set(form.getAll('posted'));
    try {
      const { kinds } = await locals.api.notices.preferences.query();
      const mailed = kinds.filter(({ kind, canBeSwitchedOff }) => canBeSwitchedOff && wanted.has(kind));
      await locals.api.notices.setPreferences.mutate({
        locale: isLocale(locale) ? locale : locals.locale,
        lowBalanceNanoUsd: readUsd(given.lowBalance)?.toString(),
        mailed: mailed.map(({ kind }) => kind) as OptionalKind[],
        // Without a webhook there was nothing to choose.
        ...(form.has('hasWebhook') && {
          posted: kinds.flatMap(({ kind }) => (posted.has(kind) ? [kind] : [])) as PostedKind[],
        }),
      });
      return { saved: 'notices' as const };
    } catch (thrown) {
      return refusedForm(thrown, given);
    }
  },
};
