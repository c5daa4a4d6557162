import { type Block, blocksOf } from '../core/blocks.ts';
import type { Piece, Reply } from '../core/compose-reply.ts';
import { parseArguments } from '../core/parse-arguments.ts';
import {
  EVENT_STREAM,
  type Rendering,
  type ReplyHead,
  type StreamEvent,
  type Usage,
} from '../core/rendering.ts';
import { signThought } from '../core/thought-signature.ts';

/**
 * A reply as Anthropic's Message and the events of its stream.
 * @param hidesThinking of the thinking, only the signature is sent: `thinking.display` is `omitted`.
 * See https://platform.claude.com/docs/en/build-with-claude/streaming
 */
export function renderMessage(
  head: ReplyHead,
  reply: Reply,
  usage: Usage | undefined,
  hidesThinking: boolean,
): Rendering {
  return {
    body: () => ({
      ...messageBase(head),
      content: blocksOf(reply.pieces).map((block) => wholeBlock(head, block, hidesThinking)),
      ...stopOf(reply),
      ...(usage !== undefined && { usage: usageBody(usage) }),
    }),
    stream: {
      contentType: EVENT_STREAM,
      events: () => messageStream(head, reply, usage, hidesThinking),
      garbled: 'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"te\n\n',
    },
  };
}

function* messageStream(
  head: ReplyHead,
  reply: Reply,
  usage: Usage | undefined,
  hidesThinking: boolean,
): Generator<StreamEvent> {
  const message = {
    ...messageBase(head),
    content: [],
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
  };
  // At the start the vendor knows of the output no more than that it has begun.
  const begun = usage && { ...usage, outputTokens: Math.min(usage.outputTokens, 1), thinkingTokens: 0 };
  yield event({
    type: 'message_start',
    message: { ...message, ...(begun !== undefined && { usage: usageBody(begun) }) },
  });
  let pieceCount = 0;
  for (const [index, block] of blocksOf(reply.pieces).entries()) {
    yield event({ type: 'content_block_start', index, content_block: emptyBlock(head, block) });
    if (index === 0) yield event({ type: 'ping' });
    for (const piece of block.pieces) {
      pieceCount++;
      const delta = deltaOf(piece);
      if (piece.kind === 'thought' && hidesThinking) continue;
      yield { ...event({ type: 'content_block_delta', index, delta }), pieceCount };
    }
    if (block.kind === 'thought') {
      const delta = { type: 'signature_delta', signature: signThought(block.text) };
      yield event({ type: 'content_block_delta', index, delta });
    }
    yield event({ type: 'content_block_stop', index });
  }
  const stop = { type: 'message_delta', delta: { ...stopOf(reply), container: null } };
  yield {
    ...event({ ...stop, ...(usage !== undefined && { usage: deltaUsageBody(usage) }) }),
    isClosing: true,
  };
  yield { ...event({ type: 'message_stop' }), isClosing: true };
}

function event(data: { type: string; [field: string]: unknown }): StreamEvent {
  return { text: `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n` };
}

function messageBase(head: ReplyHead) {
  return {
    id: head.id,
    type: 'message',
    role: 'assistant',
    model: head.modelId,
    container: null,
    diagnostics: null,
  };
}

function stopOf({ finishReason, stopText }: Reply) {
  const reasons = {
    stop: stopText === undefined ? 'end_turn' : 'stop_sequence',
    length: 'max_tokens',
    tool_calls: 'tool_use',
  };
  return { stop_reason: reasons[finishReason], stop_sequence: stopText ?? null, stop_details: null };
}

function wholeBlock(head: ReplyHead, block: Block, hidesThinking: boolean): object {
  const empty = emptyBlock(head, block);
  switch (block.kind) {
    case 'thought':
      return { ...empty, thinking: hidesThinking ? '' : block.text, signature: signThought(block.text) };
    case 'text':
      return { ...empty, text: block.text };
    case 'call':
      return { ...empty, input: parseArguments(block.argumentsJson) };
  }
}

function emptyBlock(head: ReplyHead, block: Block): object {
  switch (block.kind) {
    case 'thought':
      return { type: 'thinking', thinking: '', signature: '' };
    case 'text':
      return { type: 'text', text: '', citations: null };
    case 'call': {
      const id = `toolu_${head.id.slice(-20)}${block.callIndex}`;
      return { type: 'tool_use', id, name: block.name, input: {}, caller: { type: 'direct' } };
    }
  }
}

/** The first delta of a tool use is an empty one. */
function deltaOf(piece: Piece): object {
  switch (piece.kind) {
    case 'thought':
      return { type: 'thinking_delta', thinking: piece.text };
    case 'text':
      return { type: 'text_delta', text: piece.text };
    case 'call':
      return { type: 'input_json_delta', partial_json: '' };
    case 'arguments':
      return { type: 'input_json_delta', partial_json: piece.text };
  }
}

function usageBody(usage: Usage): object {
  return {
    ...deltaUsageBody(usage),
    cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
    service_tier: 'standard',
    inference_geo: 'not_available',
    speed: null,
  };
}

/** `output_tokens` holds the thinking as well. */
function deltaUsageBody({ inputTokens, outputTokens, thinkingTokens }: Usage): object {
  return {
    input_tokens: inputTokens,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
    output_tokens: outputTokens,
    output_tokens_details: thinkingTokens > 0 ? { thinking_tokens: thinkingTokens } : null,
    server_tool_use: null,
  };
}
