import { DEFAULT_QUIRKS } from '../quirks.ts';
import { WeirError } from '@weir/core/errors';
import { describe, expect, it } from 'vitest';
import { googleGemini } from './index.ts';

const ADDRESS = { model: 'gemini-2.5-flash', stream: true };
const CONTENTS = [{ role: 'user', parts: [{ text: 'hi' }] }];
const TARGET = {
  upstreamModel: 'up',
  outputTokensMax: 9,
  quirks: DEFAULT_QUIRKS,
} as const;

const parsed = (body: object) => googleGemini.parseRequest(body, ADDRESS);
const passed = (body: object): unknown => JSON.parse(googleGemini.passRequest(parsed(body), TARGET));

describe('a request', () => {
  it('has its model and whether to stream from the path, the rest from either spelling', () => {
    expect(parsed({ contents: CONTENTS })).toEqual({
      model: 'gemini-2.5-flash',
      stream: true,
      usageWanted: true,
      outputTokensMax: undefined,
      choices: 1,
      body: { contents: CONTENTS },
    });
    for (const body of [
      { contents: CONTENTS, generationConfig: { maxOutputTokens: 5, candidateCount: 2 } },
      { contents: CONTENTS, generation_config: { max_output_tokens: '5', candidate_count: 2 } },
    ]) {
      expect(parsed(body)).toMatchObject({ outputTokensMax: 5, choices: 2 });
    }
  });

  it.each([
    [[], null],
    ['text', null],
    [{}, 'contents'],
    [{ contents: [] }, 'contents'],
    [{ contents: ['x'] }, 'contents[0]'],
    [{ contents: [{ role: 1 }] }, 'contents[0].role'],
    [{ contents: [{ parts: ['x'] }] }, 'contents[0].parts[0]'],
    [{ contents: CONTENTS, generationConfig: [] }, 'generationConfig'],
    [{ contents: CONTENTS, generation_config: {}, generationConfig: {} }, 'generationConfig'],
    [{ contents: CONTENTS, generationConfig: { maxOutputTokens: 0 } }, 'generationConfig.maxOutputTokens'],
    [{ contents: CONTENTS, generationConfig: { maxOutputTokens: 1e15 } }, 'generationConfig.maxOutputTokens'],
    [
      { contents: CONTENTS, generation_config: { max_output_tokens: 1.5 } },
      'generation_config.max_output_tokens',
    ],
    [{ contents: CONTENTS, generationConfig: { candidateCount: 'two' } }, 'generationConfig.candidateCount'],
  ])('that is wrong (%j) is an error that names the field', (body, param) => {
    expect(() => googleGemini.parseRequest(body, ADDRESS)).toThrow(
      expect.objectContaining({ code: 'invalid_request', param: param ?? undefined }),
    );
  });

  it('without a model in its path is an error', () => {
    expect(() => googleGemini.parseRequest({ contents: CONTENTS }, {})).toThrow(WeirError);
  });

  it('passes with all that the client sent, but one limit, where the client has it', () => {
    const extra = { safetySettings: [{ a: 1 }], tools: [{ computerUse: {} }], labels: { a: 'b' } };
    expect(passed({ model: 'models/x', contents: CONTENTS, ...extra })).toEqual({
      contents: CONTENTS,
      ...extra,
      generationConfig: { maxOutputTokens: 9 },
    });
    expect(passed({ contents: CONTENTS, generation_config: { max_output_tokens: 100, top_k: 3 } })).toEqual({
      contents: CONTENTS,
      generation_config: { maxOutputTokens: 9, top_k: 3 },
    });
  });

  it('goes to the path of its model, with the key in a header', () => {
    const endpoint = (upstreamModel: string, stream: boolean) =>
      googleGemini.endpoint({ upstreamModel, stream });
    expect(endpoint('gemini-2.5-flash', false)).toBe('/models/gemini-2.5-flash:generateContent');
    expect(endpoint('models/a b', true)).toBe('/models/a%20b:streamGenerateContent?alt=sse');
    expect(googleGemini.authHeaders('k')).toEqual({ 'x-goog-api-key': 'k' });
  });
});

describe('a prompt', () => {
  it('counts an attachment by what it is, not by the length of its base64', () => {
    const data = 'A'.repeat(1_000_000);
    const prompt = googleGemini.promptOf(
      parsed({
        contents: {
          role: 'user',
          parts: [
            { text: 'look' },
            { inlineData: { mimeType: 'image/png', data } },
            { inline_data: { mime_type: 'image/png', data } },
            { fileData: { mimeType: 'image/png', fileUri: 'https://a/b' } },
          ],
        },
      }),
    );
    expect(prompt).toMatchObject({ text: 'user\nlook', images: 3 });
    expect(prompt.extraTokens).toBeLessThan(10_000);
  });

  it('has instructions, calls, results, tools and schemas in it, and signatures by their length', () => {
    const { text, extraTokens } = googleGemini.promptOf(
      parsed({
        system_instruction: { parts: { text: 'be brief' } },
        contents: [
          {
            role: 'model',
            parts: [{ functionCall: { name: 'f', args: { a: 'arg' } }, thoughtSignature: 'A'.repeat(800) }],
          },
          { role: 'user', parts: [{ functionResponse: { name: 'f', response: { output: 'res' } } }] },
        ],
        tools: [{ functionDeclarations: [{ name: 'tool-name' }] }],
        generationConfig: { responseJsonSchema: { title: 'schema-title' } },
      }),
    );
    for (const piece of ['be brief', '"arg"', '"res"', 'tool-name', 'schema-title'])
      expect(text).toContain(piece);
    expect(text).not.toContain('AAAA');
    expect(extraTokens).toBe(3 * 4 + 100);
  });

  it('to have the call logged is refused', () => {
    const parse = (store: boolean) =>
      googleGemini.parseRequest({ contents: [{ parts: [{ text: 'Hi' }] }], store }, ADDRESS);
    expect(() => parse(true)).toThrow(expect.objectContaining({ code: 'invalid_request', param: 'store' }));
    expect(() => parse(false)).not.toThrow();
  });
});
