import { error, json } from '@sveltejs/kit';
import { ERRORS } from '@weir/core/errors';
import { m } from '#lib/paraglide/messages.js';
import { apiFailure, type Api } from '#lib/server/api.ts';
import { readPendingSignIn } from '#lib/server/cookies.ts';
import { failureText } from '#lib/server/failure-text.ts';
import type { PasskeyPurpose } from '#lib/passkeys.ts';
import type { RequestHandler } from './$types';

const OPTIONS: Record<PasskeyPurpose, (api: Api, pendingToken: string) => Promise<object>> = {
  'sign-in': (api) => api.auth.passkeyOptions.mutate(),
  'second-factor': (api, pendingToken) => api.auth.finishOptions.mutate({ pendingToken }),
  confirm: (api) => api.auth.reauthenticationOptions.mutate(),
  create: (api) => api.secondFactor.passkeys.creationOptions.mutate(),
};

/** What a browser is to ask an authenticator for. */
export const POST: RequestHandler = async ({ params, locals, cookies }) => {
  if (!isPurpose(params.purpose)) error(404);
  const pendingToken = readPendingSignIn(cookies)?.pendingToken ?? 'none';
  try {
    const options = await OPTIONS[params.purpose](locals.api, pendingToken);
    return json(options, { headers: { 'cache-control': 'no-store' } });
  } catch (thrown) {
    const failure = apiFailure(thrown);
    const status = failure.code === 'unreachable' ? 503 : ERRORS[failure.code].status;
    const isLate = failure.code === 'not_signed_in' && params.purpose === 'second-factor';
    return json(
      {
        message: isLate ? m.second_step_late() : failureText(failure),
        ...(failure.code === 'reauthentication_required' && { reauthenticate: true }),
      },
      { status },
    );
  }
};

function isPurpose(text: string): text is PasskeyPurpose {
  return Object.hasOwn(OPTIONS, text);
}
