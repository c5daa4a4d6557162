import { describe, expect, it } from 'vitest';
import type { Call, Message, Part, ToolResultPart } from '../call.ts';
import { DEFAULT_QUIRKS } from '../quirks.ts';
import { googleGemini } from './index.ts';

const TARGET = {
  upstreamModel: 'gemini-3-pro',
  outputTokensMax: 9,
  quirks: DEFAULT_QUIRKS,
} as const;

const USER: Message = { role: 'user', parts: [{ kind: 'text', text: 'hi' }] };
const CALL: Call = { stream: false, messages: [USER], tools: [], choices: 1, hints: {} };
const FOREIGN = { dialect: 'anthropic-messages', value: 'sig' } as const;
const OWN = { dialect: 'google-gemini', value: 'U0lH' } as const;

function rendered(
  call: Partial<Call>,
  upstreamModel: string = TARGET.upstreamModel,
): Record<string, unknown> {
  const body: unknown = JSON.parse(
    googleGemini.renderRequest({ ...CALL, ...call }, { ...TARGET, upstreamModel }),
  );
  return body as Record<string, unknown>;
}

const contentsOf = (...messages: Message[]) => rendered({ messages })['contents'];
const turn = (...parts: Part[]): Message => ({ role: 'assistant', parts });
const toolCall = (id: string, text: string): Part => ({ kind: 'tool_call', id, name: 'f', arguments: text });
const result = (callId: string, more: Partial<ToolResultPart>): Message => ({
  role: 'tool',
  parts: [{ kind: 'tool_result', callId, content: [], ...more }],
});

describe('a call', () => {
  it('is contents with the limit of its hold, and no more than was asked for', () => {
    expect(rendered({})).toEqual({
      contents: [{ role: 'user', parts: [{ text: 'hi' }] }],
      generationConfig: { maxOutputTokens: 9 },
    });
  });

  it('has its settings', () => {
    const numbers = {
      temperature: 1.5,
      topP: 0.5,
      topK: 3,
      seed: 4,
      presencePenalty: 1,
      frequencyPenalty: 2,
    };
    const { generationConfig } = rendered({
      ...numbers,
      choices: 2,
      stopSequences: ['x'],
      logprobs: { alternatives: 2 },
      format: { kind: 'json_schema', schema: { type: 'object' }, description: 'what it is' },
    });
    expect(generationConfig).toEqual({
      ...numbers,
      maxOutputTokens: 9,
      candidateCount: 2,
      stopSequences: ['x'],
      responseLogprobs: true,
      logprobs: 2,
      responseMimeType: 'application/json',
      responseJsonSchema: { type: 'object', description: 'what it is' },
    });
  });

  it.each([
    [{ effort: 'max' }, 'gemini-3-pro', { thinkingLevel: 'HIGH' }],
    [
      { effort: 'medium', shown: true },
      'models/gemini-2.5-flash',
      { thinkingBudget: 8_192, includeThoughts: true },
    ],
    [{ effort: 'none' }, 'gemini-3-flash', { thinkingLevel: 'MINIMAL' }],
    [{ effort: 'low', budgetTokens: 5 }, 'gemini-3-pro', { thinkingLevel: 'LOW' }],
    [{ effort: 'low', budgetTokens: 5 }, 'gemini-2.5-flash', { thinkingBudget: 5 }],
    [{ adaptive: true }, 'gemini-2.5-pro', { thinkingBudget: -1 }],
    [{}, 'gemini-2.5-pro', undefined],
  ] as const)('thinks as %j says with %s', (reasoning, model, thinkingConfig) => {
    expect(rendered({ reasoning }, model)['generationConfig']).toEqual({
      maxOutputTokens: 9,
      ...(thinkingConfig && { thinkingConfig }),
    });
  });

  it('has its tools, with JSON schemas, and the choice among them', () => {
    const tool = { name: 'f', description: 'd', parameters: { type: 'object' } };
    expect(rendered({ tools: [tool] })).toMatchObject({
      tools: [
        { functionDeclarations: [{ name: 'f', description: 'd', parametersJsonSchema: { type: 'object' } }] },
      ],
    });
    const choice = (call: Partial<Call>) => rendered({ tools: [tool], ...call })['toolConfig'];
    expect(choice({})).toBeUndefined();
    const config = (functionCallingConfig: object) => ({ functionCallingConfig });
    expect(choice({ toolChoice: { kind: 'auto' } })).toEqual(config({ mode: 'AUTO' }));
    expect(choice({ tools: [{ ...tool, strict: true }] })).toEqual(config({ mode: 'VALIDATED' }));
    const strict = { tools: [{ ...tool, strict: true }], toolChoice: { kind: 'auto' } } as const;
    expect(choice(strict)).toEqual(config({ mode: 'VALIDATED' }));
    expect(choice({ toolChoice: { kind: 'required' } })).toEqual(config({ mode: 'ANY' }));
    expect(choice({ toolChoice: { kind: 'none' } })).toEqual(config({ mode: 'NONE' }));
    expect(choice({ toolChoice: { kind: 'tool', name: 'f' } })).toEqual(
      config({ mode: 'ANY', allowedFunctionNames: ['f'] }),
    );
  });

  it('leaves hints out that Google has no words for', () => {
    const hints = { user: 'u', metadata: { a: 'b' }, promptCacheKey: 'k', serviceTier: 'auto' };
    expect(rendered({ hints, verbosity: 'low' })).toEqual(rendered({}));
    expect(rendered({ hints: { serviceTier: 'default' } })).toMatchObject({ serviceTier: 'standard' });
  });
});

