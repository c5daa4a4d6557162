import { WeirError } from '@weir/core/errors';
import type { Finish } from './reply.ts';

/** What a client is told of a reply that ended in an error at the vendor’s. */
export function errorText({ native, message }: Finish): string {
  const word = native === undefined ? '' : ` (${native})`;
  return `The model’s vendor ended the reply with an error${word}${message === undefined ? '.' : `: ${message}`}`;
}

/** Of a reply that a client can't be given, as its dialect knows no end of this kind. */
export function brokenReply(finish: Finish): WeirError {
  return new WeirError('upstream_error', errorText(finish));
}
