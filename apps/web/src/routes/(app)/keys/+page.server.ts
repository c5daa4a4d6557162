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
    const disabled = formText(form, 'disabled');
    const values = { ...readKeyForm(form), disabled };
    const errors = check(values, KEY_VALIDATORS);
    if (Object.keys(errors).length > 0) return invalidForm({ ...values, keyId }, errors);
    const { expiresAt, ...settings } = keySettings(values);
    // The form knows the day alone: left as it is, the time stays as well.
    const isMoved = values['expiresOn'] !== formText(form, 'expiresOnBefore');
    try {
      await locals.api.keys.update.mutate({
        keyId,
        ...settings,
        ...(isMoved && { expiresAt }),
        disabled: disabled === 'on',
      });
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
    const cutRunning = formText(form, 'cutRunning');
    if (confirmation !== formText(form, 'name')) {
      return invalidForm({ keyId, confirmation, cutRunning }, { confirmation: m.key_name_mismatch() });
    }
    try {
      const revoked = await locals.api.keys.revoke.mutate({ keyId, cutRunning: cutRunning === 'on' });
      return { revoked: revoked.keyId };
    } catch (thrown) {
      return refusedForm(thrown, { keyId, confirmation, cutRunning });
    }
  },

  rotate: async ({ request, locals }) => {
    const form = await request.formData();
    const keyId = formText(form, 'keyId');
    const confirmation = formText(form, 'confirmation').trim();
    const overlapHours = formText(form, 'overlapHours');
    const values = { keyId, confirmation, overlapHours };
    if (confirmation !== formText(form, 'name')) {
      return invalidForm(values, { confirmation: m.key_name_mismatch() });
    }
    try {
      return {
        rotated: await locals.api.keys.rotate.mutate({ keyId, overlapHours: Number(overlapHours || 0) }),
      };
    } catch (thrown) {
      return refusedForm(thrown, values);
    }
  },

  endOverlap: async ({ request, locals }) => {
    const keyId = formText(await request.formData(), 'keyId');
    try {
      await locals.api.keys.endOverlap.mutate({ keyId });
      return { ended: keyId };
    } catch (thrown) {
      return refusedForm(thrown, { ended: keyId });
    }
  },
};
