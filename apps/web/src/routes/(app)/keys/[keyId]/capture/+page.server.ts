import { error, redirect } from '@sveltejs/kit';
import { ERRORS } from '@weir/core/errors';
import type { KeyCapture } from '#lib/api-types.ts';
import { m } from '#lib/paraglide/messages.js';
import { apiFailure, type Api } from '#lib/server/api.ts';
import { refusedForm } from '#lib/server/form-failure.ts';
import { formText } from '#lib/server/form-text.ts';
import { load as loadable } from '#lib/server/load.ts';
import { settings } from '#lib/server/settings.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

export const load: PageServerLoad = async (event) => {
  if (!settings().brand.debugCapture.allowed) error(404);
  event.depends('weir:captures');
  const { api } = event.locals;
  const { keyId } = event.params;
  const found = await find(api, keyId);
  const requestId = event.url.searchParams.get('call');
  const cursor = event.url.searchParams.get('cursor') ?? undefined;
  const [records, record] = await Promise.all([
    found.capture ? loadable(event, api.captures.records.query({ keyId, cursor })) : undefined,
    found.capture && requestId !== null
      ? loadable(event, api.captures.record.query({ keyId, requestId }, { context: { alone: true } }))
      : undefined,
  ]);
  return {
    ...found,
    keyId,
    records: records?.current,
    record: record?.current,
    isFirst: cursor === undefined,
  };
};

async function find(api: Api, keyId: string): Promise<KeyCapture> {
  try {
    return await api.captures.find.query({ keyId });
  } catch (thrown) {
    const { code } = apiFailure(thrown);
    error(code === 'unreachable' ? 503 : ERRORS[code].status);
  }
}

export const actions: Actions = {
  start: async ({ request, locals, params: { keyId } }) => {
    const form = await request.formData();
    const [hours, publicKey] = [formText(form, 'hours'), formText(form, 'publicKey')];
    try {
      await locals.api.captures.start.mutate({ keyId, hours: Number(hours), publicKey });
    } catch (thrown) {
      return refusedForm(
        thrown,
        { hours },
        { publicKey: m.capture_needs_script(), conflict: m.capture_conflict() },
      );
    }
    return backToCapture(keyId);
  },

  stop: (event) => done(event, (api, keyId) => api.captures.stop.mutate({ keyId })),

  remove: (event) => done(event, (api, keyId) => api.captures.remove.mutate({ keyId })),

  removeRecord: (event) =>
    done(event, async (api, keyId, form) => {
      await api.captures.removeRecord.mutate({ keyId, requestId: formText(form, 'requestId') });
    }),
};

/** What is gone already is as it was wanted. */
async function done(
  { request, locals, params: { keyId } }: RequestEvent,
  run: (api: Api, keyId: string, form: FormData) => Promise<unknown>,
) {
  try {
    await run(locals.api, keyId, await request.formData());
  } catch (thrown) {
    if (apiFailure(thrown).code !== 'not_found') return refusedForm(thrown, {});
  }
  return backToCapture(keyId);
}

/** To the page without what its address had opened. */
function backToCapture(keyId: string): never {
  redirect(303, `/keys/${encodeURIComponent(keyId)}/capture`);
}
