import { describe, expect, it } from 'vitest';
import { DIALECT_NAMES, type DialectName } from './dialect-name.ts';
import { DIALECTS } from './dialects.ts';
import { CONTEXT, decode, encode } from './testing/conversion.ts';

const SAID = 'Malformed function call: print(find(';

/** As Google ends a reply that went wrong. */
const broken = (finishReason: string) => ({
  candidates: [
    {
      content: { role: 'model', parts: [{ text: 'Let me look.' }] },
      finishReason,
      ...(finishReason === 'MALFORMED_FUNCTION_CALL' && { finishMessage: SAID }),
    },
  ],
  usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 3 },
});

const WORDS = [
  'MALFORMED_FUNCTION_CALL',
  'UNEXPECTED_TOOL_CALL',
  'TOO_MANY_TOOL_CALLS',
  'MALFORMED_RESPONSE',
  'MISSING_THOUGHT_SIGNATURE',
  'LANGUAGE',
  'OTHER',
  'A_WORD_OF_TOMORROW',
];

const whole = (client: DialectName, word: string): unknown =>
  DIALECTS[client].renderReply(DIALECTS['google-gemini'].parseReply(broken(word)), CONTEXT);

const streamed = (client: DialectName, word: string) =>
  encode(DIALECTS[client], decode(DIALECTS['google-gemini'], [{ data: JSON.stringify(broken(word)) }]));

describe.each(WORDS)('a reply that ended with %s', (word) => {
  const failure = expect.objectContaining({
    code: 'upstream_error',
    message: expect.stringContaining(word) as string,
  });

  it('is an error to a client of anthropic-messages, which knows no end like it', () => {
    expect(() => whole('anthropic-messages', word)).toThrow(failure);
    expect(() => streamed('anthropic-messages', word)).toThrow(failure);
  });

  it('has failed, to a client of openai-responses', () => {
    const response = {
      status: 'failed',
      error: { code: 'server_error', message: expect.stringContaining(word) as string },
    };
    expect(whole('openai-responses', word)).toMatchObject(response);
    const last = streamed('openai-responses', word).at(-1);
    expect(last?.event).toBe('response.failed');
    expect(JSON.parse(last?.data ?? '')).toMatchObject({ response });
  });

  it('ends with an error, to a client of openai-chat', () => {
    const choice = {
      finish_reason: 'error',
      native_finish_reason: word,
      error: { code: 502, message: expect.stringContaining(word) as string },
    };
    expect(whole('openai-chat', word)).toMatchObject({ choices: [choice] });
    expect(JSON.parse(streamed('openai-chat', word).at(-3)?.data ?? '')).toMatchObject({ choices: [choice] });
  });
});

describe('what the vendor says of it', () => {
  it.each(DIALECT_NAMES.filter((name) => name !== 'anthropic-messages'))(
    'comes to a client of %s',
    (client) => {
      expect(JSON.stringify(whole(client, 'MALFORMED_FUNCTION_CALL'))).toContain(SAID);
      expect(JSON.stringify(streamed(client, 'MALFORMED_FUNCTION_CALL'))).toContain(SAID);
    },
  );

  it('comes to a client of anthropic-messages', () => {
    const failure = expect.objectContaining({ message: expect.stringContaining(SAID) as string });
    expect(() => whole('anthropic-messages', 'MALFORMED_FUNCTION_CALL')).toThrow(failure);
    expect(() => streamed('anthropic-messages', 'MALFORMED_FUNCTION_CALL')).toThrow(failure);
  });

  it('comes from a vendor of openai-chat who says it as OpenRouter does', () => {
    const reply = DIALECTS['openai-chat'].parseReply({
      choices: [
        {
          message: { content: 'Hi' },
          finish_reason: 'error',
          native_finish_reason: 'OTHER',
          error: { code: 502, message: SAID },
        },
      ],
    });
    expect(DIALECTS['google-gemini'].renderReply(reply, CONTEXT)).toMatchObject({
      candidates: [{ finishReason: 'OTHER', finishMessage: SAID }],
    });
  });
});
