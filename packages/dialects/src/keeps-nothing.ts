import { WeirError } from '@weir/core/errors';
import type { JsonObject } from './json.ts';

/*
 * Nothing of a conversation outlives its call, at the gateway or at the vendor: what would have to be kept, or was to
 * have been, is refused, whoever the vendor is.
 */

/** @param advice what to do instead, as a sentence. */
export function keepsNothing(field: string, advice: string): WeirError {
  return new WeirError(
    'invalid_request',
    `${field}: the gateway keeps nothing of a conversation, and lets no vendor keep it. ${advice}`,
    { param: field },
  );
}

/** @throws {WeirError} `invalid_request`, naming the first of these fields that is true. */
export function refuseKeeping(body: JsonObject, fields: readonly string[]): void {
  const field = fields.find((name) => body[name] === true);
  if (field !== undefined) throw keepsNothing(field, 'Set it to false or leave it out.');
}
