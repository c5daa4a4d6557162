import type { Cost } from '@weir/dialects/openrouter';
import type { HttpExchange } from '../http/call-server.ts';
import type { Framing } from '../http/framing.ts';
import type { Candidate } from './choose-route.ts';
import { OpenRouterReply } from './openrouter-reply.ts';
import type { ParsedCall } from './parse-call.ts';
import { PricedResponse } from './priced-response.ts';

/** A reply that says what it cost, which is known with its last bytes. */
export interface PricedReply {
  /** Of a stream, where it is another one than the endpoint's. */
  readonly framing?: Framing;
  /** Before anything of the reply is written. */
  servedBy?(candidate: Candidate): void;
  /** The last bytes, which are all of it where it is not streamed, with what it cost. */
  finish(lastBytes: Buffer, cost: Cost): Buffer;
}

/** @returns undefined for a client that does not want to be told. */
export function pricedReply(
  { endpoint, requestId }: HttpExchange,
  { openRouterReply: wanted, request }: ParsedCall,
  createdAtMs: number,
): PricedReply | undefined {
  const { model, stream: streamed } = request;
  if (!wanted) return undefined;
  if (endpoint.openRouter === 'request and cost') return new PricedResponse(streamed);
  return new OpenRouterReply(model, { ...wanted, requestId, createdAtMs, streamed });
}
