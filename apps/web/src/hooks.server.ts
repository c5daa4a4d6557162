import { describeFailure } from '@weir/core/failures';
import { sequence, type HandleServerError, type ServerInit } from '@sveltejs/kit/hooks';
import { errorContact } from '#lib/server/hooks/error-contact.ts';
import { guard } from '#lib/server/hooks/guard.ts';
import { preferences } from '#lib/server/hooks/preferences.ts';
import { secureHeaders } from '#lib/server/hooks/secure-headers.ts';
import { session } from '#lib/server/hooks/session.ts';
import { log } from '#lib/server/log.ts';
import { settings } from '#lib/server/settings.ts';

export const init: ServerInit = () => {
  settings();
};

/** The path of one request, in this order. */
export const handle = sequence(errorContact, preferences, session, secureHeaders, guard);

/** An unknown error is logged under an id that the person is shown; nothing of its text is. */
export const handleError: HandleServerError = ({ kind, error, event }) => {
  if (kind !== 'unknown') return {};
  const errorId = crypto.randomUUID().slice(0, 8);
  log().error({ errorId, route: event.route.id, ...describeFailure(error) }, 'a page failed');
  return { errorId };
};
