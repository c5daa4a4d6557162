import { GoogleGenAI, Type } from '@google/genai';
import { countTokens } from '@weir/tokens/count';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { thoughtPieces } from '../core/story.ts';
import { crlfEvents, hello, says, withTools } from '../testing/google-requests.ts';
import { hello as chatHello, type RunningSandbox, startSandbox } from '../testing/running-sandbox.ts';

let sandbox: RunningSandbox;

beforeEach(async () => {
  sandbox = await startSandbox();
});

afterEach(() => sandbox[Symbol.asyncDispose]());

const THOUGHT = thoughtPieces(1000).join('');

const post = (body: unknown, { model = 'sandbox/echo', method = 'generateContent' } = {}) =>
  sandbox.send(`/v1beta/models/${model}:${method}`, body, { 'x-goog-api-key': 'any' });

const stream = (body: unknown, model?: string) =>
  post(body, { ...(model !== undefined && { model }), method: 'streamGenerateContent?alt=sse' });

const client = () => new GoogleGenAI({ apiKey: 'any', httpOptions: { baseUrl: sandbox.url } });

describe('a JSON response', () => {
  test('says what a chat completion says, with the same usage', async () => {
    const response = await post(hello);
    const completion = await sandbox.client().chat.completions.create(chatHello);
    const text = completion.choices[0]?.message.content;
    expect(response.headers.get('content-type')).toBe('application/json; charset=UTF-8');
    expect(await response.json()).toEqual({
      candidates: [{ content: { parts: [{ text }], role: 'model' }, finishReason: 'STOP', index: 0 }],
      usageMetadata: {
        promptTokenCount: completion.usage?.prompt_tokens,
        candidatesTokenCount: completion.usage?.completion_tokens,
        totalTokenCount: completion.usage?.total_tokens,
        promptTokensDetails: [{ modality: 'TEXT', tokenCount: completion.usage?.prompt_tokens }],
      },
      modelVersion: 'sandbox/echo',
      responseId: expect.any(String),
    });
  });

  test('counts a system instruction as a message, in camel case and in snake case, and an image', async () => {
    const ask = async (body: object) =>
      (await (await post({ ...hello, ...body })).json()).usageMetadata.promptTokenCount;
    const brief = { parts: [{ text: 'be brief' }] };
    expect(await ask({ systemInstruction: brief })).toBe(10 + 4 + countTokens('be brief'));
    expect(await ask({ system_instruction: brief })).toBe(10 + 4 + countTokens('be brief'));
    const image = { inline_data: { mime_type: 'image/png', data: 'AAAA' } };
    expect(await ask({ contents: [{ parts: [image, ...(says('hello big world')[0]?.parts ?? [])] }] })).toBe(
      95,
    );
  });

  test('ends at maxOutputTokens, or before a stop sequence', async () => {
    const ask = async (config: object) =>
      client().models.generateContent({ model: 'sandbox/echo', contents: 'hello big world', config });
    const cut = await ask({ maxOutputTokens: 2 });
    expect(cut.candidates?.[0]?.finishReason).toBe('MAX_TOKENS');
    expect(cut.usageMetadata?.candidatesTokenCount).toBe(2);
    const stopped = await ask({ stopSequences: ['big'] });
    expect(stopped.text).toBe('hello ');
    expect(stopped.candidates?.[0]?.finishReason).toBe('STOP');
  });
});

