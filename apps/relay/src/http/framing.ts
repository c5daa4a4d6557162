import type { WeirError } from '@weir/core/errors';
import type { SseMessage } from '@weir/dialects/dialect';
import { asMistralChunk } from '@weir/dialects/mistral-chunk';

/** How the messages of a stream are told apart on the wire. */
export interface Framing {
  readonly contentType: string;
  /** Says nothing, and shows that somebody is there. */
  readonly signOfLife: string;
  /** The same once the reply has begun, where it is another. */
  readonly signOfLifeWithin?: string;
  /** Whether what a vendor sends as server-sent events can go on as it came. */
  readonly passesEvents: boolean;
  /** Whether the client reads no whole reply without an `id`, which OpenAI’s of embeddings have not. */
  readonly wantsReplyId?: true;
  frame(messages: readonly SseMessage[]): string;
  /** What comes after the last message. */
  end(): string;
  /** An error in the middle of the stream, where it is not written as the client's format has it. */
  errorMessage?(error: WeirError): SseMessage;
}

/**
 * Server-sent events. A comment keeps them alive: every client of the standard passes over it, where events that it does
 * not know break some.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export const SSE_FRAMING: Framing = {
  contentType: 'text/event-stream; charset=utf-8',
  signOfLife: ': weir\n\n',
  passesEvents: true,
  frame(messages) {
    let text = '';
    for (const { event, data } of messages) {
      text += event === undefined ? `data: ${data}\n\n` : `event: ${event}\ndata: ${data}\n\n`;
    }
    return text;
  },
  end: () => '',
};

/**
 * For Anthropic's clients, who know pings: to who waits for the next event, a comment is none. Before the message begins
 * there is none of Anthropic's either.
 * @see https://platform.claude.com/docs/en/build-with-claude/streaming#ping-events
 */
export const PINGING_FRAMING: Framing = {
  ...SSE_FRAMING,
  signOfLifeWithin: 'event: ping\ndata: {"type": "ping"}\n\n',
};

/**
 * For Mistral's client, which checks each event of chat completions against a schema, stricter than what OpenAI sends. Of
 * whole replies it wants an id.
 */
export const MISTRAL_FRAMING: Framing = {
  ...SSE_FRAMING,
  passesEvents: false,
  wantsReplyId: true,
  frame: (messages) =>
    SSE_FRAMING.frame(messages.map((message) => ({ ...message, data: asMistralChunk(message.data) }))),
};

/** One array of JSON, an element at a time, as Google streams where nobody asks for `alt=sse`. For one stream. */
export function jsonArrayFraming(): Framing {
  let begun = false;
  const open = (): string => {
    if (begun) return ',\n';
    begun = true;
    return '[';
  };
  return {
    contentType: 'application/json; charset=utf-8',
    // White space, which JSON lets stand anywhere.
    signOfLife: '\n',
    passesEvents: false,
    frame: (messages) => messages.map(({ data }) => `${open()}${data}`).join(''),
    end: () => (begun ? ']' : '[]'),
  };
}
