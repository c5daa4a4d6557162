import { blocksOf } from '../../core/blocks.ts';
import type { Piece, Reply } from '../../core/compose-reply.ts';
import {
  EVENT_STREAM,
  type Rendering,
  type ReplyHead,
  type StreamEvent,
  type Usage,
} from '../../core/rendering.ts';

export const SYSTEM_FINGERPRINT = 'fp_sandbox';

/**
 * A reply as OpenAI's `chat.completion` object and its chunks. What a model thinks is in the usage alone.
 * See https://platform.openai.com/docs/api-reference/chat/object
 */
export function renderChat(
  head: ReplyHead,
  reply: Reply,
  usage: Usage | undefined,
  usageAsked: boolean,
): Rendering {
  return {
    body: () => completionBody(head, reply, usage),
    stream: {
      contentType: EVENT_STREAM,
      events: () => chatStream(head, reply, usageAsked ? usage : undefined),
      garbled: `${dataEvent(`{"id":"${head.id}","choices":[{"delta":{"content":"Th`)}${DONE}`,
    },
  };
}

/** OpenAI's `usage`, as chat and legacy completions have it. */
export function usageBody({ inputTokens, outputTokens, thinkingTokens }: Usage): object {
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: thinkingTokens,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

export const dataEvent = (data: string) => `data: ${data}\n\n`;

/** The event that ends a stream of chat or of legacy completions. */
export const DONE = dataEvent('[DONE]');

/** Without `usage` when it is undefined. */
function completionBody(head: ReplyHead, reply: Reply, usage: Usage | undefined): object {
  const blocks = blocksOf(reply.pieces);
  const toolCalls = blocks.flatMap((block) => {
    if (block.kind !== 'call') return [];
    const definition = { name: block.name, arguments: block.argumentsJson };
    return [{ id: callId(head, block.callIndex), type: 'function', function: definition }];
  });
  const text = blocks.map((block) => (block.kind === 'text' ? block.text : '')).join('');
  const message = {
    role: 'assistant',
    content: toolCalls.length > 0 ? null : text,
    refusal: null,
    ...(toolCalls.length > 0 && { tool_calls: toolCalls }),
  };
  return {
    id: head.id,
    object: 'chat.completion',
    created: head.created,
    model: head.modelId,
    choices: [{ index: 0, message, logprobs: null, finish_reason: reply.finishReason }],
    ...(usage !== undefined && { usage: usageBody(usage) }),
    system_fingerprint: SYSTEM_FINGERPRINT,
  };
}

/**
 * With usage asked for, every event but the last one of usage says `usage: null`; without, none has the key.
 */
function* chatStream(head: ReplyHead, reply: Reply, usage: Usage | undefined): Generator<StreamEvent> {
  const base = {
    id: head.id,
    object: 'chat.completion.chunk',
    created: head.created,
    model: head.modelId,
    system_fingerprint: SYSTEM_FINGERPRINT,
  };
  const render = (delta: object, finishReason: Reply['finishReason'] | null) =>
    dataEvent(
      JSON.stringify({
        ...base,
        choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
        ...(usage !== undefined && { usage: null }),
      }),
    );
  const isToolCall = reply.pieces.some((piece) => piece.kind === 'call');
  yield { text: render({ role: 'assistant', content: isToolCall ? null : '', refusal: null }, null) };
  for (const [index, piece] of reply.pieces.entries()) {
    if (piece.kind !== 'thought') yield { text: render(deltaOf(head, piece), null), pieceCount: index + 1 };
  }
  yield { text: render({}, reply.finishReason), isClosing: true };
  if (usage !== undefined) {
    const last = JSON.stringify({ ...base, choices: [], usage: usageBody(usage) });
    yield { text: dataEvent(last), isClosing: true };
  }
  yield { text: DONE, isClosing: true };
}

function deltaOf(head: ReplyHead, piece: Exclude<Piece, { kind: 'thought' }>): object {
  if (piece.kind === 'text') return { content: piece.text };
  if (piece.kind === 'arguments') {
    return { tool_calls: [{ index: piece.callIndex, function: { arguments: piece.text } }] };
  }
  const call = { id: callId(head, piece.callIndex), type: 'function' };
  return {
    tool_calls: [{ index: piece.callIndex, ...call, function: { name: piece.name, arguments: '' } }],
  };
}

function callId(head: ReplyHead, callIndex: number): string {
  return `call_${head.id.slice(-20)}${callIndex}`;
}
