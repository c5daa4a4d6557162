import { describe, expect, it } from 'vitest';
import { convertRequest } from './convert-request.ts';
import type { DialectName } from './dialect-name.ts';
import { DIALECTS } from './dialects.ts';
import { ADDRESS, TARGET } from './testing/conversion.ts';

/* What a vendor's dialect has no words for is refused by the name and the place that it has in what the client sent. */

const AUDIO = { inlineData: { mimeType: 'audio/wav', data: 'AAAA' } };
const PDF = { type: 'document', source: { type: 'url', url: 'https://x.test/a.pdf' } };
const INPUT_AUDIO = { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } };
const INPUT_IMAGE = { type: 'input_image', image_url: 'https://x.test/a.png' };
const HI = { role: 'user', content: 'Hi' };
const CONTENTS = [{ parts: [{ text: 'Hi' }] }];

const called = (call_id: string, args = '{}') => ({
  type: 'function_call',
  call_id,
  name: 'f',
  arguments: args,
});
const result = (call_id: string, output: unknown) => ({ type: 'function_call_output', call_id, output });

const REFUSED: readonly (readonly [DialectName, DialectName, object, string])[] = [
  // A system prompt beside the messages is none of them, and a message that says two things is one.
  [
    'anthropic-messages',
    'openai-chat',
    { system: 'Be kind.', messages: [{ role: 'user', content: [PDF] }] },
    'messages[0] (file by address)',
  ],
  [
    'anthropic-messages',
    'openai-chat',
    {
      messages: [
        HI,
        { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'f', input: {} }] },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 't', content: 'x' },
            { type: 'text', text: 'And?' },
          ],
        },
        { role: 'assistant', content: 'That.' },
        { role: 'user', content: [PDF] },
      ],
    },
    'messages[4] (file by address)',
  ],
  [
    'google-gemini',
    'anthropic-messages',
    { systemInstruction: { parts: [{ text: 'Be kind.' }] }, contents: [...CONTENTS, { parts: [AUDIO] }] },
    'contents[1] (audio)',
  ],
  [
    'openai-responses',
    'anthropic-messages',
    { instructions: 'Be kind.', input: [HI, { role: 'user', content: [INPUT_AUDIO] }] },
    'input[1] (audio)',
  ],
  [
    'openai-chat',
    'anthropic-messages',
    { messages: [HI, { role: 'user', content: [INPUT_AUDIO] }] },
    'messages[1] (audio)',
  ],
  [
    'openai-chat',
    'google-gemini',
    { messages: [HI, { role: 'system', content: 'Be kind.' }] },
    'messages[1]',
  ],
  // Items that become one message keep their own places.
  [
    'openai-responses',
    'openai-chat',
    { input: [HI, called('1'), called('2'), result('1', 'x'), result('2', [INPUT_IMAGE])] },
    'input[4] (image in a tool result)',
  ],
  [
    'openai-responses',
    'google-gemini',
    { input: [HI, called('1'), called('2', '['), result('1', 'x'), result('2', 'y')] },
    'input[2] (arguments of f)',
  ],
  // Fields, too.
  [
    'google-gemini',
    'openai-responses',
    { contents: CONTENTS, generationConfig: { stopSequences: ['.'] } },
    'generationConfig.stopSequences',
  ],
  [
    'google-gemini',
    'openai-responses',
    { contents: CONTENTS, generationConfig: { seed: 1 } },
    'generationConfig.seed',
  ],
  [
    'google-gemini',
    'openai-chat',
    { contents: CONTENTS, generationConfig: { topK: 1 } },
    'generationConfig.topK',
  ],
  [
    'google-gemini',
    'anthropic-messages',
    { contents: CONTENTS, generationConfig: { candidateCount: 2 } },
    'generationConfig.candidateCount',
  ],
  [
    'google-gemini',
    'anthropic-messages',
    { contents: CONTENTS, generationConfig: { frequencyPenalty: 1 } },
    'generationConfig.frequencyPenalty',
  ],
  [
    'google-gemini',
    'anthropic-messages',
    { contents: CONTENTS, generationConfig: { presencePenalty: 1 } },
    'generationConfig.presencePenalty',
  ],
  [
    'google-gemini',
    'anthropic-messages',
    { contents: CONTENTS, generationConfig: { temperature: 1.5 } },
    'generationConfig.temperature',
  ],
  [
    'google-gemini',
    'anthropic-messages',
    { contents: CONTENTS, generationConfig: { responseLogprobs: true } },
    'generationConfig.responseLogprobs',
  ],
  [
    'google-gemini',
    'anthropic-messages',
    { contents: CONTENTS, generationConfig: { responseMimeType: 'application/json' } },
    'generationConfig.responseMimeType',
  ],
  [
    'google-gemini',
    'anthropic-messages',
    { systemInstruction: { parts: [{ text: 'Be kind.' }] }, contents: [] },
    'contents',
  ],
  [
    'openai-responses',
    'anthropic-messages',
    { input: 'Hi', text: { format: { type: 'json_object' } } },
    'text.format',
  ],
  [
    'openai-responses',
    'anthropic-messages',
    { input: 'Hi', include: ['message.output_text.logprobs'] },
    'include',
  ],
  ['openai-responses', 'google-gemini', { instructions: 'Be kind.', input: [] }, 'input'],
  ['anthropic-messages', 'openai-responses', { messages: [HI], stop_sequences: ['.'] }, 'stop_sequences'],
  [
    'anthropic-messages',
    'google-gemini',
    {
      messages: [HI],
      tools: [{ name: 'f', input_schema: {} }],
      tool_choice: { type: 'auto', disable_parallel_tool_use: true },
    },
    'tool_choice.disable_parallel_tool_use',
  ],
  ['openai-chat', 'openai-responses', { messages: [HI], seed: 1 }, 'seed'],
];

describe('a refusal names what the client sent', () => {
  it.each(REFUSED)('%s → %s: %j', (client, vendor, body, field) => {
    const convert = (): string => {
      const limit = client === 'anthropic-messages' && { max_tokens: 99 };
      const request = DIALECTS[client].parseRequest({ model: 'm', ...limit, ...body }, ADDRESS);
      return convertRequest(request, { client: DIALECTS[client], vendor: DIALECTS[vendor], target: TARGET });
    };
    expect(convert).toThrow(
      expect.objectContaining({
        code: 'invalid_request',
        param: field,
        message: expect.stringContaining(`${field}: `) as string,
      }),
    );
  });

  it.each([
    [{ reasoning_effort: 'none' }, 'reasoning_effort'],
    [{ reasoning: { effort: 'none' } }, 'reasoning'],
  ])('of the two fields of openai-chat for reasoning the one that is there: %j', (body, field) => {
    const client = DIALECTS['openai-chat'];
    const request = client.parseRequest({ model: 'm', messages: [HI], ...body }, ADDRESS);
    const target = { ...TARGET, upstreamModel: 'gemini-2.5-pro' };
    expect(() => convertRequest(request, { client, vendor: DIALECTS['google-gemini'], target })).toThrow(
      expect.objectContaining({ code: 'invalid_request', param: field }),
    );
  });
});
