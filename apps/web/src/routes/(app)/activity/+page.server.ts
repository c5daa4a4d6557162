import { isOutcome } from '#lib/outcomes.ts';
import { load as loadable } from '#lib/server/load.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  const { api } = event.locals;
  event.depends('weir:usage');
  const params = event.url.searchParams;
  const outcome = params.get('outcome');
  const filters = {
    keyId: params.get('key') || undefined,
    modelId: params.get('model') || undefined,
    outcome: isOutcome(outcome) ? outcome : undefined,
  };
  const cursor = params.get('cursor') ?? undefined;
  const requestId = params.get('request') ?? undefined;
  const [page, request] = await Promise.all([
    loadable(event, api.usage.list.query({ cursor, ...filters })),
    requestId === undefined ? undefined : loadable(event, api.usage.get.query({ requestId })),
  ]);
  return { filters, isFirst: cursor === undefined, requestId, page: page.current, request: request?.current };
};
