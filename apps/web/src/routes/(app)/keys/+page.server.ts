import { m } from '#lib/paraglide/messages.js';
import { KEY_VALIDATORS } from '#lib/key-limits.ts';
import { invalidForm, refusedForm } from '#lib/server/form-failure.ts';
import { formText } from '#lib/server/form-text.ts';
import { keyFormRefusals, keySettings, readKeyForm } from '#lib/server/key-form.ts';
import { load as loadable } from '#lib/server/load.ts';
import { check } from '#lib/validators.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  const { api } = event.locals;
  event.depends('weir:keys');
  const cursor = event.url.searchParams.get('cursor');
  const [keys, models] = await Promise.all([
    loadable(event, api.keys.list.query(cursor === null ? {} : { cursor })),
    loadable(event, api.models.list.query()),
  ]);
  return { keys: keys.current, models: models.current, cursor };
};

export const actions: Actions = {
  create: async ({ request, locals }) => {
    const values = readKeyForm(await request.formData());
    const errors = check(values, KEY_VALIDATORS);
    if (Object.keys(errors).length > 0) return invalidForm(values, errors);
    try {
      return { created: await locals.api.keys.create.mutate(keySettings(values)) };
    } catch (thrown) {
      const { known, fieldOf } = keyFormRefusals();
      return refusedForm(thrown, values, known, fieldOf);
    }
  },

  update: async ({ request, locals }) => {
    const form = await request.formData();
    const keyId = formText(form, 'keyId');
    const values = readKeyForm(form);
    const errors = check(values, KEY_VALIDATORS);
    if (Object.keys(errors).length > 0) return invalidForm({ ...values, keyId }, errors);
    try {
      await locals.api.keys.update.mutate({ keyId, ...keySettings(values) });
      return { updated: { keyId, name: values['name'] ?? '' } };
    } catch (thrown) {
      const { known, fieldOf } = keyFormRefusals();
      return refusedForm(thrown, { ...values, keyId }, known, fieldOf);
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
