import { countTokens } from '@weir/tokens/count';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type RunningSandbox, startSandbox } from '../../testing/running-sandbox.ts';

let sandbox: RunningSandbox;

beforeEach(async () => {
  sandbox = await startSandbox();
});

afterEach(() => sandbox[Symbol.asyncDispose]());

const hello = { model: 'sandbox/echo', input: 'hello big world' };

const post = (body: unknown, headers: Record<string, string> = {}) =>
  sandbox.send('/v1/embeddings', body, { authorization: 'Bearer any', ...headers });

const vectorOf = async (body: object): Promise<number[]> =>
  (await (await post({ ...hello, ...body })).json()).data[0].embedding;

test('a vector has length 1, is the same every time, and another for another text', async () => {
  const first = await vectorOf({});
  expect(first).toHaveLength(1536);
  expect(Math.hypot(...first)).toBeCloseTo(1, 5);
  expect(await vectorOf({})).toEqual(first);
  expect(await vectorOf({ input: 'hello' })).not.toEqual(first);
});

test('fewer dimensions are the beginning of more', async () => {
  const [short, long] = [await vectorOf({ dimensions: 8 }), await vectorOf({})];
  const begin = long.slice(0, 8);
  const length = Math.hypot(...begin);
  expect(short).toHaveLength(8);
  for (const [index, number] of begin.entries()) expect(short[index]).toBeCloseTo(number / length, 4);
});

test('base64 holds the same numbers, as the official client reads them', async () => {
  const { data, usage } = await sandbox.client().embeddings.create({ ...hello, dimensions: 64 });
  const floats = await vectorOf({ dimensions: 64 });
  expect(data[0]?.embedding).toEqual(floats);
  expect(typeof (await vectorOf({ encoding_format: 'base64' }))).toBe('string');
  expect(usage).toEqual({ prompt_tokens: 3, total_tokens: 3 });
});

test('several inputs come in their order, texts or tokens', async () => {
  const input = ['one', 'two words', 'one'];
  const body = await (await post({ ...hello, input, dimensions: 4 })).json();
  expect(body).toMatchObject({
    object: 'list',
    model: 'sandbox/echo',
    usage: { prompt_tokens: input.reduce((sum, text) => sum + countTokens(text), 0) },
  });
  expect(body.data.map(({ index }: { index: number }) => index)).toEqual([0, 1, 2]);
  expect(body.data[2].embedding).toEqual(body.data[0].embedding);
  expect(body.data[1].embedding).not.toEqual(body.data[0].embedding);
  const tokens = await (await post({ ...hello, input: [1, 2, 3], dimensions: 4 })).json();
  expect(tokens).toMatchObject({ data: [{ index: 0 }], usage: { total_tokens: 3 } });
  const arrays = await (await post({ ...hello, input: [[1, 2], [3]], dimensions: 4 })).json();
  expect(arrays).toMatchObject({ data: [{ index: 0 }, { index: 1 }], usage: { total_tokens: 3 } });
});

describe('requests that are refused', () => {
  test.each([
    ['no input', { model: 'sandbox/echo' }, 'input', 'missing_required_parameter'],
    ['an empty text', { ...hello, input: '' }, 'input', 'invalid_value'],
    ['no texts', { ...hello, input: [] }, 'input', 'invalid_value'],
    ['2,049 texts', { ...hello, input: Array.from({ length: 2049 }, () => 'a') }, 'input', 'invalid_value'],
    ['a long text', { ...hello, input: 'a '.repeat(8193) }, 'input', null],
    ['0 dimensions', { ...hello, dimensions: 0 }, 'dimensions', 'invalid_value'],
    ['an unknown format', { ...hello, encoding_format: 'hex' }, 'encoding_format', 'invalid_value'],
    ['an unknown parameter', { ...hello, metadata: {} }, 'metadata', 'unknown_parameter'],
  ])('%s', async (_name, body, param, code) => {
    const response = await post(body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { param, code } });
  });
});

test('the faults, and the tally under the name that user says', async () => {
  const fault = (name: string) => post({ ...hello, dimensions: 4, user: name }, { 'x-sandbox-fault': name });
  expect((await fault('429')).headers.get('retry-after')).toBe('1');
  expect((await fault('500')).status).toBe(500);
  expect(await (await fault('garbage')).text()).toContain('<html>');
  expect(await (await fault('no-usage')).json()).not.toHaveProperty('usage');
  expect(await (await fault('empty')).json()).toMatchObject({ data: [], usage: { prompt_tokens: 3 } });
  await expect((await fault('cut')).text()).rejects.toThrow('terminated');
  const entries = sandbox.served.map(({ requestName, outcome, inputTokens, outputTokens }) => [
    requestName,
    outcome,
    inputTokens,
    outputTokens,
  ]);
  expect(entries).toEqual([
    ['429', 'faulted', 0, 0],
    ['500', 'faulted', 0, 0],
    ['garbage', 'faulted', 0, 0],
    ['no-usage', 'completed', 3, 0],
    ['empty', 'completed', 3, 0],
    ['cut', 'faulted', 3, 0],
  ]);
});
