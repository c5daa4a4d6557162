import type { FactorAdded } from '#lib/api-types.ts';
import { m } from '#lib/paraglide/messages.js';
import { writeSession } from '#lib/server/cookies.ts';
import { invalidForm, refusedForm } from '#lib/server/form-failure.ts';
import { formPasskey } from '#lib/server/form-passkey.ts';
import { formText } from '#lib/server/form-text.ts';
import { load as loadable } from '#lib/server/load.ts';
import { check, passkeyName, secondFactorCode } from '#lib/validators.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

export const load: PageServerLoad = async (event) => {
  const { api } = event.locals;
  const [sessions, secondFactor] = await Promise.all([
    loadable(event, api.sessions.list.query()),
    loadable(event, api.secondFactor.state.query()),
  ]);
  return { sessions: sessions.current, secondFactor: secondFactor.current };
};

export const actions: Actions = {
  beginTotp: ({ locals }) =>
    orRefused(async () => ({ totp: await locals.api.secondFactor.beginTotp.mutate() })),

  // Without a script the page is made anew: the secret is in the form, to be shown again with what was wrong.
  confirmTotp: async ({ request, locals, cookies }) => {
    const form = await request.formData();
    const given = { code: formText(form, 'code').trim() };
    const kept = { secret: formText(form, 'secret'), uri: formText(form, 'uri') };
    const errors = check(given, { code: secondFactorCode });
    if (Object.keys(errors).length > 0) return invalidForm(kept, errors);
    return orRefused(
      async () => takeFactor(cookies, await locals.api.secondFactor.confirmTotp.mutate(given), 'totp'),
      kept,
    );
  },

  removeTotp: ({ locals, cookies }) =>
    orRefused(async () => {
      const { session } = await locals.api.secondFactor.removeTotp.mutate();
      if (session) writeSession(cookies, session);
      return { done: 'totpRemoved' as const };
    }),

  replaceCodes: ({ locals }) => orRefused(() => locals.api.secondFactor.replaceRecoveryCodes.mutate()),

  addPasskey: async ({ request, locals, cookies }) => {
    const form = await request.formData();
    const given = { name: formText(form, 'name').trim() };
    const errors = check(given, { name: passkeyName });
    if (Object.keys(errors).length > 0) return invalidForm(given, errors);
    const passkey = formPasskey(form);
    if (!passkey) return invalidForm(given, { passkey: m.passkey_not_used() });
    return orRefused(
      async () =>
        takeFactor(
          cookies,
          await locals.api.secondFactor.passkeys.add.mutate({ ...given, passkey }),
          'passkey',
        ),
      given,
    );
  },

  renamePasskey: async ({ request, locals }) => {
    const form = await request.formData();
    const given = { passkeyId: formText(form, 'passkeyId'), name: formText(form, 'name').trim() };
    const errors = check(given, { name: passkeyName });
    if (Object.keys(errors).length > 0) return invalidForm(given, errors);
    return orRefused(async () => {
      await locals.api.secondFactor.passkeys.rename.mutate(given);
      return { done: 'passkeyRenamed' as const };
    }, given);
  },

  removePasskey: async ({ request, locals, cookies }) => {
    const passkeyId = formText(await request.formData(), 'passkeyId');
    return orRefused(async () => {
      const { session } = await locals.api.secondFactor.passkeys.remove.mutate({ passkeyId });
      if (session) writeSession(cookies, session);
      return { done: 'passkeyRemoved' as const };
    });
  },

  revoke: async ({ request, locals }) => {
    const sessionId = formText(await request.formData(), 'sessionId');
    return orRefused(async () => {
      await locals.api.sessions.revoke.mutate({ sessionId });
      return { done: 'sessionEnded' as const };
    });
  },

  revokeOthers: ({ locals }) =>
    orRefused(async () => {
      await locals.api.sessions.revokeOthers.mutate();
      return { done: 'sessionsEnded' as const };
    }),
};

/** With the first factor the session goes on under a new token, and recovery codes are shown. */
function takeFactor(cookies: RequestEvent['cookies'], added: FactorAdded, factor: 'totp' | 'passkey') {
  if (added.session) writeSession(cookies, added.session);
  return added.recoveryCodes ? { recoveryCodes: added.recoveryCodes } : { done: `${factor}Added` as const };
}

async function orRefused<Result>(act: () => Promise<Result>, values: Record<string, string> = {}) {
  try {
    return await act();
  } catch (thrown) {
    return refusedForm(thrown, values, { code: m.factor_code_wrong(), passkey: m.passkey_refused() });
  }
}
