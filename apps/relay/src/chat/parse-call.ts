import type { IncomingHttpHeaders } from 'node:http';
import { WeirError } from '@weir/core/errors';
import type { ClientRequest, WireFormat } from '@weir/dialects/dialect';
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
}

const NONE: readonly string[] = [];

/**
 * Body → validated call: the only step that sees unvalidated client JSON.
 * @throws {WeirError} `invalid_request`
 */
export function parseCall(
  { format, address }: CallEndpoint,
  body: unknown,
  headers: IncomingHttpHeaders,
): ParsedCall {
  const passedHeaders = (format.passedHeaders ?? NONE).flatMap((name) => {
    const value = headers[name];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  try {
    const request = format.parseRequest(body, address);
    return { format, request, prompt: format.promptOf(request), passedHeaders };
  } catch (thrown) {
    // The stack ended before the body did.
    if (!(thrown instanceof RangeError)) throw thrown;
    throw new WeirError('invalid_request', 'The body is nested too deeply.', { cause: thrown });
  }
}
