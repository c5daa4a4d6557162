import { error } from '@sveltejs/kit';
import { EXPORT_PATH, keepTicket } from '#lib/server/export-ticket.ts';
import { refusedForm } from '#lib/server/form-failure.ts';
import { formText } from '#lib/server/form-text.ts';
import { load as loadable } from '#lib/server/load.ts';
import { requireStaff } from '#lib/server/require-staff.ts';
import type { Actions, PageServerLoad } from './$types';

/** For anybody but an owner there is nothing here. */
function requireOwner(locals: App.Locals): void {
  if (requireStaff(locals).staffRole !== 'owner') error(404);
}

async function readMatter(request: Request) {
  const form = await request.formData();
  return { accountId: formText(form, 'accountId').trim(), reference: formText(form, 'reference').trim() };
}

export const load: PageServerLoad = async (event) => {
  requireOwner(event.locals);
  return { holds: (await loadable(event, event.locals.api.admin.legal.holds.query())).current };
};

export const actions: Actions = {
  hold: async ({ request, locals }) => {
    requireOwner(locals);
    const given = await readMatter(request);
    try {
      await locals.api.admin.legal.hold.mutate(given);
      return { done: 'hold' as const };
    } catch (thrown) {
      return { ...refusedForm(thrown, given), asked: 'hold' as const };
    }
  },

  release: async ({ request, locals }) => {
    requireOwner(locals);
    const given = await readMatter(request);
    try {
      await locals.api.admin.legal.release.mutate(given);
      return { done: 'release' as const };
    } catch (thrown) {
      return refusedForm(thrown, given);
    }
  },

  export: async ({ request, locals, cookies }) => {
    requireOwner(locals);
    const given = await readMatter(request);
    try {
      keepTicket(cookies, await locals.api.admin.legal.export.mutate(given));
      return { downloadPath: EXPORT_PATH };
    } catch (thrown) {
      return refusedForm(thrown, given);
    }
  },
};
