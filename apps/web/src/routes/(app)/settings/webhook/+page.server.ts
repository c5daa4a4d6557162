import { redirect } from '@sveltejs/kit';
import { m } from '#lib/paraglide/messages.js';
import { invalidForm, refusedForm } from '#lib/server/form-failure.ts';
import { formText } from '#lib/server/form-text.ts';
import { load as loadable } from '#lib/server/load.ts';
import { check, webhookUrl } from '#lib/validators.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  event.depends('weir:webhook');
  event.setHeaders({ 'cache-control': 'no-store' });
  const webhook = await loadable(event, event.locals.api.notices.webhook.get.query());
  return { webhook: webhook.current, isRemoved: event.url.searchParams.has('removed') };
};

export const actions: Actions = {
  set: async ({ request, locals }) => {
    const given = { url: formText(await request.formData(), 'url').trim() };
    const errors = check(given, { url: webhookUrl });
    if (Object.keys(errors).length > 0) return invalidForm(given, errors);
    return orRefused(async () => {
      const { secret } = await locals.api.notices.webhook.set.mutate(given);
      return secret === null ? { done: 'set' as const } : { secret, isRotated: false };
    }, given);
  },

  rotate: ({ locals }) =>
    orRefused(async () => {
      const { secret } = await locals.api.notices.webhook.rotateSecret.mutate();
      return { secret, isRotated: true };
    }),

  test: ({ locals }) =>
    orRefused(async () => {
      await locals.api.notices.webhook.test.mutate();
      return { done: 'tested' as const };
    }),

  // Another address, without the dialog that asked.
  remove: async ({ locals }) => {
    const refused = await orRefused(async () => {
      await locals.api.notices.webhook.remove.mutate();
    });
    return refused ?? redirect(303, '/settings/webhook?removed');
  },
};

async function orRefused<Result>(act: () => Promise<Result>, values: Record<string, string> = {}) {
  try {
    return await act();
  } catch (thrown) {
    return refusedForm(thrown, values, { url: m.webhook_url_refused() });
  }
}
