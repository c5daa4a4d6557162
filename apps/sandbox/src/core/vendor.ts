import type { Refusal } from './refusal.ts';

/** An error as it goes over the wire. */
export interface ErrorAnswer {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

/** What of a request its error depends on. */
export interface RefusedRequest {
  id: string;
  url: string;
}

/** What the protocols of one vendor have in common: how it refuses, and where it says a request's id. */
export interface Vendor {
  /** The header that carries the id of every request; undefined: none does. */
  requestIdHeader: string | undefined;
  /** `content-type` of a JSON reply and of an error. */
  jsonContentType: string;
  refuse(refusal: Refusal, request: RefusedRequest): ErrorAnswer;
  unknownModel(modelId: string): Refusal;
  /** The errors of the faults `429` and `500`. */
  simulated: Readonly<Record<'429' | '500', string>>;
}

/** What `retry-after` says on a simulated 429. */
export const RETRY_AFTER_SECONDS = 1;
