import { countTokens } from '@weir/tokens/count';
import { type Block, blocksOf } from '../core/blocks.ts';
import type { Piece, Reply } from '../core/compose-reply.ts';
import { findModel } from '../core/models.ts';
import { parseArguments } from '../core/parse-arguments.ts';
import type { Rendering, ReplyHead, StreamEvent, Usage } from '../core/rendering.ts';
import { signThought } from '../core/thought-signature.ts';

/** How a reply is told beside what it says. */
export interface GenerateOptions {
  /** `thinkingConfig.includeThoughts`. */
  showsThoughts: boolean;
  /** The stream is one JSON array instead of server-sent events. */
  asArray: boolean;
}

/** The text around and between the chunks of a stream. */
interface Framing {
  contentType: string;
  first: string;
  next: string;
  afterChunk: string;
  end: string;
}

/** Google's lines end in CRLF. */
const EVENTS: Framing = {
  contentType: 'text/event-stream',
  first: 'data: ',
  next: 'data: ',
  afterChunk: '\r\n\r\n',
  end: '',
};

const ARRAY: Framing = {
  contentType: 'application/json; charset=UTF-8',
  first: '[',
  next: ',\r\n',
  afterChunk: '',
  end: ']',
};

/**
 * A reply as Google's GenerateContentResponse and the chunks of its stream, which has no end mark: the last chunk is
 * the one with a finish reason. See https://ai.google.dev/api/generate-content#generatecontentresponse
 */
export function renderGenerate(
  head: ReplyHead,
  reply: Reply,
  usage: Usage | undefined,
  options: GenerateOptions,
): Rendering {
  const framing = options.asArray ? ARRAY : EVENTS;
  return {
    body: () => responseBody(head, wholeParts(head, reply, options), usage, finishReasonOf(reply)),
    stream: {
      contentType: framing.contentType,
      events: () => frame(chunks(head, reply, usage, options), framing),
      garbled: `${framing.next}{"candidates": [{"content": {"parts": [{"te${framing.afterChunk}`,
    },
  };
}

interface Chunk {
  body: object;
  pieceCount?: number;
  isClosing?: true;
}

function* frame(chunks: Iterable<Chunk>, framing: Framing): Generator<StreamEvent> {
  let before = framing.first;
  for (const { body, ...rest } of chunks) {
    const after = framing.afterChunk + (rest.isClosing === true ? framing.end : '');
    yield { text: before + JSON.stringify(body) + after, ...rest };
    before = framing.next;
  }
}

/** Every chunk says what was used so far. Calls come whole, each in a chunk of its own. */
function* chunks(
  head: ReplyHead,
  reply: Reply,
  usage: Usage | undefined,
  { showsThoughts }: GenerateOptions,
): Generator<Chunk> {
  let pieceCount = 0;
  let tokens = 0;
  const chunk = (part: object): Chunk => ({
    body: responseBody(head, [part], usage && usageSoFar(usage, tokens), undefined),
    pieceCount,
  });
  for (const block of blocksOf(reply.pieces)) {
    if (block.kind === 'call') {
      pieceCount += block.pieces.length;
      tokens = reply.countTokens(pieceCount);
      const part = callPart(head, reply, block);
      if (part !== undefined) yield chunk(part);
      continue;
    }
    for (const piece of block.pieces) {
      pieceCount++;
      tokens += tokensOf(piece);
      if (block.kind === 'text') yield chunk({ text: textOf(piece) });
      else if (showsThoughts) yield chunk({ text: textOf(piece), thought: true });
    }
  }
  const last = reply.finishReason === 'tool_calls' ? [] : [{ text: '', ...signatureOf(head, reply) }];
  const parts = reply.pieces.length === 0 ? [] : last;
  yield { body: responseBody(head, parts, usage, finishReasonOf(reply)), isClosing: true };
}

function wholeParts(head: ReplyHead, reply: Reply, { showsThoughts }: GenerateOptions): object[] {
  return blocksOf(reply.pieces).flatMap((block): object[] => {
    switch (block.kind) {
      case 'thought':
        return showsThoughts ? [{ text: block.text, thought: true }] : [];
      case 'text':
        return [{ text: block.text, ...signatureOf(head, reply) }];
      case 'call':
        return [callPart(head, reply, block)].filter((part) => part !== undefined);
    }
  });
}

/** Undefined for a call that was cut. The first of several is signed; a model that does not think gives no ids. */
function callPart(
  head: ReplyHead,
  { finishReason, pieces }: Reply,
  block: Extract<Block, { kind: 'call' }>,
): object | undefined {
  const isCut = finishReason === 'length' && block.pieces.at(-1) === pieces.at(-1);
  if (isCut) return undefined;
  const thinks = findModel(head.modelId)?.thinks === true;
  const id = `call_${head.id.slice(-16)}${block.callIndex}`;
  const functionCall = { ...(thinks && { id }), name: block.name, args: parseArguments(block.argumentsJson) };
  return { functionCall, ...(block.callIndex === 0 && signatureOf(head, { pieces })) };
}

/** A model that thinks signs, whether or not it shows what it thought. */
function signatureOf(head: ReplyHead, { pieces }: Pick<Reply, 'pieces'>): { thoughtSignature?: string } {
  if (findModel(head.modelId)?.thinks !== true) return {};
  const [first] = blocksOf(pieces);
  return { thoughtSignature: signThought(first?.kind === 'thought' ? first.text : '') };
}

function responseBody(
  head: ReplyHead,
  parts: readonly object[],
  usage: Usage | undefined,
  finishReason: string | undefined,
): object {
  const content = { ...(parts.length > 0 && { parts }), role: 'model' };
  return {
    candidates: [{ content, ...(finishReason !== undefined && { finishReason }), index: 0 }],
    ...(usage !== undefined && { usageMetadata: usageBody(usage) }),
    modelVersion: head.modelId,
    responseId: head.id,
  };
}

function finishReasonOf({ finishReason }: Reply): string {
  return finishReason === 'length' ? 'MAX_TOKENS' : 'STOP';
}

/** Thinking is not among the candidates' tokens. A number of 0 is left out, as protocol buffers do. */
function usageBody({ inputTokens, outputTokens, thinkingTokens }: Usage): object {
  const candidatesTokenCount = outputTokens - thinkingTokens;
  return {
    promptTokenCount: inputTokens,
    ...(candidatesTokenCount > 0 && { candidatesTokenCount }),
    totalTokenCount: inputTokens + outputTokens,
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: inputTokens }],
    ...(thinkingTokens > 0 && { thoughtsTokenCount: thinkingTokens }),
  };
}

/** Counted piece by piece, which can exceed the count of the whole by a little; never more than the whole is said. */
function usageSoFar({ inputTokens, outputTokens, thinkingTokens }: Usage, tokens: number): Usage {
  return {
    inputTokens,
    outputTokens: Math.min(tokens, outputTokens),
    thinkingTokens: Math.min(tokens, thinkingTokens),
  };
}

function tokensOf(piece: Piece): number {
  return piece.kind === 'thought' ? 1 : countTokens(textOf(piece));
}

function textOf(piece: Piece): string {
  return piece.kind === 'call' ? '' : piece.text;
}
