import { CONVERTED_MODELS, type BenchModel } from './upstream-replies.ts';

/** One call as a client makes it, of the pass-through as of the relay. */
export interface Call {
  readonly path: string;
  readonly body: string;
}

const SYSTEM = 'You are a helpful assistant. Answer in one short sentence.';
const QUESTION = {
  role: 'user',
  content: 'What does the water do behind a weir, and what does it do after that?',
};
const SETTINGS = { temperature: 0.7, max_tokens: 8_192 };

/**
 * A small call, as a chat's first message is: by a client of chat completions, which is what the upstream speaks; of the
 * converted models by one of Anthropic's.
 */
export function callOf(model: BenchModel, stream: boolean): Call {
  const streamed = stream ? { stream: true } : {};
  if (CONVERTED_MODELS.has(model)) {
    const body = { model, system: SYSTEM, messages: [QUESTION], ...SETTINGS, ...streamed };
    return { path: '/v1/messages', body: JSON.stringify(body) };
  }
  const messages = [{ role: 'system', content: SYSTEM }, QUESTION];
  return {
    path: '/v1/chat/completions',
    body: JSON.stringify({ model, messages, ...SETTINGS, ...streamed }),
  };
}

/** One call as it goes over the wire, for the load generators that write it themselves. */
export function rawCall(origin: string, key: string, { path, body }: Call): Buffer {
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\nhost: ${new URL(origin).host}\r\nauthorization: Bearer ${key}\r\n` +
      `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

/** What a stream ends in: the upstream's own terminator, or Anthropic's where the relay has converted it. */
export const TERMINATORS = ['data: [DONE]\n\n', '"type":"message_stop"}\n\n'] as const;
