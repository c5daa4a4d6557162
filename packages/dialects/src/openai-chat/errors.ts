import { ERRORS, type WeirError } from '@weir/core/errors';
import { asArray, asObject, asString, type JsonObject } from '../json.ts';
import { vendorError, type VendorError, type VendorFault } from '../vendor-error.ts';

/** An error as OpenAI's API writes it. */
export type OpenAiError = {
  error: {
    message: string;
    type: string;
    code: string;
    param: string | null;
    /** Ours: what a program needs to act on the error. */
    details?: Readonly<Record<string, string | number>>;
  };
};

/** @see https://platform.openai.com/docs/guides/error-codes */
export function renderError(error: WeirError): OpenAiError {
  return {
    error: {
      message: error.message,
      type: errorType(error),
      code: error.code,
      param: error.param ?? null,
      ...(error.details && { details: error.details }),
    },
  };
}

function errorType({ code, status }: WeirError): string {
  if (code === 'insufficient_credit') return 'insufficient_quota';
  if (status === 401) return 'authentication_error';
  if (status === 403) return 'permission_error';
  if (status === 429) return 'rate_limit_error';
  return ERRORS[code].status >= 500 ? 'server_error' : 'invalid_request_error';
}

/** @returns undefined when the value is no error object: nothing that has an `error`, in words or with a message. */
export function readVendorError(json: unknown): VendorError | undefined {
  const body = asObject(json);
  if (!body) return undefined;
  const error = body['error'] ?? mistralError(body);
  if (typeof error === 'string') return vendorError(error, undefined, faultOfWords(error));
  const said = asObject(error);
  return said && vendorError(asString(said['message']), asString(said['param']), faultOf(said));
}

/** Codes and types, of OpenAI and of those who write as it does. */
const FAULTS: Readonly<Record<string, VendorFault>> = {
  invalid_api_key: 'key',
  account_deactivated: 'key',
  billing_not_active: 'key',
  billing_hard_limit_reached: 'key',
  insufficient_quota: 'key',
  // Moonshot
  exceeded_current_quota_error: 'key',
  invalid_authentication_error: 'key',
  // Groq
  organization_restricted: 'key',
  // Alibaba Cloud: the account is in arrears.
  Arrearage: 'key',
  content_policy_violation: 'content',
  invalid_prompt: 'content',
  context_length_exceeded: 'request',
  rate_limit_exceeded: 'limit',
  invalid_request_error: 'request',
};

/** The code says more than the type: an `invalid_request_error` may be about the key. */
function faultOf({ code, type, metadata }: JsonObject): VendorFault | undefined {
  // OpenRouter refuses a prompt that was flagged with 403.
  if (asObject(metadata)?.['flagged_input'] !== undefined) return 'content';
  // OpenRouter's codes are the statuses that an error would have had.
  if (code === 429) return 'limit';
  return FAULTS[asString(code) ?? ''] ?? FAULTS[asString(type) ?? ''];
}

/** xAI answers a key that is none with status 400, and an `error` in words. */
function faultOfWords(words: string): VendorFault | undefined {
  return /^incorrect api key\b/i.test(words) ? 'key' : undefined;
}

/** Mistral's refusals: `{"detail": "…"}` or a list of what is wrong with which field; `{"object": "error", "message": "…"}`. */
function mistralError({ object, message, detail }: JsonObject): unknown {
  if (object === 'error' && typeof message === 'string') return message;
  if (typeof detail === 'string') return detail;
  const [first] = asArray(detail).map(asObject);
  return first?.['msg'];
}
