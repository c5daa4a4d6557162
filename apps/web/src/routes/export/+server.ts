import { error } from '@sveltejs/kit';
import { readTicket } from '#lib/server/export-ticket.ts';
import { log } from '#lib/server/log.ts';
import { settings } from '#lib/server/settings.ts';
import type { RequestHandler } from './$types';

/** Passes the zip on from the api as it is made, at the browser's pace. */
export const GET: RequestHandler = async ({ cookies, request }) => {
  const ticket = readTicket(cookies);
  if (ticket === undefined) error(404);
  const headers = { authorization: `Bearer ${ticket}` };
  const answer = await fetch(`${settings().apiUrl}/export`, { headers, signal: request.signal }).catch(
    () => undefined,
  );
  if (answer?.status === 401) error(404);
  if (!answer?.ok) {
    log().error({ status: answer?.status }, 'an export could not be had');
    error(503);
  }
  return new Response(answer.body, {
    headers: {
      'content-type': 'application/zip',
      'content-disposition': `attachment; filename="account-data.zip"`,
      'cache-control': 'no-store',
    },
  });
};
