import type { Piece, Reply } from '../../core/compose-reply.ts';
import {
  EVENT_STREAM,
  type Rendering,
  type ReplyHead,
  type StreamEvent,
  type Usage,
} from '../../core/rendering.ts';
import { dataEvent, DONE, SYSTEM_FINGERPRINT, usageBody } from '../chat/chat-rendering.ts';
import { type CompletionsRequest, promptOf } from './completions-request.ts';

/**
 * A reply as OpenAI's legacy `text_completion`, whose stream has objects of the same kind.
 * See https://platform.openai.com/docs/api-reference/completions/object
 */
export function renderCompletion(
  head: ReplyHead,
  reply: Reply,
  usage: Usage | undefined,
  request: CompletionsRequest,
): Rendering {
  const isUsageAsked = request.stream_options?.include_usage === true;
  const text = (request.echo === true ? promptOf(request) : '') + reply.pieces.map(textOf).join('');
  return {
    body: () => ({
      ...completionBody(head, [choice(text, reply.finishReason)]),
      ...(usage !== undefined && { usage: usageBody(usage) }),
    }),
    stream: {
      contentType: EVENT_STREAM,
      events: () => completionStream(head, reply, isUsageAsked ? usage : undefined, request),
      garbled: dataEvent(`{"id":"${head.id}","choices":[{"te`) + DONE,
    },
  };
}

function* completionStream(
  head: ReplyHead,
  reply: Reply,
  usage: Usage | undefined,
  request: CompletionsRequest,
): Generator<StreamEvent> {
  const render = (text: string, finishReason: Reply['finishReason'] | null) =>
    dataEvent(
      JSON.stringify({
        ...completionBody(head, [choice(text, finishReason)]),
        ...(usage !== undefined && { usage: null }),
      }),
    );
  if (request.echo === true) yield { text: render(promptOf(request), null) };
  for (const [index, piece] of reply.pieces.entries()) {
    yield { text: render(textOf(piece), null), pieceCount: index + 1 };
  }
  yield { text: render('', reply.finishReason), isClosing: true };
  if (usage !== undefined) {
    const last = { ...completionBody(head, []), usage: usageBody(usage) };
    yield { text: dataEvent(JSON.stringify(last)), isClosing: true };
  }
  yield { text: DONE, isClosing: true };
}

function completionBody(head: ReplyHead, choices: object[]): object {
  return {
    id: head.id,
    object: 'text_completion',
    created: head.created,
    model: head.modelId,
    choices,
    system_fingerprint: SYSTEM_FINGERPRINT,
  };
}

function choice(text: string, finishReason: Reply['finishReason'] | null): object {
  return { text, index: 0, logprobs: null, finish_reason: finishReason };
}

function textOf(piece: Piece): string {
  return piece.kind === 'text' ? piece.text : '';
}