describe('a stream', () => {
  test('has chunks with a growing usage, a finish reason in the last, and no end mark', async () => {
    const response = await stream(hello);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const chunks = crlfEvents(await response.text());
    const chunk = (text: string, tokens: number) => ({
      ...chunks[0],
      candidates: [{ content: { parts: [{ text }], role: 'model' }, index: 0 }],
      usageMetadata: expect.objectContaining({ candidatesTokenCount: tokens, totalTokenCount: 10 + tokens }),
    });
    expect(chunks).toEqual([
      chunk('hello', 1),
      chunk(' big', 2),
      chunk(' world', 3),
      {
        ...chunk('', 3),
        candidates: [{ content: { parts: [{ text: '' }], role: 'model' }, finishReason: 'STOP', index: 0 }],
      },
    ]);
  });

  test('is a JSON array when no events were asked for', async () => {
    const response = await post(hello, { method: 'streamGenerateContent' });
    expect(response.headers.get('content-type')).toBe('application/json; charset=UTF-8');
    const chunks = await response.json();
    expect(chunks).toHaveLength(4);
    expect(chunks[3].candidates[0].finishReason).toBe('STOP');
  });

  test('never says more than the whole, be the text as it may', async () => {
    const text = 'Well...\n\nno!!\n\n\nyes??\n'.repeat(20);
    const chunks = crlfEvents(await (await stream({ contents: says(text) })).text());
    const counts = chunks.map((chunk) => chunk.usageMetadata.candidatesTokenCount);
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    expect(counts.at(-1)).toBe(countTokens(text));
  });

  test('is read by the official client, at /v1 and at /v1beta', async () => {
    for (const apiVersion of ['v1', 'v1beta']) {
      const google = new GoogleGenAI({ apiKey: 'any', apiVersion, httpOptions: { baseUrl: sandbox.url } });
      const params = { model: 'sandbox/story', contents: 'go', config: { maxOutputTokens: 20 } };
      let text = '';
      let tokens: number | undefined;
      for await (const chunk of await google.models.generateContentStream(params)) {
        text += chunk.text ?? '';
        tokens = chunk.usageMetadata?.candidatesTokenCount;
      }
      expect({ tokens, counted: countTokens(text) }).toEqual({ tokens: 20, counted: 20 });
    }
  });
});

describe('function calls', () => {
  const args = { city: 'simulated', days: 1 };

  test('come in JSON and whole in a stream, without ids', async () => {
    const body = withTools('call get_weather and call get_time');
    const whole = await (await post(body)).json();
    const calls = [
      { functionCall: { name: 'get_weather', args } },
      { functionCall: { name: 'get_time', args: {} } },
    ];
    expect(whole.candidates[0]).toMatchObject({ content: { parts: calls }, finishReason: 'STOP' });
    const chunks = crlfEvents(await (await stream(body)).text());
    expect(chunks.flatMap((chunk) => chunk.candidates[0].content.parts ?? [])).toEqual(calls);
    expect(chunks.at(-1).usageMetadata).toEqual(whole.usageMetadata);
  });

  test('are read by the official client, whose schemas are Google’s', async () => {
    const parameters = { type: Type.OBJECT, properties: { city: { type: Type.STRING } } };
    const response = await client().models.generateContent({
      model: 'sandbox/echo',
      contents: 'call get_weather',
      config: { tools: [{ functionDeclarations: [{ name: 'get_weather', parameters }] }] },
    });
    expect(response.functionCalls).toEqual([{ name: 'get_weather', args: { city: 'simulated' } }]);
  });

  test('obey the calling config', async () => {
    const names = async (text: string, functionCallingConfig: object) => {
      const body = { ...withTools(text), toolConfig: { functionCallingConfig } };
      const { candidates } = await (await post(body)).json();
      return candidates[0].content.parts.flatMap((part: { functionCall?: { name: string } }) =>
        part.functionCall === undefined ? [] : [part.functionCall.name],
      );
    };
    expect(await names('hello', { mode: 'ANY' })).toEqual(['get_weather']);
    expect(await names('hello', { mode: 'ANY', allowedFunctionNames: ['get_time'] })).toEqual(['get_time']);
    expect(await names('call get_time', { mode: 'NONE' })).toEqual([]);
  });

  test('that the limit cuts are left out', async () => {
    const body = { ...withTools('call get_weather'), generationConfig: { maxOutputTokens: 6 } };
    const { candidates } = await (await post(body)).json();
    expect(candidates).toEqual([{ content: { role: 'model' }, finishReason: 'MAX_TOKENS', index: 0 }]);
    expect(crlfEvents(await (await stream(body)).text())).toHaveLength(1);
  });

  test('are not made again once the response is there', async () => {
    const { contents, tools } = withTools('call get_time');
    const response = await post({
      contents: [
        ...contents,
        { role: 'model', parts: [{ functionCall: { name: 'get_time', args: {} } }] },
        { role: 'user', parts: [{ functionResponse: { name: 'get_time', response: { output: 'noon' } } }] },
      ],
      tools,
    });
    expect((await response.json()).candidates[0].content.parts).toEqual([{ text: 'call get_time' }]);
  });
});

