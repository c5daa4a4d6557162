import type { SignIn } from '#lib/api-types.ts';
import { m } from '#lib/paraglide/messages.js';
import { refusedForm } from '#lib/server/form-failure.ts';
import { formText } from '#lib/server/form-text.ts';
import { loadToken } from '#lib/server/load-token.ts';
import { takeSignIn } from '#lib/server/take-sign-in.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = loadToken;

export const actions: Actions = {
  // A link can be used once, so that looking at it must not: mail programs open links to preview them.
  default: async ({ request, locals, cookies }) => {
    const token = formText(await request.formData(), 'token');
    let signIn: SignIn;
    try {
      signIn = await locals.api.auth.signInWithLink.mutate({ token });
    } catch (thrown) {
      const used = m.link_used();
      return refusedForm(
        thrown,
        {},
        { token: used, wrong_credentials: used, not_found: used, invalid_request: used },
      );
    }
    return takeSignIn(cookies, signIn, null);
  },
};
