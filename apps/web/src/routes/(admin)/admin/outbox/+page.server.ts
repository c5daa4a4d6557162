import { error } from '@sveltejs/kit';
import { m } from '#lib/paraglide/messages.js';
import { refusedForm } from '#lib/server/form-failure.ts';
import { formText } from '#lib/server/form-text.ts';
import { load as loadable } from '#lib/server/load.ts';
import { requireStaff } from '#lib/server/require-staff.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  requireStaff(event.locals);
  event.setHeaders({ 'cache-control': 'no-store' });
  return { outbox: await loadable(event, event.locals.api.admin.outbox.list.query()) };
};

export const actions: Actions = {
  read: async ({ request, locals }) => {
    if (requireStaff(locals).staffRole !== 'owner') error(404);
    const mailId = formText(await request.formData(), 'mailId');
    try {
      return { opened: await locals.api.admin.outbox.read.mutate({ mailId }) };
    } catch (thrown) {
      const gone = m.outbox_gone();
      return refusedForm(thrown, {}, { not_found: gone, mailId: gone });
    }
  },
};
