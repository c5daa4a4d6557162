import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DialectError } from '../dialect-error.ts';
import { decoder } from './decoder.ts';
import { readVendorError } from './errors.ts';
import { parseReply } from './parse-reply.ts';

const call = (id: string, name: string, text: string) => ({ kind: 'tool_call', id, name, arguments: text });

function decode(chunk: unknown): void {
  const reply = decoder();
  for (const data of [JSON.stringify(chunk), '[DONE]']) reply.read({ data });
}

describe('a reply', () => {
  it('says what a stream of it says', () => {
    const message = {
      role: 'assistant',
      content: 'c',
      reasoning_content: 'r',
      tool_calls: [
        { index: 0, function: { name: 'f', arguments: '{}' } },
        { index: 0, function: { name: 'f', arguments: '{"a":1}' } },
      ],
    };
    const logprobs = { content: [{ token: 'c', logprob: -1, bytes: null, top_logprobs: [] }], refusal: null };
    expect(
      parseReply({
        id: 'r1',
        model: 'v',
        choices: [
          {
            index: 1,
            message: { content: null, refusal: 'no' },
            logprobs: { content: null, refusal: logprobs.content },
            finish_reason: 'stop',
          },
          { index: 0, message, logprobs, finish_reason: 'stop' },
        ],
        usage: { prompt_tokens: 1, completion_tokens: 2 },
      }),
    ).toEqual({
      id: 'r1',
      model: 'v',
      choices: [
        {
          parts: [
            {
              kind: 'reasoning',
              text: 'r',
              signature: { dialect: 'openai-chat', value: 'reasoning_content:' },
            },
            { kind: 'text', text: 'c' },
            call('call_r1_0_0', 'f', '{}'),
            call('call_r1_0_1', 'f', '{"a":1}'),
          ],
          finish: { reason: 'tool_calls', native: 'stop' },
          logprobs: [{ token: 'c', logprob: -1, alternatives: [] }],
        },
        {
          parts: [{ kind: 'refusal', text: 'no' }],
          finish: { reason: 'refusal', native: 'stop' },
          logprobs: [{ token: 'c', logprob: -1, alternatives: [] }],
        },
      ],
      usage: { inputTokens: 1, outputTokens: 2 },
    });
  });

  it.each([[5], [{}], [{ choices: [] }], [{ choices: [5] }], [{ object: 'list', data: [] }]])(
    'that is none (%j) is an error',
    (json) => {
      expect(() => parseReply(json)).toThrow(DialectError);
    },
  );

  it('that is an error says so', () => {
    expect(() => parseReply({ error: { message: 'filtered' } })).toThrow('filtered');
  });

  it('of any shape is read or refused, with nothing else thrown', () => {
    const field = fc.constantFrom(
      'content',
      'tool_calls',
      'reasoning_details',
      'annotations',
      'images',
      'refusal',
    );
    fc.assert(
      fc.property(field, fc.jsonValue(), fc.jsonValue(), (name, value, other) => {
        const choices = [{ index: 0, delta: { [name]: value }, logprobs: other, finish_reason: other }];
        const chunks = [
          value,
          { choices: value, usage: other },
          { choices: [value], usage: { prompt_tokens: other, completion_tokens_details: value } },
          { choices },
          { choices: [{ message: { [name]: [value, other], tool_calls: [{ function: value }] } }] },
        ];
        for (const one of chunks) {
          for (const read of [() => decode(one), () => parseReply(one), () => readVendorError(one)]) {
            try {
              read();
            } catch (error) {
              expect(error).toBeInstanceOf(DialectError);
            }
          }
        }
      }),
      { seed: 13 },
    );
  });
});
