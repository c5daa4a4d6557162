import { redirect } from '@sveltejs/kit';
import type { Session } from '#lib/api-types.ts';
import { m } from '#lib/paraglide/messages.js';
import { readPendingSignIn } from '#lib/server/cookies.ts';
import { invalidForm, refusedForm } from '#lib/server/form-failure.ts';
import { formPasskey } from '#lib/server/form-passkey.ts';
import { formText } from '#lib/server/form-text.ts';
import { takeSignIn } from '#lib/server/take-sign-in.ts';
import { check, secondFactorCode } from '#lib/validators.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = ({ cookies }) => {
  const pending = readPendingSignIn(cookies);
  if (!pending) redirect(303, '/sign-in');
  const { hasTotp, hasPasskey } = pending;
  return { hasTotp, hasPasskey };
};

const refusals = () => ({
  code: m.factor_code_wrong(),
  passkey: m.passkey_refused(),
  not_signed_in: m.second_step_late(),
});

export const actions: Actions = {
  code: async ({ request, locals, cookies, url }) => {
    const given = { code: formText(await request.formData(), 'code').trim() };
    const errors = check(given, { code: secondFactorCode });
    if (Object.keys(errors).length > 0) return invalidForm({}, errors);
    const { pendingToken } = readPendingSignIn(cookies) ?? redirect(303, '/sign-in');
    let session: Session;
    try {
      session = await locals.api.auth.finishWithCode.mutate({ pendingToken, ...given });
    } catch (thrown) {
      return refusedForm(thrown, {}, refusals());
    }
    return takeSignIn(cookies, { state: 'signed_in', ...session }, url.searchParams.get('next'));
  },

  passkey: async ({ request, locals, cookies, url }) => {
    const passkey = formPasskey(await request.formData());
    if (!passkey) return invalidForm({}, { passkey: m.passkey_not_used() });
    const { pendingToken } = readPendingSignIn(cookies) ?? redirect(303, '/sign-in');
    let session: Session;
    try {
      session = await locals.api.auth.finishWithPasskey.mutate({ pendingToken, passkey });
    } catch (thrown) {
      return refusedForm(thrown, {}, refusals());
    }
    return takeSignIn(cookies, { state: 'signed_in', ...session }, url.searchParams.get('next'));
  },
};
