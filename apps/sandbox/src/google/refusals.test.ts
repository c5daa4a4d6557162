import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clock, hello, says, weather } from '../testing/google-requests.ts';
import { type RunningSandbox, startSandbox } from '../testing/running-sandbox.ts';

let sandbox: RunningSandbox;

beforeEach(async () => {
  sandbox = await startSandbox();
});

afterEach(() => sandbox[Symbol.asyncDispose]());

const post = (body: unknown, method = 'generateContent') =>
  sandbox.send(`/v1beta/models/sandbox/echo:${method}`, body, { 'x-goog-api-key': 'any' });

describe('requests that are refused', () => {
  const call = { role: 'model', parts: [{ functionCall: { name: 'get_time' } }] };
  const answers = (...functionResponses: object[]) => ({
    role: 'user',
    parts: functionResponses.map((functionResponse) => ({ functionResponse })),
  });
  const declares = (declaration: object) => ({ ...hello, tools: [{ functionDeclarations: [declaration] }] });

  test.each([
    ['broken JSON', '{"contents":', 'We could not parse the JSON body of your request.'],
    ['no contents', {}, '* GenerateContentRequest.contents: contents is not specified\n'],
    ['empty contents', { contents: [] }, '* GenerateContentRequest.contents: contents is not specified\n'],
    [
      'an unknown role',
      { contents: [{ role: 'assistant', parts: [{ text: 'x' }] }] },
      'Please use a valid role: user, model.',
    ],
    [
      'no parts',
      { contents: [{ role: 'user', parts: [] }] },
      '* GenerateContentRequest.contents[0].parts: contents.parts must not be empty.\n',
    ],
    [
      'an empty part',
      { contents: [{ parts: [{}] }] },
      "* GenerateContentRequest.contents[0].parts[0].data: required oneof field 'data' must have one initialized field\n",
    ],
    [
      'an unknown field',
      { ...hello, messages: [] },
      'Invalid JSON payload received. Unknown name "messages": Cannot find field.',
    ],
    [
      'an unknown field inside',
      { ...hello, generationConfig: { max_tokens: 1 } },
      'Invalid JSON payload received. Unknown name "max_tokens" at \'generation_config\': Cannot find field.',
    ],
    [
      'JSON schema in parameters',
      declares({ ...weather, parameters: { type: 'object', additionalProperties: false } }),
      'Unknown name "additionalProperties" at \'tools[0].function_declarations[0].parameters\'',
    ],
    ['a function’s wrong name', declares({ name: 'a b' }), 'Invalid function name.'],
    [
      'a response without name',
      { contents: [...says('x'), call, answers({ response: {} })] },
      '* GenerateContentRequest.contents[2].parts[0].function_response.name: Name cannot be empty.\n',
    ],
    [
      'a response too many',
      { contents: [...says('x'), call, answers({ ...clock }, { ...clock })] },
      'Please ensure that the number of function response parts is equal',
    ],
    [
      'no response',
      { contents: [...says('x'), call, ...says('y')] },
      'Please ensure that the number of function response parts is equal',
    ],
    [
      'a response of no call',
      { contents: [answers({ ...clock })] },
      'Please ensure that function response turn comes immediately after a function call turn.',
    ],
    [
      'a call first',
      { contents: [call, answers({ ...clock })] },
      'Please ensure that function call turn comes immediately after',
    ],
    [
      'temperature 3',
      { ...hello, generationConfig: { temperature: 3 } },
      "Invalid value at 'generation_config.temperature'",
    ],
    [
      'two candidates',
      { ...hello, generationConfig: { candidateCount: 2 } },
      'Only one candidate can be specified',
    ],
    [
      'budget and level',
      { ...hello, generationConfig: { thinkingConfig: { thinkingBudget: 1, thinkingLevel: 'low' } } },
      'You can only set only one of thinking budget and thinking level.',
    ],
  ])('%s', async (_name, body, message) => {
    const response = await post(body);
    expect(response.status).toBe(400);
    const { error } = await response.json();
    expect(error).toMatchObject({
      code: 400,
      message: expect.stringContaining(message),
      status: 'INVALID_ARGUMENT',
    });
  });

  test.each([
    ['no key', 'sandbox/echo:generateContent', {}, 403, 'PERMISSION_DENIED'],
    ['an unknown model', 'gemini:generateContent', { 'x-goog-api-key': 'any' }, 404, 'NOT_FOUND'],
    ['an unknown method', 'sandbox/echo:explain', { 'x-goog-api-key': 'any' }, 404, 'NOT_FOUND'],
  ])('%s', async (_name, path, headers, code, status) => {
    const response = await sandbox.send(`/v1beta/models/${path}`, hello, headers);
    expect(response.status).toBe(code);
    expect(await response.json()).toMatchObject({ error: { code, status } });
  });

  test('an unknown path', async () => {
    const response = await sandbox.send('/v1beta/anything', hello, { 'x-goog-api-key': 'any' });
    expect(await response.json()).toMatchObject({ error: { code: 404, status: 'NOT_FOUND' } });
  });

  test('in an array, where the stream would be one', async () => {
    const response = await post({}, 'streamGenerateContent');
    expect(await response.json()).toMatchObject([{ error: { status: 'INVALID_ARGUMENT' } }]);
    expect(await (await post({}, 'streamGenerateContent?alt=sse')).json()).toMatchObject({
      error: { status: 'INVALID_ARGUMENT' },
    });
  });
});
