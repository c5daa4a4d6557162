import { asObject, asString } from '../json.ts';
import { readVendorError as readOpenAiError } from '../openai-chat/errors.ts';
import { vendorError, type VendorError } from '../vendor-error.ts';

/**
 * An error that the vendor answered with, a response that failed, or an event of a stream that says either: `error`,
 * whose fields stand in it, as documented, or in an object of its own, as they are sent; or `response.failed`.
 * @see https://platform.openai.com/docs/api-reference/responses-streaming/error
 * @returns undefined when the value is none of these.
 */
export function readVendorError(json: unknown): VendorError | undefined {
  const body = asObject(json);
  if (!body) return undefined;
  const nested = readOpenAiError(body) ?? readOpenAiError(asObject(body['response']));
  if (nested) return nested;
  const { type, message, param } = body;
  if (type === 'response.failed' || body['status'] === 'failed') return vendorError(undefined);
  return type === 'error' ? vendorError(asString(message), asString(param)) : undefined;
}
