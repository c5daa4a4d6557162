import { load as loadable } from '#lib/server/load.ts';
import { refusedForm } from '#lib/server/form-failure.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  const { locals, url } = event;
  const cursor = url.searchParams.get('cursor') ?? undefined;
  const page = locals.api.notices.list.query({ locale: locals.locale, ...(cursor && { cursor }) });
  return { page: await loadable(event, page), isFirst: cursor === undefined };
};

export const actions: Actions = {
  read: async ({ locals }) => {
    try {
      await locals.api.notices.markAllRead.mutate();
      return { read: true };
    } catch (thrown) {
      return refusedForm(thrown, {});
    }
  },
};
