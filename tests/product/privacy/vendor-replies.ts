import type { IncomingMessage, ServerResponse } from 'node:http';
import type { VendorRequest } from '../../../apps/relay/src/testing/stand-in-vendor.ts';

/** A distinct word for each thing that a vendor can say. */
export interface VendorWords {
  readonly completion: string;
  readonly calledArguments: string;
  readonly refusal: string;
  readonly failure: string;
}

/** What the vendor does, by the name of the model that it is asked for. */
export const VENDOR_MODELS = ['answers', 'refuses', 'fails', 'breaks', 'waits'] as const;

interface Replies {
  readonly json: object;
  /** Events up to the first words of the completion, and from there to the end. */
  readonly stream: readonly [string, string];
  refusal(status: number, message: string): object;
  readonly brokenStream: string;
}

const event = (json: object): string => `data: ${JSON.stringify(json)}\n\n`;
const named = (json: { type: string }): string => `event: ${json.type}\n${event(json)}`;

function chat({ completion, calledArguments, failure }: VendorWords): Replies {
  const call = {
    id: 'call_2',
    type: 'function',
    function: { name: 'look', arguments: JSON.stringify({ q: calledArguments }) },
  };
  const usage = { prompt_tokens: 5, completion_tokens: 5, total_tokens: 10 };
  const about = { id: 'chatcmpl-1', created: 1, model: 'any' };
  const chunk = (delta: object, finishReason: string | null = null) =>
    event({
      ...about,
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta, finish_reason: finishReason }],
    });
  const message = { role: 'assistant', content: completion, tool_calls: [call] };
  return {
    json: {
      ...about,
      object: 'chat.completion',
      choices: [{ index: 0, message, finish_reason: 'tool_calls' }],
      usage,
    },
    stream: [
      chunk({ role: 'assistant', content: completion }),
      chunk({ tool_calls: [{ index: 0, ...call }] }) +
        chunk({}, 'tool_calls') +
        event({ ...about, object: 'chat.completion.chunk', choices: [], usage }) +
        'data: [DONE]\n\n',
    ],
    refusal: (_status, text) => ({ error: { message: text, type: 'invalid_request_error' } }),
    brokenStream: event({ error: { message: failure, type: 'server_error' } }),
  };
}

function responses({ completion, calledArguments, failure }: VendorWords): Replies {
  const part = { type: 'output_text', text: completion, annotations: [] };
  const message = { type: 'message', id: 'msg_1', role: 'assistant', status: 'completed', content: [part] };
  const call = {
    type: 'function_call',
    id: 'fc_1',
    call_id: 'call_2',
    name: 'look',
    arguments: JSON.stringify({ q: calledArguments }),
    status: 'completed',
  };
  const response = { id: 'resp_1', object: 'response', created_at: 1, model: 'any', error: null };
  const done = {
    ...response,
    status: 'completed',
    output: [message, call],
    usage: {
      input_tokens: 5,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: 5,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 10,
    },
  };
  const at = { item_id: 'msg_1', output_index: 0, content_index: 0 };
  const numbered = (events: readonly { type: string }[], from: number) =>
    events.map((one, index) => named({ ...one, sequence_number: from + index } as { type: string })).join('');
  const opening = [
    { type: 'response.created', response: { ...response, status: 'in_progress', output: [] } },
    {
      type: 'response.output_item.added',
      output_index: 0,
      item: { ...message, status: 'in_progress', content: [] },
    },
    { type: 'response.content_part.added', ...at, part: { ...part, text: '' } },
    { type: 'response.output_text.delta', ...at, delta: completion, logprobs: [] },
  ];
  const ending = [
    { type: 'response.output_text.done', ...at, text: completion, logprobs: [] },
    { type: 'response.content_part.done', ...at, part },
    { type: 'response.output_item.done', output_index: 0, item: message },
    {
      type: 'response.output_item.added',
      output_index: 1,
      item: { ...call, arguments: '', status: 'in_progress' },
    },
    {
      type: 'response.function_call_arguments.delta',
      item_id: 'fc_1',
      output_index: 1,
      delta: call.arguments,
    },
    {
      type: 'response.function_call_arguments.done',
      item_id: 'fc_1',
      output_index: 1,
      arguments: call.arguments,
    },
    { type: 'response.output_item.done', output_index: 1, item: call },
    { type: 'response.completed', response: done },
  ];
  const broken = { type: 'error', code: 'server_error', message: failure, param: null };
  return {
    json: done,
    stream: [numbered(opening, 0), numbered(ending, opening.length)],
    refusal: (_status, text) => ({ error: { message: text, type: 'invalid_request_error' } }),
    brokenStream: numbered([broken], opening.length),
  };
}

