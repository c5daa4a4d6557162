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
}

/**
 * Body → validated call: the only step that sees unvalidated client JSON.
 * @throws {WeirError} `invalid_request`
 */
export function parseCall({ format, address }: CallEndpoint, body: unknown): ParsedCall {
  try {
    const request = format.parseRequest(body, address);
    return { format, request, prompt: format.promptOf(request) };
  } catch (thrown) {
    // The stack ended before the body did.
    if (!(thrown instanceof RangeError)) throw thrown;
    throw new WeirError('invalid_request', 'The body is nested too deeply.', { cause: thrown });
  }
}
