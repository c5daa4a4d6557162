import { WeirError } from '@weir/core/errors';
import { asArray, asObject, type JsonObject } from './json.ts';

/*
 * A price is for tokens, and a hold for those of the prompt and of the limit. What makes a vendor charge something else,
 * or read more than it was sent, is refused: the caller would not pay for it.
 */

function unpriced(field: string): WeirError {
  return new WeirError(
    'invalid_request',
    `${field}: the vendor charges for this beside the tokens of prompt and reply, or at another price; there is no price for it here. Leave it out.`,
    { param: field },
  );
}

/** @throws {WeirError} `invalid_request`, naming the first of these fields that says something. */
export function refuseUnpriced(body: JsonObject, fields: readonly string[]): void {
  const field = fields.find(
    (name) => body[name] !== undefined && body[name] !== null && body[name] !== false,
  );
  if (field !== undefined) throw unpriced(field);
}

/** @throws {WeirError} `invalid_request` for a tier that costs more than the others. */
export function refuseDearTiers(tier: unknown, field: string): void {
  if (tier === 'priority' || tier === 'fast') throw unpriced(field);
}

/**
 * @param isClients whether the client runs a tool, and not the vendor.
 * @throws {WeirError} `invalid_request`, naming the first tool that the vendor runs.
 */
export function refuseVendorsTools(tools: unknown, isClients: (tool: JsonObject) => boolean): void {
  for (const [index, one] of asArray(tools).entries()) {
    const tool = asObject(one);
    if (tool && !isClients(tool)) throw unpriced(`tools[${index}]`);
  }
}
