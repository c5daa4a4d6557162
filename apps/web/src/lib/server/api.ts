import {
  createTRPCClient,
  httpBatchLink,
  httpLink,
  splitLink,
  TRPCClientError,
  type TRPCClient,
} from '@trpc/client';
import type { ErrorCode } from '@weir/core/errors';
import type { AppRouter } from '@weir/api/router';
import { settings } from './settings.ts';

export type Api = TRPCClient<AppRouter>;

/** What the api is told of the browser that a call is made for. */
export interface Caller {
  userAgent: string | null;
  /** As every proxy says it. */
  forwardedFor: string;
  deviceToken: string | undefined;
}

/**
 * A client of the api that speaks for one session, or for nobody, and says by whom it was asked (`X-Forwarded-For`). Calls of one page go as one request, which answers
 * when the last of them is done; one with `alone` in its context keeps no other waiting.
 */
export function createApi(sessionToken: string | undefined, caller: Caller): Api {
  const options = {
    url: `${settings().apiUrl}/trpc`,
    headers: () => ({
      'x-forwarded-for': caller.forwardedFor,
      ...(caller.userAgent !== null && { 'user-agent': caller.userAgent }),
      ...(caller.deviceToken !== undefined && { 'x-weir-device': caller.deviceToken }),
      ...(sessionToken !== undefined && { authorization: `Session ${sessionToken}` }),
    }),
  };
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: ({ context }) => context['alone'] === true,
        true: httpLink(options),
        false: httpBatchLink(options),
      }),
    ],
  });
}

export interface ApiFailure {
  /** `unreachable`: there was no answer, or none of the api's. */
  code: ErrorCode | 'unreachable';
  message: string;
  param: string | undefined;
  /** After which a new try makes sense. */
  retryAfterSeconds: number | undefined;
  fieldErrors: Record<string, string>;
}

/** What a failed call to the api says. @throws what was thrown, when it was no call to the api. */
export function apiFailure(thrown: unknown): ApiFailure {
  if (!isApiError(thrown)) throw thrown;
  const data = thrown.data;
  if (!data?.weirCode)
    return {
      code: 'unreachable',
      message: thrown.message,
      param: undefined,
      retryAfterSeconds: undefined,
      fieldErrors: {},
    };
  return {
    code: data.weirCode,
    message: thrown.message,
    param: data.param ?? undefined,
    retryAfterSeconds: data.retryAfterSeconds ?? undefined,
    fieldErrors: data.fieldErrors,
  };
}

function isApiError(thrown: unknown): thrown is TRPCClientError<AppRouter> {
  return thrown instanceof TRPCClientError;
}
