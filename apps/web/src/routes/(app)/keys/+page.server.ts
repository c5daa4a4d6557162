import { m } from '#lib/paraglide/messages.js';
import { invalidForm, refusedForm } from '#lib/server/form-failure.ts';
import { formText } from '#lib/server/form-text.ts';
import { load as loadable } from '#lib/server/load.ts';
import { check, keyName } from '#lib/validators.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  const { api } = event.locals;
  const cursor = event.url.searchParams.get('cursor');
  const [keys, models] = await Promise.all([
    loadable(event, api.keys.list.query(cursor === null ? {} : { cursor })),
    loadable(event, api.models.list.query()),
  ]);
  return { keys: keys.current, models: models.current, cursor };
};

export const actions: Actions = {
  create: async ({ request, locals }) => {
    const name = formText(await request.formData(), 'name').trim();
    const errors = check({ name }, { name: keyName });
    if (Object.keys(errors).length > 0) return invalidForm({ name }, errors);
    try {
      return { created: await locals.api.keys.create.mutate({ name }) };
    } catch (thrown) {
      return refusedForm(thrown, { name });
    }
  },

  // The name is typed once more: a revoked key stops every program that uses it, and does not come back.
  revoke: async ({ request, locals }) => {
    const form = await request.formData();
    const keyId = formText(form, 'keyId');
    const confirmation = formText(form, 'confirmation').trim();
    if (confirmation !== formText(form, 'name')) {
      return invalidForm({ keyId, confirmation }, { confirmation: m.revoke_mismatch() });
    }
    try {
      return { revoked: (await locals.api.keys.revoke.mutate({ keyId })).keyId };
    } catch (thrown) {
      return refusedForm(thrown, { keyId, confirmation });
    }
  },
};
