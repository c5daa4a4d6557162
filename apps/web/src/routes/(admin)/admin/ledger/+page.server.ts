import { fail } from '@sveltejs/kit';
import { ERRORS } from '@weir/core/errors';
import { m } from '#lib/paraglide/messages.js';
import { apiFailure } from '#lib/server/api.ts';
import { failureText } from '#lib/server/failure-text.ts';
import { requireStaff } from '#lib/server/require-staff.ts';
import type { Actions } from './$types';

export const actions: Actions = {
  verify: async ({ locals }) => {
    requireStaff(locals);
    try {
      return { verification: await locals.api.admin.ledger.verify.mutate() };
    } catch (thrown) {
      const failure = apiFailure(thrown);
      // A ledger of many millions of requests takes longer than a connection may be silent.
      if (failure.code === 'unreachable') return fail(503, { message: m.ledger_still_running() });
      return fail(ERRORS[failure.code].status, { message: failureText(failure) });
    }
  },
};
