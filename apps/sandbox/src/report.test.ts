import { expect, test } from 'vitest';
import { HEADERS } from './testing/anthropic-requests.ts';
import { startSandbox } from './testing/running-sandbox.ts';

const MODEL = 'sandbox/report';
const ASKED = 'call get_time';
const call = (id: string, name: string) => ({ id, type: 'function', function: { name, arguments: '{}' } });
const use = (id: string, name: string) => ({ type: 'tool_use', id, name, input: {} });
const item = (id: string, name: string) => ({ type: 'function_call', call_id: id, name, arguments: '{}' });

/** The same conversation in each protocol: two calls, whose results come in the other order. */
const CONVERSATIONS: readonly (readonly [string, object, object])[] = [
  [
    '/v1/chat/completions',
    {
      messages: [
        { role: 'user', content: ASKED },
        { role: 'assistant', content: null, tool_calls: [call('a', 'get_time'), call('b', 'get_place')] },
        { role: 'tool', tool_call_id: 'b', content: 'here' },
        { role: 'tool', tool_call_id: 'a', content: 'noon' },
      ],
    },
    { choices: [{ message: { content: 'get_place: here\nget_time: noon' } }] },
  ],
  [
    '/v1/responses',
    {
      input: [
        { role: 'user', content: ASKED },
        item('a', 'get_time'),
        item('b', 'get_place'),
        { type: 'function_call_output', call_id: 'b', output: 'here' },
        { type: 'function_call_output', call_id: 'a', output: [{ type: 'input_text', text: 'noon' }] },
      ],
    },
    { output: [{ content: [{ text: 'get_place: here\nget_time: noon' }] }] },
  ],
  [
    '/v1/messages',
    {
      max_tokens: 100,
      messages: [
        { role: 'user', content: ASKED },
        { role: 'assistant', content: [use('a', 'get_time'), use('b', 'get_place')] },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'b', content: 'here' },
            { type: 'tool_result', tool_use_id: 'a', content: [{ type: 'text', text: 'noon' }] },
          ],
        },
      ],
    },
    { content: [{ text: 'get_place: here\nget_time: noon' }] },
  ],
  [
    `/v1beta/models/${MODEL}:generateContent`,
    {
      contents: [
        { role: 'user', parts: [{ text: ASKED }] },
        {
          role: 'model',
          parts: [
            { functionCall: { name: 'get_time', args: {} } },
            { functionCall: { name: 'get_place', args: {} } },
          ],
        },
        {
          role: 'user',
          parts: [
            { functionResponse: { name: 'get_place', response: { output: 'here' } } },
            { functionResponse: { name: 'get_time', response: { output: 'noon' } } },
          ],
        },
      ],
    },
    {
      candidates: [
        { content: { parts: [{ text: 'get_place: {"output":"here"}\nget_time: {"output":"noon"}' }] } },
      ],
    },
  ],
];

test.each(CONVERSATIONS)('sandbox/report says what the tools gave back, on %s', async (path, body, reply) => {
  await using sandbox = await startSandbox();
  const isGoogles = path.includes(':');
  const headers = { ...HEADERS, authorization: 'Bearer any', 'x-goog-api-key': 'any' };
  const answer = await sandbox.send(path, isGoogles ? body : { model: MODEL, ...body }, headers);
  expect([answer.status, await answer.json()]).toMatchObject([200, reply]);
});
