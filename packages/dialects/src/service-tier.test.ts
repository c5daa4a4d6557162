import { describe, expect, it } from 'vitest';
import { DIALECT_NAMES, type DialectName } from './dialect-name.ts';
import { DIALECTS } from './dialects.ts';
import { CONTEXT, encode } from './testing/conversion.ts';
import { replyEvents } from './testing/reply-events.ts';

/* Each client reads the tier that served its call in the words of its own vendor, or not at all. */

const MESSAGE = { role: 'assistant', content: 'Hi.' };
const OUTPUT = {
  id: 'i',
  type: 'message',
  role: 'assistant',
  content: [{ type: 'output_text', text: 'Hi.' }],
};

/** A reply as a vendor writes it. */
const REPLIES: Readonly<Record<DialectName, (tier: string) => object>> = {
  'openai-chat': (service_tier) => ({
    choices: [{ index: 0, message: MESSAGE, finish_reason: 'stop' }],
    service_tier,
  }),
  'openai-responses': (service_tier) => ({
    object: 'response',
    status: 'completed',
    output: [OUTPUT],
    service_tier,
  }),
  'anthropic-messages': (service_tier) => ({
    type: 'message',
    content: [{ type: 'text', text: 'Hi.' }],
    stop_reason: 'end_turn',
    usage: { input_tokens: 1, output_tokens: 1, service_tier },
  }),
  'google-gemini': (serviceTier) => ({
    candidates: [{ index: 0, content: { parts: [{ text: 'Hi.' }] }, finishReason: 'STOP' }],
    usageMetadata: { serviceTier },
  }),
};

type Word = string | undefined;
const NOTHING = undefined;

/** A vendor's word, and what clients read: of `openai-chat` and `openai-responses`, of Anthropic's, and of Google's. */
const READ: readonly (readonly [DialectName, string, Word, Word, Word])[] = [
  ['openai-chat', 'default', 'default', 'standard', 'standard'],
  ['openai-chat', 'flex', 'flex', NOTHING, 'flex'],
  ['openai-chat', 'priority', 'priority', 'priority', 'priority'],
  ['openai-chat', 'scale', 'scale', NOTHING, NOTHING],
  ['openai-chat', 'on_demand', NOTHING, NOTHING, NOTHING],
  ['openai-responses', 'default', 'default', 'standard', 'standard'],
  ['openai-responses', 'flex', 'flex', NOTHING, 'flex'],
  ['anthropic-messages', 'standard', 'default', 'standard', 'standard'],
  ['anthropic-messages', 'priority', 'priority', 'priority', 'priority'],
  ['anthropic-messages', 'batch', NOTHING, 'batch', NOTHING],
  ['google-gemini', 'standard', 'default', 'standard', 'standard'],
  ['google-gemini', 'flex', 'flex', NOTHING, 'flex'],
  ['google-gemini', 'priority', 'priority', 'priority', 'priority'],
  ['google-gemini', 'unspecified', NOTHING, NOTHING, NOTHING],
];

const wordsIn = (text: string) => [
  ...new Set([...text.matchAll(/"service_?[tT]ier":"([^"]*)"/g)].map(([, word]) => word)),
];

describe('the service tier of a reply', () => {
  it.each(READ)('of %s, %s, is %s to clients of OpenAI’s, %s to Anthropic’s, %s to Google’s', (...row) => {
    const [vendor, word, openai, anthropic, google] = row;
    const expected = {
      'openai-chat': openai,
      'openai-responses': openai,
      'anthropic-messages': anthropic,
      'google-gemini': google,
    };
    const reply = DIALECTS[vendor].parseReply(REPLIES[vendor](word));
    for (const client of DIALECT_NAMES.filter((name) => name !== vendor)) {
      const words = expected[client] === undefined ? [] : [expected[client]];
      const whole = DIALECTS[client].renderReply(reply, CONTEXT);
      const stream = encode(DIALECTS[client], replyEvents(reply));
      expect(wordsIn(JSON.stringify(whole)), client).toEqual(words);
      expect(wordsIn(stream.map(({ data }) => data).join('')), `${client}, streamed`).toEqual(words);
    }
  });
});
