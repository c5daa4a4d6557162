import { redirect } from '@sveltejs/kit';
import { m } from '#lib/paraglide/messages.js';
import { safeNext } from '#lib/safe-next.ts';
import type { Api } from '#lib/server/api.ts';
import { writeSession } from '#lib/server/cookies.ts';
import { invalidForm, refusedForm } from '#lib/server/form-failure.ts';
import { formPasskey } from '#lib/server/form-passkey.ts';
import { formText } from '#lib/server/form-text.ts';
import { check, password, secondFactorCode } from '#lib/validators.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

type Proof = Parameters<Api['auth']['reauthenticate']['mutate']>[0];
const nextOf = (url: URL) => safeNext(url.searchParams.get('next'), '/settings/security');

export const load: PageServerLoad = ({ url }) => ({ next: nextOf(url) });

export const actions: Actions = {
  password: async (event) => {
    const given = { password: formText(await event.request.formData(), 'password') };
    const errors = check(given, { password });
    return Object.keys(errors).length > 0 ? invalidForm({}, errors) : confirm(event, given);
  },

  code: async (event) => {
    const given = { code: formText(await event.request.formData(), 'code').trim() };
    const errors = check(given, { code: secondFactorCode });
    return Object.keys(errors).length > 0 ? invalidForm({}, errors) : confirm(event, given);
  },

  passkey: async (event) => {
    const passkey = formPasskey(await event.request.formData());
    return passkey ? confirm(event, { passkey }) : invalidForm({}, { passkey: m.passkey_not_used() });
  },
};

async function confirm({ locals, cookies, url }: RequestEvent, proof: Proof) {
  try {
    writeSession(cookies, await locals.api.auth.reauthenticate.mutate(proof));
  } catch (thrown) {
    return refusedForm(
      thrown,
      {},
      {
        password: m.settings_password_wrong(),
        code: m.factor_code_wrong(),
        passkey: m.passkey_refused(),
      },
    );
  }
  return redirect(303, nextOf(url));
}
