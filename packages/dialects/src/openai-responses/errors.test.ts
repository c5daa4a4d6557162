import { WeirError } from '@weir/core/errors';
import { describe, expect, it } from 'vitest';
import { openaiResponses as dialect } from './index.ts';
import { message, outputText, response } from './testing/fixtures.ts';

describe('the mark of the caller’s credit', () => {
  const cut = response([], { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } });
  const weir = { output_limit: { reason: 'credit', max_tokens: 812 } };

  it('is put on a reply, and on the event that ends a stream', () => {
    expect(JSON.parse(dialect.markOutputLimit(JSON.stringify(cut), 812) ?? '')).toEqual({ ...cut, weir });
    const event = { type: 'response.incomplete', response: cut, sequence_number: 5 };
    expect(JSON.parse(dialect.markOutputLimit(JSON.stringify(event), 812) ?? '')).toEqual({
      ...event,
      response: { ...cut, weir },
    });
  });

  it.each([
    [response([])],
    [response([], { status: 'incomplete', incomplete_details: { reason: 'content_filter' } })],
    [{ type: 'response.completed', response: response([message('m', outputText('"incomplete"'))]) }],
    [{ type: 'response.output_item.done', item: { status: 'incomplete' } }],
    ['"incomplete"'],
  ])('is put on nothing else: %j', (json) => {
    expect(dialect.markOutputLimit(JSON.stringify(json), 812)).toBeUndefined();
    expect(dialect.markOutputLimit('{"incomplete"', 812)).toBeUndefined();
  });
});

describe('an error', () => {
  it('has the shape of OpenAI’s', () => {
    const error = new WeirError('rate_limited', 'Slow down.', { param: 'model' });
    expect(dialect.renderError(error, 'req_1')).toEqual({
      error: { message: 'Slow down.', type: 'rate_limit_error', code: 'rate_limited', param: 'model' },
    });
  });

  it('in a stream is an event, which every client knows for one', () => {
    const { event, data } = dialect.renderStreamError(new WeirError('upstream_truncated', 'Cut.'), 'req_1');
    expect(event).toBe('error');
    expect(JSON.parse(data)).toEqual({
      type: 'error',
      code: 'upstream_truncated',
      message: 'Cut.',
      param: null,
      error: { message: 'Cut.', type: 'server_error', code: 'upstream_truncated', param: null },
      sequence_number: 0,
    });
  });

  it.each([
    ['event: x\ndata: {"sequence_number":4}\n\nevent: y\ndata: {"sequence_number":5}\n\n', 6],
    ['data: {"sequence_number":"5"}\n\n', 0],
    ['data: {\n\n', 0],
    ['', 0],
  ])('in a stream goes on counting after %j', (sent, number) => {
    const { data } = dialect.renderStreamError(new WeirError('upstream_truncated', 'Cut.'), 'req_1', sent);
    expect(JSON.parse(data)).toHaveProperty('sequence_number', number);
  });

  it.each([
    [{ error: { message: 'at https://api.vendor.test/x', param: 'p' } }, 'at [address]', 'p'],
    [{ type: 'error', code: 'c', message: 'flat sk-proj-abc123DEF', param: 'p' }, 'flat [key]', 'p'],
    [{ type: 'error', error: { message: 'nested', param: null } }, 'nested', undefined],
    [{ type: 'error' }, 'The vendor gave no reason.', undefined],
    [{ type: 'response.failed', response: { error: { code: 'c', message: 'failed' } } }, 'failed', undefined],
    [{ type: 'response.failed', response: {} }, 'The vendor gave no reason.', undefined],
    [response([], { status: 'failed', error: { code: 'c', message: 'failed' } }), 'failed', undefined],
    [response([], { status: 'failed' }), 'The vendor gave no reason.', undefined],
  ])('of a vendor is known: %j', (json, said, param) => {
    expect(dialect.readVendorError(json)).toEqual({ message: said, param });
  });

  it.each([
    response([], { error: null }),
    { type: 'response.created', response: response([], { error: null }) },
    [],
    'x',
    null,
  ])('is not what is none: %j', (json) => {
    expect(dialect.readVendorError(json)).toBeUndefined();
  });
});
