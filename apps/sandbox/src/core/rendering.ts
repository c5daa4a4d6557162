import type { Controls } from './controls.ts';
import type { Reply } from './compose-reply.ts';

/** The tokens of one reply, as the vendor bills them. */
export interface Usage {
  inputTokens: number;
  /** All of the output, thinking among it. */
  outputTokens: number;
  thinkingTokens: number;
}

/** A part of a stream that is written at once. */
export interface StreamEvent {
  text: string;
  /** Of a content event: how many pieces of the reply are out with it, counted from the first. */
  pieceCount?: number;
  /** It belongs to the end of the stream, which a stalled or cut one never reaches. */
  isClosing?: true;
}

/** One reply in the words of one protocol. */
export interface Rendering {
  /** The body of a reply that is not streamed. */
  body(): object;
  /** Undefined: what is asked for is never streamed. */
  stream?: StreamRendering;
}

export interface StreamRendering {
  contentType: string;
  /** The whole stream, made as it is read. */
  events(): Iterable<StreamEvent>;
  /** What a garbled stream sends after the first event of a whole one. */
  garbled: string;
}

/** What all events of one reply, or its JSON body, have in common. */
export interface ReplyHead {
  id: string;
  modelId: string;
  /** Seconds since 1970. */
  created: number;
}

/** @param usage undefined: the vendor is to report none. */
export type Render = (
  head: ReplyHead,
  reply: Reply,
  usage: Usage | undefined,
  controls: Controls,
) => Rendering;

/** `content-type` of server-sent events. */
export const EVENT_STREAM = 'text/event-stream; charset=utf-8';
