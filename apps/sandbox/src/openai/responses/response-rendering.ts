import { type Block, blocksOf } from '../../core/blocks.ts';
import type { Piece, Reply } from '../../core/compose-reply.ts';
import {
  EVENT_STREAM,
  type Rendering,
  type ReplyHead,
  type StreamEvent,
  type Usage,
} from '../../core/rendering.ts';
import { signThought } from '../../core/thought-signature.ts';
import { responseObject, usageBody } from './response-object.ts';
import type { ResponsesRequest } from './responses-request.ts';

type Event = { type: string; [field: string]: unknown };

/** What an event carries beside its own fields. */
interface Step {
  event: Event;
  pieceCount?: number;
  isClosing?: true;
}

/**
 * A reply as OpenAI's response object and the events of its stream, which are numbered and have no `[DONE]`.
 * See https://platform.openai.com/docs/api-reference/responses-streaming
 */
export function renderResponse(
  head: ReplyHead,
  reply: Reply,
  usage: Usage | undefined,
  request: ResponsesRequest,
): Rendering {
  const view = { head, reply, request };
  return {
    body: () => wholeResponse(view, usage),
    stream: {
      contentType: EVENT_STREAM,
      events: () => number(steps(view, usage)),
      garbled: 'event: response.output_text.delta\ndata: {"type":"response.output_text.delta","del\n\n',
    },
  };
}

interface View {
  head: ReplyHead;
  reply: Reply;
  request: ResponsesRequest;
}

function wholeResponse({ head, reply, request }: View, usage: Usage | undefined): object {
  const isCut = reply.finishReason === 'length';
  const blocks = blocksOf(reply.pieces);
  return responseObject(head, request, {
    status: isCut ? 'incomplete' : 'completed',
    incomplete_details: isCut ? { reason: 'max_output_tokens' } : null,
    output: blocks.map((block, index) => wholeItem({ head, reply, request }, block, index)),
    usage: usage === undefined ? null : usageBody(usage),
  });
}

function* number(all: Iterable<Step>): Generator<StreamEvent> {
  let sequence = 0;
  for (const { event, ...rest } of all) {
    const data = JSON.stringify({ ...event, sequence_number: sequence++ });
    yield { text: `event: ${event.type}\ndata: ${data}\n\n`, ...rest };
  }
}

function* steps(view: View, usage: Usage | undefined): Generator<Step> {
  const { head, reply, request } = view;
  const begun = responseObject(head, request, {
    status: 'in_progress',
    incomplete_details: null,
    output: [],
    usage: null,
  });
  yield { event: { type: 'response.created', response: begun } };
  yield { event: { type: 'response.in_progress', response: begun } };
  let pieceCount = 0;
  for (const [index, block] of blocksOf(reply.pieces).entries()) {
    const item = openItem(head, block, index);
    yield { event: { type: 'response.output_item.added', output_index: index, item } };
    const part = partEvents(block, item.id, index, view);
    for (const event of part.begin) yield { event };
    for (const piece of block.pieces) {
      pieceCount++;
      const event = part.delta(piece);
      if (event !== undefined) yield { event, pieceCount };
    }
    for (const event of part.end) yield { event };
    const done = wholeItem(view, block, index);
    yield { event: { type: 'response.output_item.done', output_index: index, item: done } };
  }
  const type = reply.finishReason === 'length' ? 'response.incomplete' : 'response.completed';
  yield { event: { type, response: wholeResponse(view, usage) }, isClosing: true };
}

/** The events of what an item holds, between the one that adds it and the one that says it is done. */
interface PartEvents {
  begin: Event[];
  delta(piece: Piece): Event | undefined;
  end: Event[];
}

function partEvents(block: Block, itemId: string, index: number, { request }: View): PartEvents {
  const at = { item_id: itemId, output_index: index };
  switch (block.kind) {
    case 'thought':
      return showsSummary(request) ? summaryEvents(block.text, { ...at, summary_index: 0 }) : NO_EVENTS;
    case 'text':
      return textEvents(block.text, { ...at, content_index: 0 });
    case 'call': {
      const type = 'response.function_call_arguments';
      return {
        begin: [],
        delta: (piece) =>
          piece.kind === 'arguments' ? { type: `${type}.delta`, ...at, delta: piece.text } : undefined,
        end: [{ type: `${type}.done`, ...at, name: block.name, arguments: block.argumentsJson }],
      };
    }
  }
}

/** Of thinking that is not shown, only the item itself is. */
const NO_EVENTS: PartEvents = { begin: [], delta: () => undefined, end: [] };

function summaryEvents(text: string, at: object): PartEvents {
  const type = 'response.reasoning_summary_';
  const part = (said: string) => ({ type: 'summary_text', text: said });
  return {
    begin: [{ type: `${type}part.added`, ...at, part: part('') }],
    delta: (piece) => ({ type: `${type}text.delta`, ...at, delta: textOf(piece) }),
    end: [
      { type: `${type}text.done`, ...at, text },
      { type: `${type}part.done`, ...at, part: part(text) },
    ],
  };
}

function textEvents(text: string, at: object): PartEvents {
  return {
    begin: [{ type: 'response.content_part.added', ...at, part: textPart('') }],
    delta: (piece) => ({ type: 'response.output_text.delta', ...at, delta: textOf(piece), logprobs: [] }),
    end: [
      { type: 'response.output_text.done', ...at, text, logprobs: [] },
      { type: 'response.content_part.done', ...at, part: textPart(text) },
    ],
  };
}

/** An item as it is when nothing of it was said yet. */
function openItem(head: ReplyHead, block: Block, index: number) {
  const tail = `${head.id.slice(-24)}${index}`;
  switch (block.kind) {
    case 'thought':
      return { id: `rs_${tail}`, type: 'reasoning', summary: [] };
    case 'text':
      return { id: `msg_${tail}`, type: 'message', status: 'in_progress', role: 'assistant', content: [] };
    case 'call': {
      const call = { call_id: `call_${tail}`, name: block.name, arguments: '' };
      return { id: `fc_${tail}`, type: 'function_call', status: 'in_progress', ...call };
    }
  }
}

function wholeItem({ head, reply, request }: View, block: Block, index: number): object {
  const item = openItem(head, block, index);
  const isCut = reply.finishReason === 'length' && block.pieces.at(-1) === reply.pieces.at(-1);
  const status = isCut ? 'incomplete' : 'completed';
  switch (block.kind) {
    case 'thought': {
      const summary = showsSummary(request) ? [{ type: 'summary_text', text: block.text }] : [];
      const isSealed = request.include?.includes('reasoning.encrypted_content') === true;
      return { ...item, summary, ...(isSealed && { encrypted_content: signThought(block.text) }) };
    }
    case 'text':
      return { ...item, status, content: [textPart(block.text)] };
    case 'call':
      return { ...item, status, arguments: block.argumentsJson };
  }
}

function textPart(text: string): object {
  return { type: 'output_text', text, annotations: [], logprobs: [] };
}

function showsSummary({ reasoning }: ResponsesRequest): boolean {
  return typeof reasoning?.summary === 'string';
}

function textOf(piece: Piece): string {
  return piece.kind === 'call' ? '' : piece.text;
}
