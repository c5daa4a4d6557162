import { WeirError, type ErrorCode } from '@weir/core/errors';
import { describe, expect, it } from 'vitest';
import { anthropicMessages as dialect } from './index.ts';

describe('an error', () => {
  it('has the shape of Anthropic’s, with our code among its details', () => {
    const error = new WeirError('insufficient_credit', 'Top up.', {
      param: 'x',
      details: { holdNanoUsd: '5' },
    });
    const expected = {
      type: 'error',
      error: {
        type: 'billing_error',
        message: 'Top up.',
        details: { error_code: 'insufficient_credit', param: 'x', holdNanoUsd: '5' },
      },
      request_id: 'req_1',
    };
    expect(dialect.renderError(error, 'req_1')).toEqual(expected);
    const { event, data } = dialect.renderStreamError(error, 'req_1');
    expect(event).toBe('error');
    expect(JSON.parse(data)).toEqual(expected);
  });

  it.each<[ErrorCode, string]>([
    ['invalid_request', 'invalid_request_error'],
    ['invalid_api_key', 'authentication_error'],
    ['budget_exceeded', 'billing_error'],
    ['forbidden', 'permission_error'],
    ['model_not_found', 'not_found_error'],
    ['request_too_large', 'request_too_large'],
    ['rate_limited', 'rate_limit_error'],
    ['internal_error', 'api_error'],
    ['upstream_error', 'api_error'],
    ['service_unavailable', 'overloaded_error'],
    ['upstream_timeout', 'timeout_error'],
  ])('of ours, %s, is a %s', (code, type) => {
    expect(dialect.renderError(new WeirError(code, 'x'), 'r')['error']).toMatchObject({ type });
  });

  it('of the vendor is read, cleaned of what is between the two of us', () => {
    const message = 'Number of tokens for org-abc123def at https://api.test exceeded';
    expect(dialect.readVendorError({ type: 'error', error: { type: 'rate_limit_error', message } })).toEqual({
      message: 'Number of tokens for [id] at [address] exceeded',
      param: undefined,
      fault: 'limit',
    });
    expect(dialect.readVendorError({ error: 'plain' })?.message).toBe('plain');
    expect(dialect.readVendorError({ error: { type: 'overloaded_error' } })?.message).toBe(
      'overloaded_error',
    );
    expect(dialect.readVendorError({ error: null })).toBeUndefined();
    expect(dialect.readVendorError({ type: 'message', content: [] })).toBeUndefined();
    expect(dialect.readVendorError([])).toBeUndefined();
  });
});
