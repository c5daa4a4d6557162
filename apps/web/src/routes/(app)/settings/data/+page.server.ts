import { EXPORT_PATH, keepTicket } from '#lib/server/export-ticket.ts';
import { refusedForm } from '#lib/server/form-failure.ts';
import type { Actions } from './$types';

export const actions: Actions = {
  export: async ({ locals, cookies }) => {
    try {
      keepTicket(cookies, await locals.api.leaving.export.mutate());
      return { downloadPath: EXPORT_PATH };
    } catch (thrown) {
      return refusedForm(thrown, {});
    }
  },
};
