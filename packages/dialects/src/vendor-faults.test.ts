import { describe, expect, it } from 'vitest';
import { DIALECTS } from './dialects.ts';
import type { DialectName } from './dialect-name.ts';

const google = (status: string, reason?: string) => ({
  error: {
    code: 400,
    status,
    message: 'No.',
    details: reason ? [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason }] : [],
  },
});
const anthropic = (type: string, message = 'No.') => ({ type: 'error', error: { type, message } });
const openai = (fields: object) => ({ error: { message: 'No.', ...fields } });

describe('whose a vendor’s error is', () => {
  it.each<[DialectName, string, object, string | undefined]>([
    ['google-gemini', 'a key that is none', google('INVALID_ARGUMENT', 'API_KEY_INVALID'), 'key'],
    ['google-gemini', 'an account without billing', google('FAILED_PRECONDITION'), 'key'],
    ['google-gemini', 'a request that is wrong', google('INVALID_ARGUMENT'), 'request'],
    ['google-gemini', 'an overload', google('UNAVAILABLE'), undefined],
    ['google-gemini', 'a limit', google('RESOURCE_EXHAUSTED'), 'limit'],
    [
      'anthropic-messages',
      'an account without credit',
      anthropic('invalid_request_error', 'Your credit balance is too low to access the Anthropic API.'),
      'key',
    ],
    ['anthropic-messages', 'a key that is none', anthropic('authentication_error'), 'key'],
    ['anthropic-messages', 'a request that is wrong', anthropic('invalid_request_error'), 'request'],
    ['anthropic-messages', 'a limit', anthropic('rate_limit_error'), 'limit'],
    ['anthropic-messages', 'an overload', anthropic('overloaded_error'), undefined],
    [
      'openai-chat',
      'a key that is none',
      openai({ type: 'invalid_request_error', code: 'invalid_api_key' }),
      'key',
    ],
    [
      'openai-chat',
      'a spent account',
      openai({ type: 'insufficient_quota', code: 'insufficient_quota' }),
      'key',
    ],
    ['openai-chat', 'an account in arrears', openai({ type: 'Arrearage', code: 'Arrearage' }), 'key'],
    ['openai-chat', 'a key that is none, in words', { error: 'Incorrect API key provided: sk-…' }, 'key'],
    ['openai-chat', 'a request that is wrong', openai({ type: 'invalid_request_error' }), 'request'],
    [
      'openai-chat',
      'a prompt that was flagged',
      openai({ code: 403, metadata: { flagged_input: 'x' } }),
      'content',
    ],
    ['openai-chat', 'a limit', openai({ type: 'tokens', code: 'rate_limit_exceeded' }), 'limit'],
    ['openai-chat', 'a limit, as OpenRouter says it', openai({ code: 429 }), 'limit'],
    ['openai-chat', 'a failure', openai({ type: 'server_error' }), undefined],
    [
      'openai-responses',
      'a response that came to a limit',
      { type: 'response.failed', response: { status: 'failed', ...openai({ code: 'rate_limit_exceeded' }) } },
      'limit',
    ],
    ['openai-responses', 'a key that is none', openai({ code: 'invalid_api_key' }), 'key'],
  ])('%s: %s', (dialect, _, json, fault) => {
    expect(DIALECTS[dialect].readVendorError(json)?.fault).toBe(fault);
  });
});
