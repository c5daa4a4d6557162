import { error } from '@sveltejs/kit';
import { ERRORS } from '@weir/core/errors';
import { m } from '#lib/paraglide/messages.js';
import { apiFailure } from '#lib/server/api.ts';
import { invalidForm, refusedForm } from '#lib/server/form-failure.ts';
import { formText } from '#lib/server/form-text.ts';
import { requireStaff } from '#lib/server/require-staff.ts';
import { accountConcurrency } from '#lib/validators.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
  requireStaff(locals);
  try {
    return { account: await locals.api.admin.accounts.get.query({ accountId: params.accountId }) };
  } catch (thrown) {
    const { code } = apiFailure(thrown);
    error(code === 'unreachable' ? 503 : ERRORS[code].status);
  }
};

export const actions: Actions = {
  group: async ({ request, locals, params: { accountId } }) => {
    requireStaff(locals);
    const groupId = formText(await request.formData(), 'groupId');
    try {
      await locals.api.admin.accounts.setGroup.mutate({ accountId, groupId: groupId || null });
      return { saved: 'group' as const };
    } catch (thrown) {
      return refusedForm(thrown, { groupId }, { forbidden: m.accounts_not_your_role() });
    }
  },

  concurrency: async ({ request, locals, params: { accountId } }) => {
    requireStaff(locals);
    const concurrencyMax = formText(await request.formData(), 'concurrencyMax').trim();
    const wrong = accountConcurrency(concurrencyMax);
    if (wrong !== undefined) return invalidForm({ concurrencyMax }, { concurrencyMax: wrong });
    try {
      await locals.api.admin.accounts.setConcurrency.mutate({
        accountId,
        concurrencyMax: concurrencyMax === '' ? null : Number(concurrencyMax),
      });
      return { saved: 'concurrency' as const };
    } catch (thrown) {
      return refusedForm(thrown, { concurrencyMax }, { forbidden: m.accounts_not_your_role() });
    }
  },
};