describe('messages', () => {
  it('have what the system says before all others', () => {
    const system = (role: 'system' | 'developer', text: string): Message => ({
      role,
      parts: [{ kind: 'text', text }],
    });
    expect(rendered({ messages: [system('system', 'a'), system('developer', 'b'), USER] })).toMatchObject({
      systemInstruction: { parts: [{ text: 'a' }, { text: 'b' }] },
      contents: [{ role: 'user' }],
    });
  });

  it('have media with their types', () => {
    expect(
      contentsOf({
        role: 'user',
        parts: [
          { kind: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'QQ==' }, detail: 'high' },
          { kind: 'image', source: { kind: 'url', url: 'https://a/b.JPG?x=.pdf' } },
          { kind: 'file', source: { kind: 'url', url: 'https://a/b' }, name: 'n' },
          { kind: 'audio', format: 'wav', data: 'QQ==' },
        ],
      }),
    ).toEqual([
      {
        role: 'user',
        parts: [
          { inlineData: { mimeType: 'image/png', data: 'QQ==' } },
          { fileData: { mimeType: 'image/jpeg', fileUri: 'https://a/b.JPG?x=.pdf' } },
          { fileData: { fileUri: 'https://a/b' } },
          { inlineData: { mimeType: 'audio/wav', data: 'QQ==' } },
        ],
      },
    ]);
  });

  it('have the results of a turn together, with the names of their calls', () => {
    const text = (value: string) => [{ kind: 'text', text: value } as const];
    const image = { kind: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'QQ==' } } as const;
    expect(
      contentsOf(
        turn(toolCall('1', '{"a":1}'), toolCall('2', ''), toolCall('3', '{}')),
        result('1', { content: text('{"b":2}') }),
        result('2', { content: text('[1]') }),
        result('3', { content: [...text('no'), image], isError: true }),
        USER,
      ),
    ).toMatchObject([
      {
        role: 'model',
        parts: [
          { functionCall: { id: '1', name: 'f', args: { a: 1 } } },
          { functionCall: { id: '2', name: 'f', args: {} } },
          { functionCall: { id: '3' } },
        ],
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { id: '1', name: 'f', response: { b: 2 } } },
          { functionResponse: { id: '2', name: 'f', response: { output: '[1]' } } },
          {
            functionResponse: {
              id: '3',
              name: 'f',
              response: { error: 'no' },
              parts: [{ inlineData: { mimeType: 'image/png', data: 'QQ==' } }],
            },
          },
        ],
      },
      { role: 'user', parts: [{ text: 'hi' }] },
    ]);
  });

  it('have Google’s signatures, and no others', () => {
    expect(
      contentsOf(
        USER,
        turn(
          { kind: 'reasoning', text: 'hm', signature: OWN },
          { kind: 'text', text: 'so', citations: [{ url: 'https://a' }] },
          { kind: 'reasoning', text: '', signature: OWN, encrypted: true },
          { kind: 'reasoning', text: 'other', signature: FOREIGN },
          { kind: 'reasoning', text: '', signature: FOREIGN, encrypted: true },
          { kind: 'refusal', text: 'no' },
          { kind: 'tool_call', id: '1', name: 'f', arguments: '{}', signature: OWN },
        ),
        turn({ kind: 'reasoning', text: '', signature: FOREIGN, encrypted: true }),
      ),
    ).toEqual([
      { role: 'user', parts: [{ text: 'hi' }] },
      {
        role: 'model',
        parts: [
          { text: 'hm', thought: true, thoughtSignature: 'U0lH' },
          { text: 'so' },
          { text: '', thoughtSignature: 'U0lH' },
          { text: 'other', thought: true },
          { text: 'no' },
          { functionCall: { id: '1', name: 'f', args: {} }, thoughtSignature: 'U0lH' },
        ],
      },
    ]);
  });

  it('have a placeholder where Gemini 3 wants the first call of a turn signed', () => {
    const messages = [turn(toolCall('1', '{}'), toolCall('2', '{}'))];
    const signatures = (model: string) =>
      JSON.stringify(rendered({ messages }, model)).match(/skip_thought_signature_validator/g)?.length ?? 0;
    expect(signatures('gemini-3-flash')).toBe(1);
    expect(signatures('gemini-flash-latest')).toBe(1);
    expect(signatures('gemini-2.5-flash')).toBe(0);
  });
});

describe('what Google can’t take', () => {
  const tool = { name: 'f' };
  it.each<[Partial<Call>, string]>([
    [{ logitBias: { 1: 1 } }, 'logit_bias'],
    [{ tools: [tool], parallelToolCalls: false }, 'parallel_tool_calls'],
    [{ messages: [{ ...USER, name: 'bob' }] }, 'messages[0].name'],
    [{ messages: [USER, { role: 'system', parts: [{ kind: 'text', text: 'x' }] }] }, 'messages[1]'],
    [{ messages: [{ role: 'system', parts: [{ kind: 'text', text: 'x' }] }] }, 'messages'],
    [
      { messages: [{ role: 'system', parts: [{ kind: 'audio', format: 'wav', data: '' }] }] },
      'messages[0] (audio)',
    ],
    [{ messages: [turn(toolCall('1', '[]'))] }, 'messages[0] (arguments of f)'],
    [{ messages: [result('1', {})] }, 'messages[0]'],
    [
      {
        messages: [
          turn(toolCall('1', '{}')),
          result('1', { content: [{ kind: 'image', source: { kind: 'url', url: 'https://a' } }] }),
        ],
      },
      'messages[1] (image)',
    ],
    [{ messages: [{ role: 'user', parts: [toolCall('1', '{}')] }] }, 'messages[0] (tool_call)'],
  ])('%j is an error that names it', (call, param) => {
    expect(() => rendered(call)).toThrow(expect.objectContaining({ code: 'invalid_request', param }));
  });
});
