import type { PageServerLoad } from './$types';

/** What somebody sees who has just asked for the deletion of their account, and is signed out. */
export const load: PageServerLoad = ({ url }) => {
  const until = url.searchParams.get('until') ?? '';
  return { until: /^\d{4}-\d\d-\d\d$/.test(until) && !Number.isNaN(Date.parse(until)) ? until : undefined };
};
