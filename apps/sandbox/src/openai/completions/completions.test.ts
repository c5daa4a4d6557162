import { countTokens } from '@weir/tokens/count';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dataLines, type RunningSandbox, startSandbox } from '../../testing/running-sandbox.ts';

let sandbox: RunningSandbox;

beforeEach(async () => {
  sandbox = await startSandbox();
});

afterEach(() => sandbox[Symbol.asyncDispose]());

const hello = { model: 'sandbox/echo', prompt: 'hello big world' };

const post = (body: unknown) => sandbox.send('/v1/completions', body, { authorization: 'Bearer any' });

describe('a JSON completion', () => {
  test('says the prompt again, and counts its tokens alone', async () => {
    const completion = await sandbox.client().completions.create(hello);
    expect(completion).toMatchObject({
      id: expect.stringMatching(/^cmpl-/),
      object: 'text_completion',
      model: 'sandbox/echo',
      choices: [{ text: 'hello big world', index: 0, logprobs: null, finish_reason: 'stop' }],
      usage: { prompt_tokens: 3, completion_tokens: 3, total_tokens: 6 },
    });
  });

  test('ends after 16 tokens, at max_tokens, or before a stop', async () => {
    const ask = (body: object) => sandbox.client().completions.create({ ...hello, ...body });
    const story = await ask({ model: 'sandbox/story' });
    expect(story).toMatchObject({ choices: [{ finish_reason: 'length' }], usage: { completion_tokens: 16 } });
    expect(await ask({ max_tokens: 1 })).toMatchObject({
      choices: [{ text: 'hello', finish_reason: 'length' }],
    });
    expect(await ask({ stop: ' world' })).toMatchObject({
      choices: [{ text: 'hello big', finish_reason: 'stop' }],
    });
    expect(await ask({ echo: true, max_tokens: 1 })).toMatchObject({
      choices: [{ text: 'hello big worldhello' }],
    });
  });
});

test('a stream has completions of the same kind, with usage when asked for', async () => {
  const body = { ...hello, stream: true, stream_options: { include_usage: true } };
  const lines = dataLines(await (await post(body)).text());
  expect(lines.at(-1)).toBe('[DONE]');
  const chunks = lines.slice(0, -1).map((line) => JSON.parse(line));
  const choice = (text: string, finish: string | null) => [
    { text, index: 0, logprobs: null, finish_reason: finish },
  ];
  expect(chunks).toEqual([
    { ...chunks[0], object: 'text_completion', choices: choice('hello', null), usage: null },
    { ...chunks[0], choices: choice(' big', null) },
    { ...chunks[0], choices: choice(' world', null) },
    { ...chunks[0], choices: choice('', 'stop') },
    { ...chunks[0], choices: [], usage: expect.objectContaining({ completion_tokens: 3 }) },
  ]);
  const plain = dataLines(await (await post({ ...hello, stream: true })).text());
  expect(plain).toHaveLength(3 + 2);
  for (const line of plain.slice(0, -1)) expect(JSON.parse(line)).not.toHaveProperty('usage');
});

test('is read by the official client', async () => {
  const stream = await sandbox.client().completions.create({
    model: 'sandbox/story',
    prompt: ['go'],
    max_tokens: 30,
    stream: true,
  });
  let text = '';
  for await (const chunk of stream) text += chunk.choices[0]?.text ?? '';
  expect(countTokens(text)).toBe(30);
});

test.each([
  ['no prompt', { model: 'sandbox/echo' }, 'prompt', 'missing_required_parameter'],
  ['two prompts', { ...hello, prompt: ['a', 'b'] }, 'prompt', 'invalid_value'],
  ['n = 2', { ...hello, n: 2 }, 'n', 'invalid_value'],
])('refused: %s', async (_name, body, param, code) => {
  const response = await post(body);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { param, code } });
});

test('the tally keeps a completion under the name that user says', async () => {
  const { id } = await sandbox.client().completions.create({ ...hello, user: 'mine' });
  expect((await sandbox.tally('mine')).recent).toMatchObject([
    { id, outcome: 'completed', inputTokens: 3, outputTokens: 3 },
  ]);
});