function messages({ completion, calledArguments, failure }: VendorWords): Replies {
  const about = { id: 'msg_1', type: 'message', role: 'assistant', model: 'any' };
  const use = { type: 'tool_use', id: 'toolu_2', name: 'look' };
  const input = { q: calledArguments };
  const opening = [
    {
      type: 'message_start',
      message: {
        ...about,
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { input_tokens: 5, output_tokens: 1 },
      },
    },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: completion } },
  ];
  const ending = [
    { type: 'content_block_stop', index: 0 },
    { type: 'content_block_start', index: 1, content_block: { ...use, input: {} } },
    {
      type: 'content_block_delta',
      index: 1,
      delta: { type: 'input_json_delta', partial_json: JSON.stringify(input) },
    },
    { type: 'content_block_stop', index: 1 },
    {
      type: 'message_delta',
      delta: { stop_reason: 'tool_use', stop_sequence: null },
      usage: { output_tokens: 5 },
    },
    { type: 'message_stop' },
  ];
  return {
    json: {
      ...about,
      content: [
        { type: 'text', text: completion },
        { ...use, input },
      ],
      stop_reason: 'tool_use',
      stop_sequence: null,
      usage: { input_tokens: 5, output_tokens: 5 },
    },
    stream: [opening.map(named).join(''), ending.map(named).join('')],
    refusal: (_status, text) => ({ type: 'error', error: { type: 'invalid_request_error', message: text } }),
    brokenStream: named({ type: 'error', error: { type: 'api_error', message: failure } } as {
      type: string;
    }),
  };
}

function gemini({ completion, calledArguments, failure }: VendorWords): Replies {
  const parts = [{ text: completion }, { functionCall: { name: 'look', args: { q: calledArguments } } }];
  const usageMetadata = { promptTokenCount: 5, candidatesTokenCount: 5, totalTokenCount: 10 };
  const about = { modelVersion: 'any', responseId: 'r' };
  const candidate = (shown: readonly object[]) => ({
    index: 0,
    content: { role: 'model', parts: shown },
  });
  const end = { finishReason: 'STOP' };
  return {
    json: { candidates: [{ ...candidate(parts), ...end }], usageMetadata, ...about },
    stream: [
      event({ candidates: [candidate(parts.slice(0, 1))], ...about }),
      event({ candidates: [{ ...candidate(parts.slice(1)), ...end }], usageMetadata, ...about }),
    ],
    refusal: (status, text) => ({ error: { code: status, message: text, status: 'INVALID_ARGUMENT' } }),
    brokenStream: event({ error: { code: 500, message: failure, status: 'INTERNAL' } }),
  };
}

/** A vendor of all four dialects, told apart by the path that is asked for. */
export function vendorOf(words: VendorWords, heard: (model: string) => void) {
  const byPath = [
    ['/chat/completions', chat(words)],
    ['/responses', responses(words)],
    ['/messages', messages(words)],
    ['enerateContent', gemini(words)],
  ] as const;
  return (response: ServerResponse, body: VendorRequest, { url = '' }: IncomingMessage): void => {
    const replies = byPath.find(([part]) => url.includes(part))?.[1] ?? chat(words);
    const model = /models\/([^:]+):/.exec(url)?.[1] ?? body.model;
    const isStream = body.stream === true || url.includes(':stream');
    heard(model);
    if (model === 'refuses' || model === 'fails') {
      const status = model === 'refuses' ? 400 : 500;
      const text = model === 'refuses' ? words.refusal : words.failure;
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(replies.refusal(status, text)));
      return;
    }
    const [opening, ending] = isStream ? replies.stream : halves(JSON.stringify(replies.json));
    response.writeHead(200, { 'content-type': isStream ? 'text/event-stream' : 'application/json' });
    response.write(opening, () => {
      if (model === 'answers') response.end(ending);
      // In JSON there is no saying it: the body is cut off.
      else if (model === 'breaks' && isStream) response.end(replies.brokenStream);
      else if (model === 'breaks') response.destroy();
    });
  };
}

function halves(text: string): readonly [string, string] {
  const middle = text.length - 30;
  return [text.slice(0, middle), text.slice(middle)];
}