describe('thoughts', () => {
  const shown = { ...hello, generationConfig: { thinkingConfig: { includeThoughts: true } } };
  const model = 'sandbox/think';

  test('are counted beside the candidates’ tokens, and shown when asked for', async () => {
    const { candidates, usageMetadata } = await (await post(shown, { model })).json();
    expect(candidates[0].content.parts).toEqual([
      { text: THOUGHT, thought: true },
      { text: 'hello big world', thoughtSignature: expect.any(String) },
    ]);
    const usage = { thoughtsTokenCount: 20, candidatesTokenCount: 3, totalTokenCount: 10 + 20 + 3 };
    expect(usageMetadata).toMatchObject(usage);
    const hidden = await (await post(hello, { model })).json();
    expect(hidden.candidates[0].content.parts).toHaveLength(1);
    expect(hidden.usageMetadata).toMatchObject(usage);
    expect(sandbox.served.map(({ outputTokens }) => outputTokens)).toEqual([23, 23]);
  });

  test('are streamed first, and signed last', async () => {
    const chunks = crlfEvents(await (await stream(shown, model)).text());
    const parts = chunks.flatMap((chunk) => chunk.candidates[0].content.parts);
    expect(
      parts
        .slice(0, 20)
        .map(({ text }) => text)
        .join(''),
    ).toBe(THOUGHT);
    expect(parts.slice(0, 20).every(({ thought }) => thought === true)).toBe(true);
    expect(parts.at(-1)).toEqual({ text: '', thoughtSignature: expect.any(String) });
    expect(chunks[4].usageMetadata).toMatchObject({ thoughtsTokenCount: 5 });
    expect(crlfEvents(await (await stream(hello, model)).text())).toHaveLength(3 + 1);
  });

  test('can be turned off', async () => {
    const off = { ...hello, generationConfig: { thinkingConfig: { thinkingBudget: 0 } } };
    expect((await (await post(off, { model })).json()).usageMetadata).not.toHaveProperty(
      'thoughtsTokenCount',
    );
  });

  test('sign a function call, and the signature has to come back', async () => {
    const { contents, tools } = withTools('call get_time and call get_weather');
    const first = await (await post({ contents, tools }, { model })).json();
    const { parts } = first.candidates[0].content;
    expect(parts[0]).toMatchObject({
      functionCall: { id: expect.any(String), name: 'get_weather' },
      thoughtSignature: expect.any(String),
    });
    expect(parts[1]).not.toHaveProperty('thoughtSignature');
    const responses = parts.map((part: { functionCall: { name: string } }) => ({
      functionResponse: { name: part.functionCall.name, response: {} },
    }));
    const follow = (modelParts: object[]) =>
      post(
        {
          contents: [...contents, { role: 'model', parts: modelParts }, { role: 'user', parts: responses }],
          tools,
        },
        { model },
      );
    expect((await follow(parts)).status).toBe(200);
    const [{ functionCall }, second] = parts;
    const unsigned = await (await follow([{ functionCall }, second])).json();
    expect(unsigned.error.message).toContain('missing a thought_signature in functionCall parts');
    const changed = await (await follow([{ functionCall, thoughtSignature: 'AAAA' }, second])).json();
    expect(changed.error.message).toBe('Corrupted thought signature.');
    const skipped = { functionCall, thoughtSignature: 'skip_thought_signature_validator' };
    expect((await follow([skipped, second])).status).toBe(200);
  });
});

test('countTokens says what a response would be billed, and is not tallied', async () => {
  const count = await client().models.countTokens({ model: 'sandbox/echo', contents: 'hello big world' });
  expect(count.totalTokens).toBe(10);
  const generateContentRequest = { model: 'models/sandbox/echo', ...withTools('hello big world') };
  const whole = await (await post({ generateContentRequest }, { method: 'countTokens' })).json();
  const response = await (await post(withTools('hello big world'))).json();
  expect(whole.totalTokens).toBe(response.usageMetadata.promptTokenCount);
  expect((await sandbox.tally()).requests).toBe(1);
});

test('a key in the query is a key as well, and a label a name in the tally', async () => {
  const body = { ...hello, labels: { 'sandbox-request': 'mine' } };
  const response = await sandbox.send('/v1beta/models/sandbox/echo:generateContent?key=any', body, {});
  const { responseId } = await response.json();
  expect((await sandbox.tally('mine')).recent).toMatchObject([
    { id: responseId, outcome: 'completed', inputTokens: 10, outputTokens: 3 },
  ]);
});
