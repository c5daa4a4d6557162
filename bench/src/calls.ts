import type { BenchModel } from './upstream-replies.ts';

/** Where calls go, at the pass-through as at the relay. */
export const CALL_PATH = '/v1/chat/completions';

/** The body of one call: small, as a chat's first message is. */
export function callBody(model: BenchModel, stream: boolean): string {
  return JSON.stringify({
    model,
    messages: [
      { role: 'system', content: 'You are a helpful assistant. Answer in one short sentence.' },
      { role: 'user', content: 'What does the water do behind a weir, and what does it do after that?' },
    ],
    temperature: 0.7,
    max_tokens: 8_192,
    ...(stream && { stream: true }),
  });
}

/** One call as it goes over the wire, for the load generators that write it themselves. */
export function rawCall(origin: string, key: string, body: string): Buffer {
  return Buffer.from(
    `POST ${CALL_PATH} HTTP/1.1\r\nhost: ${new URL(origin).host}\r\nauthorization: Bearer ${key}\r\n` +
      `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
