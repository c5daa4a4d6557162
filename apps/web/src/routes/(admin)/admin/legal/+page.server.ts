import { error } from '@sveltejs/kit';
import { m } from '#lib/paraglide/messages.js';
import { EXPORT_PATH, keepTicket } from '#lib/server/export-ticket.ts';
import { invalidForm, refusedForm } from '#lib/server/form-failure.ts';
import { formText } from '#lib/server/form-text.ts';
import { load as loadable } from '#lib/server/load.ts';
import { requireStaff } from '#lib/server/require-staff.ts';
import { accountId, check, reference } from '#lib/validators.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

/** For anybody but an owner there is nothing here. */
function requireOwner(locals: App.Locals): void {
  if (requireStaff(locals).staffRole !== 'owner') error(404);
}

interface Matter {
  accountId: string;
  reference: string;
}

/** Each of the three asks for the same, and is refused in the same way. */
async function act<Result extends object>(
  { request, locals }: RequestEvent,
  run: (matter: Matter) => Promise<Result>,
) {
  requireOwner(locals);
  const form = await request.formData();
  const given = {
    accountId: formText(form, 'accountId').trim(),
    reference: formText(form, 'reference').trim(),
  };
  const errors = check(given, { accountId, reference });
  if (Object.keys(errors).length > 0) return invalidForm(given, errors);
  try {
    return await run(given);
  } catch (thrown) {
    return refusedForm(thrown, given, { not_found: m.legal_not_found(), conflict: m.legal_held_already() });
  }
}

export const load: PageServerLoad = async (event) => {
  requireOwner(event.locals);
  return { holds: (await loadable(event, event.locals.api.admin.legal.holds.query())).current };
};

export const actions: Actions = {
  hold: (event) =>
    act(event, async (matter) => {
      await event.locals.api.admin.legal.hold.mutate(matter);
      return { done: 'hold' as const };
    }),

  release: (event) =>
    act(event, async (matter) => {
      await event.locals.api.admin.legal.release.mutate(matter);
      return { done: 'release' as const };
    }),

  export: (event) =>
    act(event, async (matter) => {
      keepTicket(event.cookies, await event.locals.api.admin.legal.export.mutate(matter));
      return { downloadPath: EXPORT_PATH };
    }),
};
