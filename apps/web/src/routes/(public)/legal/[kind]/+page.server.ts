import { error } from '@sveltejs/kit';
import { ERRORS } from '@weir/core/errors';
import { apiFailure } from '#lib/server/api.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params: { kind }, url }) => {
  if (kind !== 'privacy' && kind !== 'terms') error(404);
  const versionId = url.searchParams.get('version') ?? undefined;
  try {
    const policy = await locals.api.policies.get.query({ kind, versionId });
    const text = policy.texts[locals.locale] ?? Object.values(policy.texts)[0];
    if (!text) error(404);
    return { policy, text };
  } catch (thrown) {
    const { code } = apiFailure(thrown);
    error(code === 'unreachable' ? 503 : ERRORS[code].status);
  }
};
