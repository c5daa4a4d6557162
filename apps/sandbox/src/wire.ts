import type { Piece, Reply } from './compose-reply.ts';

/** What all events of one reply, or its JSON body, have in common. */
export interface ReplyHead {
  id: string;
  model: string;
  /** Seconds since 1970. */
  created: number;
}

export interface Usage {
  inputTokens: number;
  outputTokens: number;
}

const SYSTEM_FINGERPRINT = 'fp_sandbox';

/** OpenAI's `chat.completion` object; without `usage` when it is undefined. */
export function completionBody(head: ReplyHead, reply: Reply, usage: Usage | undefined): object {
  const toolCalls = joinToolCalls(head, reply.pieces);
  const text = reply.pieces.map((piece) => (piece.kind === 'text' ? piece.text : '')).join('');
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
    model: head.model,
    choices: [{ index: 0, message, logprobs: null, finish_reason: reply.finishReason }],
    ...(usage !== undefined && { usage: usageBody(usage) }),
    system_fingerprint: SYSTEM_FINGERPRINT,
  };
}

/**
 * Renders the events of one stream as JSON texts. With usage asked for, every event but the last one of usage says
 * `usage: null`; without, none has the key.
 */
export function chunkRenderer(head: ReplyHead, withUsage: boolean) {
  const base = {
    id: head.id,
    object: 'chat.completion.chunk',
    created: head.created,
    model: head.model,
    system_fingerprint: SYSTEM_FINGERPRINT,
  };
  const render = (delta: object, finishReason: Reply['finishReason'] | null) =>
    JSON.stringify({
      ...base,
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
      ...(withUsage && { usage: null }),
    });
  return {
    role: (isToolCall: boolean) =>
      render({ role: 'assistant', content: isToolCall ? null : '', refusal: null }, null),
    piece: (piece: Piece) => render(deltaOf(head, piece), null),
    finish: (finishReason: Reply['finishReason']) => render({}, finishReason),
    usage: (usage: Usage) => JSON.stringify({ ...base, choices: [], usage: usageBody(usage) }),
  };
}

function deltaOf(head: ReplyHead, piece: Piece): object {
  if (piece.kind === 'text') return { content: piece.text };
  if (piece.kind === 'arguments') {
    return { tool_calls: [{ index: piece.callIndex, function: { arguments: piece.text } }] };
  }
  const call = { id: callId(head, piece.callIndex), type: 'function' };
  return {
    tool_calls: [{ index: piece.callIndex, ...call, function: { name: piece.name, arguments: '' } }],
  };
}

function joinToolCalls(head: ReplyHead, pieces: readonly Piece[]) {
  return pieces.flatMap((piece) => {
    if (piece.kind !== 'call') return [];
    const texts = pieces.flatMap((other) =>
      other.kind === 'arguments' && other.callIndex === piece.callIndex ? [other.text] : [],
    );
    const definition = { name: piece.name, arguments: texts.join('') };
    return [{ id: callId(head, piece.callIndex), type: 'function', function: definition }];
  });
}

function callId(head: ReplyHead, callIndex: number): string {
  return `call_${head.id.slice(-20)}${callIndex}`;
}

function usageBody({ inputTokens, outputTokens }: Usage): object {
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: 0,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}
