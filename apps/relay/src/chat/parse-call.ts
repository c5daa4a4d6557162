import type { IncomingHttpHeaders } from 'node:http';
import { WeirError } from '@weir/core/errors';
import type { ClientRequest, WireFormat } from '@weir/dialects/dialect';
import { splitRequest, type OpenRouterRequest, type RoutePreferences } from '@weir/dialects/openrouter';
import type { Prompt } from '@weir/dialects/prompt';
import type { CallEndpoint } from '../http/call-endpoint.ts';

/** A call that is known to be well formed. */
export interface ParsedCall {
  /** Which the client writes in. */
  readonly format: WireFormat;
  readonly request: ClientRequest;
  readonly prompt: Prompt;
  /** Names and values: those that the format passes on, as far as the client sent them. */
  readonly passedHeaders: readonly (readonly [string, string])[];
  /** The request's own, and those to fall back to. */
  readonly modelIds: readonly [string, ...string[]];
  /** Whom the client wants to be served by; undefined = whomever. */
  readonly preferences: RoutePreferences | undefined;
  /** Set where the reply is to be as OpenRouter writes it: whether a stream ends with its usage. */
  readonly openRouterReply: { readonly usageWanted: boolean } | undefined;
}

const NONE: readonly string[] = [];

/**
 * Body → validated call: the only step that sees unvalidated client JSON.
 * @throws {WeirError} `invalid_request`
 */
export function parseCall(endpoint: CallEndpoint, body: unknown, headers: IncomingHttpHeaders): ParsedCall {
  const { format, address } = endpoint;
  const passedHeaders = (format.passedHeaders ?? NONE).flatMap((name) => {
    const value = headers[name];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  try {
    const { body: own, openRouter } = endpoint.openRouter ? splitRequest(body) : { body };
    const request = format.parseRequest(own, address);
    const openRouterReply = wantedReply(endpoint, request, openRouter);
    return {
      format,
      // Of the vendor, the usage is asked for anyway.
      request: openRouterReply || endpoint.usageAlways ? { ...request, usageWanted: true } : request,
      prompt: format.promptOf(request),
      passedHeaders,
      modelIds: [request.model, ...(openRouter?.fallbackModels ?? NONE)],
      preferences: openRouter?.preferences,
      openRouterReply,
    };
  } catch (thrown) {
    // The stack ended before the body did.
    if (!(thrown instanceof RangeError)) throw thrown;
    throw new WeirError('invalid_request', 'The body is nested too deeply.', { cause: thrown });
  }
}

/** As OpenRouter writes it to its own client, and to whoever asked for one of its extras. */
function wantedReply(
  { openRouter: extent, isOpenRouters }: CallEndpoint,
  { usageWanted }: ClientRequest,
  asked: OpenRouterRequest | undefined,
): ParsedCall['openRouterReply'] {
  const costWanted = isOpenRouters === true || asked?.costWanted === true;
  const wanted = extent === 'request and cost' ? costWanted : costWanted || asked !== undefined;
  return extent && wanted ? { usageWanted: usageWanted || costWanted } : undefined;
}
