import { createTRPCClient, httpLink, isTRPCClientError, type TRPCClient } from '@trpc/client';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '@weir/api/router';
import type { CallOptions } from './chat-completions.ts';
import type { Configuration } from './configuration.ts';
import { Exchange } from './exchange.ts';
import { requestIdOf, sendRequest } from './send-request.ts';
import { codeOfStatus, WeirError } from './weir-error.ts';

export type AccountInputs = inferRouterInputs<AppRouter>;
export type AccountOutputs = inferRouterOutputs<AppRouter>;

/** Calls one procedure of the gateway's management API; every procedure used here is a query, which may be sent twice. */
export type AccountCall = <Output>(
  query: (client: TRPCClient<AppRouter>, options: { signal: AbortSignal }) => Promise<Output>,
  options: CallOptions | undefined,
) => Promise<Output>;

/** The management API under `/trpc`, with the same key, time-out, retries and errors as the calls of models. */
export function accountClient(configuration: Configuration): AccountCall {
  return async (query, options) => {
    const exchange = new Exchange(options?.signal, configuration.timeoutMs);
    let response: Response | undefined;
    const link = httpLink<AppRouter>({
      url: `${configuration.baseUrl}/trpc`,
      fetch: async (url, init) => {
        const headers = new Headers(init?.headers);
        const address = url instanceof Request ? url.url : url.toString();
        response = await sendRequest(configuration, exchange, address, { method: 'GET', headers });
        return response;
      },
    });
    try {
      const client = createTRPCClient<AppRouter>({ links: [link] });
      return await query(client, { signal: exchange.signal });
    } catch (error) {
      throw toWeirError(error, exchange, response);
    } finally {
      exchange.dispose();
    }
  };
}

function toWeirError(thrown: unknown, exchange: Exchange, response: Response | undefined): WeirError {
  if (!isTRPCClientError<AppRouter>(thrown)) return exchange.explain(thrown);
  const requestId = response && requestIdOf(response);
  const { data, message } = thrown;
  if (data?.weirCode !== undefined) {
    const { weirCode, httpStatus: status, param } = data;
    return new WeirError(weirCode, message, { status, param: param ?? undefined, requestId, cause: thrown });
  }
  const failure = exchange.explain(thrown.cause ?? thrown, requestId);
  if (response === undefined || failure.code !== 'connection_failed') return failure;
  const { status } = response;
  return new WeirError(
    response.ok ? 'invalid_reply' : codeOfStatus(status),
    `The gateway answered with the status ${status}, and not in the form of its API.`,
    { status, requestId, cause: thrown },
  );
}
