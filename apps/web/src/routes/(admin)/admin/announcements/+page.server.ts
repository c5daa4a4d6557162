import { error, fail, redirect } from '@sveltejs/kit';
import { ANNOUNCEMENT_KINDS, announcementValidators, textField, titleField } from '#lib/announcement-form.ts';
import type { Locale } from '#lib/locales.ts';
import { invalidForm, refusedForm } from '#lib/server/form-failure.ts';
import { formText } from '#lib/server/form-text.ts';
import { load as loadable } from '#lib/server/load.ts';
import { requireStaff } from '#lib/server/require-staff.ts';
import { settings } from '#lib/server/settings.ts';
import { check } from '#lib/validators.ts';
import type { Actions, PageServerLoad } from './$types';

const MAY_ANNOUNCE: ReadonlySet<string | null> = new Set(['owner', 'admin']);

function requireAnnouncer(locals: App.Locals): void {
  if (!MAY_ANNOUNCE.has(requireStaff(locals).staffRole)) error(404);
}

export const load: PageServerLoad = async (event) => {
  const { locals, url } = event;
  requireAnnouncer(locals);
  event.depends('weir:announcements');
  const cursor = url.searchParams.get('cursor') ?? undefined;
  const page = locals.api.admin.announcements.list.query({ locale: locals.locale, cursor });
  return {
    page: (await loadable(event, page)).current,
    isFirst: cursor === undefined,
    isWithdrawn: url.searchParams.has('withdrawn'),
    withdrawing: url.searchParams.get('withdraw'),
  };
};

/** What was typed, by field. */
function readDraft(form: FormData): Record<string, string> {
  const fields = settings().brand.locales.flatMap((locale) => [titleField(locale), textField(locale)]);
  return Object.fromEntries(['kind', ...fields].map((name) => [name, formText(form, name)]));
}

const kindOf = ({ kind }: Record<string, string>) =>
  ANNOUNCEMENT_KINDS.find((known) => known === kind) ?? 'service';

function textsOf(draft: Record<string, string>): Partial<Record<Locale, { title: string; text: string }>> {
  const { locales } = settings().brand;
  return Object.fromEntries(
    locales.map((locale) => [
      locale,
      { title: draft[titleField(locale)] ?? '', text: draft[textField(locale)] ?? '' },
    ]),
  );
}

export const actions: Actions = {
  preview: async ({ request, locals }) => {
    requireAnnouncer(locals);
    const draft = readDraft(await request.formData());
    const errors = check(draft, announcementValidators(settings().brand.locales));
    if (Object.keys(errors).length > 0) return invalidForm(draft, errors);
    try {
      const kind = kindOf(draft);
      return { draft, preview: await locals.api.admin.announcements.preview.query({ kind }) };
    } catch (thrown) {
      return refusedForm(thrown, draft);
    }
  },

  edit: async ({ request, locals }) => {
    requireAnnouncer(locals);
    return { draft: readDraft(await request.formData()) };
  },

  publish: async ({ request, locals }) => {
    requireAnnouncer(locals);
    const form = await request.formData();
    const draft = readDraft(form);
    const announcementId = formText(form, 'announcementId');
    const input = { announcementId, kind: kindOf(draft), texts: textsOf(draft) };
    try {
      const { recipients } = await locals.api.admin.announcements.publish.mutate(input);
      return { published: recipients };
    } catch (thrown) {
      const { status, data } = refusedForm(thrown, draft);
      if (data.message === undefined) return fail(status, data);
      // It may have been published, and the answer was lost: sent again under the same id, it is published once.
      const count = (name: string) => Number(formText(form, name)) || 0;
      const preview = { announcementId, recipients: count('recipients'), mailed: count('mailed') };
      return fail(status, { ...data, draft, preview });
    }
  },

  withdraw: async ({ request, locals }) => {
    requireAnnouncer(locals);
    const announcementId = formText(await request.formData(), 'announcementId');
    try {
      await locals.api.admin.announcements.withdraw.mutate({ announcementId });
    } catch (thrown) {
      return refusedForm(thrown, {});
    }
    return redirect(303, '/admin/announcements?withdrawn');
  },
};
