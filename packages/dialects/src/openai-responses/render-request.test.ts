import { describe, expect, it } from 'vitest';
import type { Call, Message, Part, ToolResultPart } from '../call.ts';
import type { RequestTarget } from '../dialect.ts';
import type { JsonObject } from '../json.ts';
import { withoutPlaces } from '../testing/without-places.ts';
import { openaiResponses as dialect } from './index.ts';
import { CALL, parse, refusal, TARGET } from './testing/fixtures.ts';

const rendered = (call: Call, target: Partial<RequestTarget> = {}) =>
  JSON.parse(dialect.renderRequest(call, { ...TARGET, ...target })) as JsonObject;
const again = (call: Call) => withoutPlaces(dialect.toCall(dialect.parseRequest(rendered(call), {})));

const withParts = (role: Message['role'], ...parts: Part[]): Call => ({
  ...CALL,
  messages: [...CALL.messages, { role, parts }],
});

describe('a rendered request', () => {
  it('asks for encrypted reasoning, stores nothing, and has the target’s model and limit', () => {
    expect(rendered({ ...CALL, stream: true })).toEqual({
      model: 'up',
      input: [{ role: 'user', content: 'hi' }],
      max_output_tokens: 900,
      include: ['reasoning.encrypted_content'],
      store: false,
      stream: true,
    });
  });

  it('asks models for no encrypted reasoning that refuse to be asked', () => {
    const includes = (call: Call, upstreamModel: string) => rendered(call, { upstreamModel })['include'];
    for (const model of ['gpt-4o-mini', 'gpt-4.1', 'ft:gpt-4o:x', 'chatgpt-4o-latest', 'gpt-5-chat-latest']) {
      expect(includes(CALL, model)).toBeUndefined();
      expect(includes({ ...CALL, reasoning: { effort: 'low' } }, model)).toEqual([
        'reasoning.encrypted_content',
      ]);
    }
    for (const model of ['gpt-5', 'o3', 'gpt-oss-120b', 'grok-4']) {
      expect(includes(CALL, model)).toEqual(['reasoning.encrypted_content']);
    }
  });

  it('reads back as the same call', () => {
    const call: Call = {
      stream: true,
      messages: [
        { role: 'system', parts: [{ kind: 'text', text: 's' }] },
        {
          role: 'developer',
          parts: [
            { kind: 'text', text: 'd' },
            { kind: 'text', text: 'd2' },
          ],
        },
        {
          role: 'user',
          parts: [
            { kind: 'text', text: 'u' },
            { kind: 'image', source: { kind: 'url', url: 'https://x.test/a.png' }, detail: 'low' },
            { kind: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'AAAA' }, detail: 'auto' },
            {
              kind: 'file',
              source: { kind: 'data', mediaType: 'application/pdf', data: 'BBBB' },
              name: 'b.pdf',
            },
            { kind: 'file', source: { kind: 'url', url: 'https://x.test/c.pdf' } },
            { kind: 'audio', data: 'CCCC', format: 'mp3' },
          ],
        },
        {
          role: 'assistant',
          parts: [
            {
              kind: 'reasoning',
              text: 'thought',
              summary: true,
              id: 'rs_1',
              encrypted: true,
              signature: { dialect: 'openai-responses', value: 'gAAA' },
            },
            {
              kind: 'text',
              text: 'a',
              citations: [{ url: 'https://x.test', title: 't', startIndex: 0, endIndex: 1 }],
            },
            { kind: 'refusal', text: 'no' },
            { kind: 'tool_call', id: 'c1', name: 'f', arguments: '{"a":1}' },
          ],
        },
        {
          role: 'tool',
          parts: [
            {
              kind: 'tool_result',
              callId: 'c1',
              name: 'f',
              content: [
                { kind: 'text', text: 'x' },
                { kind: 'image', source: { kind: 'url', url: 'https://x.test/d.png' }, detail: 'auto' },
              ],
            },
          ],
        },
      ],
      tools: [{ name: 'f', description: 'd', parameters: { type: 'object' }, strict: false }],
      toolChoice: { kind: 'tool', name: 'f' },
      parallelToolCalls: true,
      choices: 1,
      temperature: 0,
      topP: 1,
      logprobs: { alternatives: 2 },
      format: { kind: 'json_schema', name: 'n', schema: {}, description: 'd', strict: true },
      reasoning: { effort: 'xhigh', shown: true },
      verbosity: 'high',
      hints: { user: 'u', metadata: { a: 'b' }, serviceTier: 'flex', promptCacheKey: 'k' },
    };
    expect(again(call)).toEqual(call);
  });

  it.each<[string, Partial<Call>]>([
    ['n', { choices: 2 }],
    ['top_k', { topK: 5 }],
    ['frequency_penalty', { frequencyPenalty: 1 }],
    ['presence_penalty', { presencePenalty: -1 }],
    ['seed', { seed: 0 }],
    ['stop', { stopSequences: ['x'] }],
    ['logit_bias', { logitBias: { 5: 1 } }],
    ['messages[1].name', { messages: [...CALL.messages, { role: 'user', name: 'n', parts: [] }] }],
    [
      'messages[1] (audio)',
      withParts('assistant', { kind: 'text', text: '' }, { kind: 'audio', data: '', format: 'wav' }),
    ],
    ['messages[1] (image)', withParts('assistant', { kind: 'image', source: { kind: 'url', url: 'x' } })],
    ['messages[1] (refusal)', withParts('user', { kind: 'refusal', text: 'x' })],
  ])('refuses what the format has no words for: %s', (field, more) => {
    const refused = refusal(() => dialect.renderRequest({ ...CALL, ...more }, TARGET));
    expect(refused.param).toBe(field);
    expect(refused.message).toContain('openai-responses');
  });

  it('takes settings that say nothing for none', () => {
    expect(rendered({ ...CALL, frequencyPenalty: 0, presencePenalty: 0, logitBias: {} })).toEqual(
      rendered(CALL),
    );
  });

  it('leaves reasoning out that the vendor can’t take up again, and marks of caches', () => {
    const call = withParts(
      'assistant',
      { kind: 'reasoning', text: 'unsigned' },
      { kind: 'reasoning', text: 'x', signature: { dialect: 'anthropic-messages', value: 'S' } },
      { kind: 'text', text: 'a', cache: '1h', citations: [{ citedText: 'c' }] },
      {
        kind: 'tool_call',
        id: 'c',
        name: 'f',
        arguments: '{}',
        signature: { dialect: 'google-gemini', value: 'S' },
      },
    );
    expect(rendered(call)['input']).toEqual([
      { role: 'user', content: 'hi' },
      { role: 'assistant', content: 'a' },
      { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' },
    ]);
  });

  it.each([
    [{ budgetTokens: 0 }, { effort: 'none' }],
    [{ budgetTokens: 1_024 }, { effort: 'low' }],
    [{ budgetTokens: 10_000 }, { effort: 'medium' }],
    [
      { budgetTokens: 32_000, shown: true },
      { effort: 'high', summary: 'auto' },
    ],
    [{ budgetTokens: 32_000, effort: 'minimal' } as const, { effort: 'minimal' }],
    [{ adaptive: true }, undefined],
    [{ shown: false }, undefined],
  ])('makes an effort of %j', (reasoning, expected) => {
    expect(rendered({ ...CALL, reasoning })['reasoning']).toEqual(expected);
  });

  it('tells a model that does not reason nothing of it, where none is asked for', () => {
    for (const reasoning of [{ effort: 'none' }, { budgetTokens: 0 }] as const) {
      expect(rendered({ ...CALL, reasoning }, { upstreamModel: 'gpt-4o' })).toEqual(
        rendered(CALL, { upstreamModel: 'gpt-4o' }),
      );
    }
  });

  it('says in words that a result is an error', () => {
    const outputOf = (...content: ToolResultPart['content']) => {
      const call = withParts('tool', { kind: 'tool_result', callId: 'c', content, isError: true });
      return (rendered(call)['input'] as JsonObject[]).at(-1)?.['output'];
    };
    const image = { kind: 'image', source: { kind: 'url', url: 'https://x.test/a.png' } } as const;
    expect(outputOf({ kind: 'text', text: 'No such city.' })).toBe('Error: No such city.');
    expect(outputOf({ kind: 'text', text: 'TypeError: x' })).toBe('TypeError: x');
    expect(outputOf()).toBe('Error');
    expect(outputOf(image)).toMatchObject([{ type: 'input_text', text: 'Error' }, { type: 'input_image' }]);
  });

  it('leaves hints out that the vendor would refuse', () => {
    const long = 'x'.repeat(65);
    const hints = {
      user: long,
      promptCacheKey: long,
      serviceTier: 'standard_only',
      metadata: { [long]: 'a' },
    };
    expect(rendered({ ...CALL, hints })).toEqual(rendered(CALL));
  });

  it('says of a tool that it is not strict, as this vendor takes it to be', () => {
    expect(rendered({ ...CALL, tools: [{ name: 'f' }] })['tools']).toEqual([
      { type: 'function', name: 'f', parameters: null, strict: false },
    ]);
  });

  it('has a name for a file and for a schema that have none', () => {
    const file = { kind: 'file', source: { kind: 'data', mediaType: 'text/plain', data: 'AA' } } as const;
    expect(rendered(withParts('user', file))['input']).toMatchObject([
      {},
      { content: [{ filename: 'document.txt', file_data: 'data:text/plain;base64,AA' }] },
    ]);
    expect(rendered({ ...CALL, format: { kind: 'json_schema', schema: {} } })['text']).toEqual({
      format: { type: 'json_schema', name: 'response', schema: {} },
    });
  });

  it('has a system message among the input where there is nothing else', () => {
    const only: Call = { ...CALL, messages: [{ role: 'system', parts: [{ kind: 'text', text: 's' }] }] };
    expect(rendered(only)).toMatchObject({ input: [{ role: 'system', content: 's' }] });
    expect(rendered(only)).not.toHaveProperty('instructions');
  });

  // Some engines write any depth.
  it('is written, or refused, however deep it is nested', () => {
    let deep: unknown = 'x';
    for (let i = 0; i < 100_000; i++) deep = [deep];
    const tools = [{ name: 'f', parameters: { deep } }];
    for (const write of [
      () => dialect.renderRequest({ ...CALL, tools }, TARGET),
      () => dialect.passRequest(parse({ deep }), TARGET),
    ]) {
      try {
        expect(write()).toContain('[[[');
      } catch (error) {
        expect(error).toMatchObject({ code: 'invalid_request' });
      }
    }
  });
});
