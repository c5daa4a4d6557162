import { redirect } from '@sveltejs/kit';
import type { Session } from '#lib/api-types.ts';
import { m } from '#lib/paraglide/messages.js';
import { invalidForm, refusedForm } from '#lib/server/form-failure.ts';
import { formPasskey } from '#lib/server/form-passkey.ts';
import { takeSignIn } from '#lib/server/take-sign-in.ts';
import type { Actions, PageServerLoad } from './$types';

/** There is no page here, only where the sign-in page’s passkey goes. */
export const load: PageServerLoad = () => redirect(303, '/sign-in');

export const actions: Actions = {
  default: async ({ request, locals, cookies, url }) => {
    const passkey = formPasskey(await request.formData());
    if (!passkey) return invalidForm({}, { passkey: m.passkey_not_used() });
    let session: Session;
    try {
      session = await locals.api.auth.signInWithPasskey.mutate({ passkey });
    } catch (thrown) {
      return refusedForm(thrown, {}, { passkey: m.passkey_refused() });
    }
    return takeSignIn(cookies, { state: 'signed_in', ...session }, url.searchParams.get('next'));
  },
};
