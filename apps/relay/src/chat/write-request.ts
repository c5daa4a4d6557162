import { convertRequest } from '@weir/dialects/convert-request';
import type { ClientRequest, WireFormat } from '@weir/dialects/dialect';
import { findDialect } from '@weir/dialects/dialects';
import { unsupported } from '@weir/dialects/unsupported';
import type { ModelEntry } from '../routing/routing-table.ts';
import type { Candidate } from './choose-route.ts';

export interface RequestToWrite {
  /** Which the client writes in. */
  readonly format: WireFormat;
  readonly request: ClientRequest;
  /** Names and values of the client's headers that go with it to a vendor of the same format. */
  readonly passedHeaders: readonly (readonly [string, string])[];
  /** Per choice: what was held for with this model. */
  readonly outputTokensMax: (model: ModelEntry) => number;
}

/** A request as a vendor gets it. */
export interface WrittenRequest {
  readonly url: string;
  /** The client's that go with it, beside those that carry the key. */
  readonly passedHeaders: RequestToWrite['passedHeaders'];
  readonly body: string;
  /** In which it is written, and answered. */
  readonly format: WireFormat;
}

/**
 * A vendor who takes the client's format gets the request as it is; for any other it is written anew.
 * @throws {WeirError} `invalid_request`, when the vendor's dialect has no words for a part of it.
 */
export function writeRequest(
  { format, request, passedHeaders, outputTokensMax }: RequestToWrite,
  candidate: Candidate,
): WrittenRequest {
  const { dialect, baseUrl, upstreamModel, quirks, model } = candidate;
  const target = { upstreamModel, quirks, outputTokensMax: outputTokensMax(model) };
  const { stream } = request;
  if (dialect.name === format.channelDialect) {
    return { url: urlOf(format), passedHeaders, body: format.passRequest(request, target), format };
  }
  const clients = findDialect(format.name);
  if (!clients) throw unsupported('model', dialect.name, `a request of the kind ${format.name}`);
  const body = convertRequest(request, { client: clients, vendor: dialect, target });
  return { url: urlOf(dialect), passedHeaders: [], body, format: dialect };

  function urlOf(written: WireFormat): string {
    return `${baseUrl}${written.endpoint({ upstreamModel, stream })}`;
  }
}

/** @param headers names and values in turn; those that are passed take the place of others of the same name. */
export function withHeaders(headers: string[], passed: RequestToWrite['passedHeaders']): string[] {
  if (passed.length === 0) return headers;
  const names = new Set(passed.map(([name]) => name));
  const kept = headers.filter((_, at) => !names.has(headers[at - (at % 2)] ?? ''));
  return [...kept, ...passed.flat()];
}
