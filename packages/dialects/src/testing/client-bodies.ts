import type { DialectName } from '../dialect-name.ts';
import type { JsonObject } from '../json.ts';

/*
 * Requests as clients write them, where the gateway itself, as their vendor, would write them in another way or not at
 * all: what a client may say is more than what the vendors of its dialect take.
 */

export type ClientBodies = Partial<Record<DialectName, JsonObject>>;

const PDF_URL = 'https://example.com/a.pdf';
const HELLO = { role: 'user', content: 'Hello.' };

/** A PDF by its address, before a question. */
export const FILE_BY_URL: ClientBodies = {
  'openai-chat': {
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Sum up.' },
          { type: 'file', file: { file_data: PDF_URL } },
        ],
      },
    ],
  },
};

const PARAMETERS = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
};
const CHAT_TOOLS = [
  {
    type: 'function',
    function: { name: 'weather', description: 'Tells the weather.', parameters: PARAMETERS },
  },
];

/** @param content of the result of the one call. */
const chatResult = (content: readonly object[]): ClientBodies => ({
  'openai-chat': {
    tools: CHAT_TOOLS,
    messages: [
      HELLO,
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Oslo"}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'call_1', content },
    ],
  },
});

const CHAT_IMAGE = { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } };
const said = (text: string) => ({ type: 'text', text });

export const RESULT_WITH_IMAGE = chatResult([said('See:'), CHAT_IMAGE]);
export const RESULT_OF_TEXTS = chatResult([said('One.'), said('Two.')]);
export const RESULT_AROUND_IMAGE = chatResult([said('One.'), CHAT_IMAGE, said('Two.')]);

export const CACHE_MARK: ClientBodies = {
  'openai-chat': {
    messages: [
      {
        role: 'user',
        content: [{ type: 'text', text: 'Hello.', cache_control: { type: 'ephemeral', ttl: '5m' } }],
      },
    ],
  },
};

export const TOP_K: ClientBodies = { 'openai-chat': { messages: [HELLO], top_k: 40 } };

export const METADATA: ClientBodies = {
  'openai-chat': { messages: [HELLO], metadata: { project: 'x' } },
  'google-gemini': { contents: [{ parts: [{ text: 'Hello.' }] }], labels: { project: 'x' } },
};

/** Reasoning in the field of most vendors of this dialect, as their clients send it back. */
export const REASONING_CONTENT: ClientBodies = {
  'openai-chat': {
    messages: [
      HELLO,
      { role: 'assistant', content: 'Hi.', reasoning_content: 'Hm.' },
      { role: 'user', content: 'Why?' },
    ],
  },
};

/** From which the reply goes on. */
export const PREFILL: ClientBodies = {
  'openai-chat': { messages: [HELLO, { role: 'assistant', content: 'Hi, ', prefix: true }] },
};
