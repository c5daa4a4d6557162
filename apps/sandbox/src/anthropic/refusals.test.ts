import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clock, HEADERS, hello, OLD, think, thinking } from '../testing/anthropic-requests.ts';
import { type RunningSandbox, startSandbox, user } from '../testing/running-sandbox.ts';

let sandbox: RunningSandbox;

beforeEach(async () => {
  sandbox = await startSandbox();
});

afterEach(() => sandbox[Symbol.asyncDispose]());

const post = (body: unknown, headers: Record<string, string> = {}) =>
  sandbox.send('/v1/messages', body, { ...HEADERS, ...headers });

describe('requests that are refused', () => {
  const used = { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'f', input: {} }] };
  const result = { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_2', content: '' }] };
  const says = (messages: object[]) => ({ ...hello, messages });
  const inBlocks = (content: object[]) => says([{ role: 'user', content }]);

  test.each([
    ['broken JSON', '{"model":', 'We could not parse the JSON body of your request.'],
    ['no max_tokens', { ...hello, max_tokens: undefined }, 'max_tokens: Field required'],
    ['no messages', { model: 'sandbox/echo', max_tokens: 1 }, 'messages: Field required'],
    ['an unknown role', says([{ role: 'tool', content: 'x' }]), 'messages.0.role: Input should be'],
    ['an unknown field', { ...hello, stream_options: {} }, 'stream_options: Extra inputs are not permitted'],
    ['other metadata', { ...hello, metadata: { a: 'b' } }, 'metadata.a: Extra inputs are not permitted'],
    ['temperature', { ...hello, temperature: 1 }, 'temperature: Extra inputs are not permitted'],
    ['an unknown block', inBlocks([{ type: 'image_url' }]), 'messages.0.content.0.type: Input tag'],
    [
      'a field too many',
      inBlocks([{ type: 'text', text: 'x', a: 1 }]),
      'messages.0.content.0.a: Extra inputs',
    ],
    ['empty text', inBlocks([{ type: 'text', text: '' }]), 'text content blocks must be non-empty'],
    [
      'citations of a user',
      inBlocks([{ type: 'text', text: 'x', citations: [{}] }]),
      'messages.0.content.0.citations: ',
    ],
    ['no content', inBlocks([]), 'messages.0: all messages must have non-empty content'],
    ['trailing space', says([...user('x'), { role: 'assistant', content: 'a ' }]), 'trailing whitespace'],
    [
      'a small budget',
      { ...hello, thinking: { type: 'enabled', budget_tokens: 1023 } },
      'thinking.budget_tokens: Input should be greater than or equal to 1024',
    ],
    [
      'a budget above max_tokens',
      { ...hello, max_tokens: 1024, thinking },
      '`max_tokens` must be greater than `thinking.budget_tokens`.',
    ],
    [
      'forced tools while thinking',
      { ...think, tools: [clock], tool_choice: { type: 'any' } },
      'Thinking may not be enabled',
    ],
    [
      'a result of no use',
      says([...user('x'), used, result]),
      'messages.2.content.0: unexpected `tool_use_id` found in `tool_result` blocks: toolu_2.',
    ],
    ['a result first', says([result]), 'messages.0.content.0: unexpected `tool_use_id`'],
    [
      'a use with no result',
      says([...user('x'), used, ...user('y')]),
      'messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: toolu_1.',
    ],
    ['a tool with no schema', { ...hello, tools: [{ name: 'f' }] }, 'tools.0.input_schema: Field required'],
    [
      'a tool’s wrong name',
      { ...hello, tools: [{ ...clock, name: 'a.b' }] },
      'tools.0.name: String should match',
    ],
    ['a choice of no tools', { ...hello, tool_choice: { type: 'any' } }, 'tool_choice: '],
    [
      'a choice of an unknown tool',
      { ...hello, tools: [clock], tool_choice: { type: 'tool', name: 'f' } },
      "Tool 'f' not found",
    ],
  ])('%s', async (_name, body, message) => {
    const response = await post(body);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      type: 'error',
      error: { type: 'invalid_request_error', message: expect.stringContaining(message) },
      request_id: response.headers.get('request-id'),
    });
    expect(response.headers.get('request-id')).toMatch(/^req_/);
  });

  test('of version 2023-06-01, only in what that version has', async () => {
    const document = { type: 'document', source: { type: 'url', url: 'https://example.com/a.pdf' } };
    const messages = [...user('x'), { role: 'assistant', content: [document] }, ...user('y')];
    expect((await post({ ...hello, messages, temperature: 0.5 }, OLD)).status).toBe(200);
    expect((await post({ ...hello, messages })).status).toBe(400);
    expect((await post({ ...hello, temperature: 1.5 }, OLD)).status).toBe(400);
    const { error } = await (await post({ ...think, temperature: 0 }, OLD)).json();
    expect(error.message).toBe('`temperature` may only be set to 1 when thinking is enabled.');
  });

  test.each([
    ['no key', '/v1/messages', { 'anthropic-version': '2023-06-01' }, 401, 'authentication_error'],
    ['no version', '/v1/messages', { 'x-api-key': 'any' }, 400, 'invalid_request_error'],
    [
      'a wrong version',
      '/v1/messages',
      { ...HEADERS, 'anthropic-version': '1' },
      400,
      'invalid_request_error',
    ],
    ['an unknown path', '/v1/messages/unknown', HEADERS, 404, 'not_found_error'],
  ])('%s', async (_name, path, headers, status, type) => {
    const response = await sandbox.send(path, hello, headers);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ type: 'error', error: { type } });
  });

  test('an unknown model', async () => {
    const response = await post({ ...hello, model: 'claude' });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      error: { type: 'not_found_error', message: 'model: claude' },
    });
  });
});
