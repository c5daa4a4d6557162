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
  const request = format.parseRequest(body, address);
  return { format, request, prompt: format.promptOf(request) };
}
