import type { SseMessage } from '@weir/dialects/dialect';
import { asObject, asString, parseJson } from '@weir/dialects/json';
import { renderResponse, type Cost } from '@weir/dialects/openrouter';
import { sseReader } from '@weir/dialects/sse';
import { SSE_FRAMING } from '../http/framing.ts';
import type { PricedReply } from './priced-reply.ts';

/**
 * A reply of OpenAI's Responses format with what it cost in its usage, as OpenRouter writes it. In a stream the event that
 * ends it has the usage; that one is kept back until the charge is durable anyway, and all before it goes on as it came.
 */
export class PricedResponse implements PricedReply {
  readonly #streamed: boolean;

  constructor(streamed: boolean) {
    this.#streamed = streamed;
  }

  finish(lastBytes: Buffer, cost: Cost): Buffer {
    if (!this.#streamed) {
      const response = asObject(parseJson(lastBytes.toString()));
      return response ? Buffer.from(JSON.stringify(renderResponse(response, cost))) : lastBytes;
    }
    const messages: SseMessage[] = [];
    const reader = sseReader({ read: (data: string) => messages.push(priced(data, cost)) });
    reader.push(lastBytes);
    reader.end();
    return Buffer.from(SSE_FRAMING.frame(messages));
  }
}

function priced(data: string, cost: Cost): SseMessage {
  const event = asObject(parseJson(data));
  const response = asObject(event?.['response']);
  const name = asString(event?.['type']);
  return {
    ...(name !== undefined && { event: name }),
    data: response ? JSON.stringify({ ...event, response: renderResponse(response, cost) }) : data,
  };
}
