import type { DialectName } from '@weir/dialects/dialect-name';

/** A stream that a vendor could send to do harm: its pieces, of which there are as many as it takes. */
export interface HostileStream {
  readonly name: string;
  readonly vendor: DialectName;
  readonly begin: string;
  readonly piece: (number: number) => string;
  readonly end: string;
}

const sse = (event: object): string => `data: ${JSON.stringify(event)}\n\n`;

const chat = (delta: object, more: object = {}): string =>
  sse({ id: 'c', model: 'm', choices: [{ index: 0, delta, finish_reason: null, ...more }] });
const chatCall = (index: number, text: string, begin: boolean): object => ({
  tool_calls: [
    {
      index,
      ...(begin && { id: `call_${index}`, type: 'function' }),
      function: { ...(begin && { name: 'f' }), arguments: text },
    },
  ],
});
const CHAT = {
  vendor: 'openai-chat',
  begin: chat({ role: 'assistant', content: '' }),
  end: chat({}, { finish_reason: 'stop' }) + 'data: [DONE]\n\n',
} as const;

const responses = (type: string, event: object): string => sse({ type: `response.${type}`, ...event });
const RESPONSES = {
  vendor: 'openai-responses',
  begin: responses('created', { response: { id: 'r', model: 'm' } }),
  end: responses('completed', { response: { id: 'r', output: [] } }),
} as const;

const anthropic = (type: string, event: object = {}): string => sse({ type, ...event });
const anthropicDelta = (index: number, delta: object): string =>
  anthropic('content_block_delta', { index, delta });
const anthropicBlock = (index: number, content_block: object): string =>
  anthropic('content_block_start', { index, content_block });
const ANTHROPIC = {
  vendor: 'anthropic-messages',
  begin: anthropic('message_start', { message: { id: 'm', model: 'm', usage: { input_tokens: 1 } } }),
  end: anthropic('message_delta', { delta: { stop_reason: 'end_turn' } }) + anthropic('message_stop'),
} as const;

const gemini = (part: object, more: object = {}): string =>
  sse({ candidates: [{ content: { role: 'model', parts: [part] }, ...more }], responseId: 'r' });
const GEMINI = {
  vendor: 'google-gemini',
  begin: gemini({ text: 'a' }),
  end: gemini({ text: '' }, { finishReason: 'STOP' }),
} as const;

const begunCall = (item: number): string =>
  responses('output_item.added', {
    output_index: item,
    item: { id: `i${item}`, type: 'function_call', call_id: `call_${item}`, name: 'f', arguments: '' },
  });
const callDelta = (item: number, delta: string): string =>
  responses('function_call_arguments.delta', { output_index: item, item_id: `i${item}`, delta });

export const HOSTILE_STREAMS: readonly HostileStream[] = [
  { ...CHAT, name: 'texts of one letter', piece: () => chat({ content: 'a' }) },
  {
    ...CHAT,
    name: 'text and reasoning in turn',
    piece: (at) => chat(at % 2 ? { content: 'a' } : { reasoning_content: 'b' }),
  },
  {
    ...CHAT,
    name: 'one call, its arguments a letter at a time',
    piece: (at) => chat(chatCall(0, at === 0 ? '{"a":"' : 'a', at === 0)),
  },
  { ...CHAT, name: 'many calls', piece: (at) => chat(chatCall(at, '{}', true)) },
  {
    ...CHAT,
    name: 'calls without an end, a letter to each in turn',
    piece: (at) => chat(chatCall(at % 100, at < 100 ? '{"a":"' : 'a', at < 100)),
  },
  {
    ...RESPONSES,
    name: 'texts of one letter',
    piece: () => responses('output_text.delta', { output_index: 0, content_index: 0, delta: 'a' }),
  },
  {
    ...RESPONSES,
    name: 'an item each',
    piece: (at) => responses('output_text.delta', { output_index: at, content_index: 0, delta: 'a' }),
  },
  {
    ...RESPONSES,
    name: 'one call, its arguments a letter at a time',
    piece: (at) => (at === 0 ? begunCall(0) + callDelta(0, '{"a":"') : callDelta(0, 'a')),
  },
  { ...RESPONSES, name: 'many calls', piece: (at) => begunCall(at) + callDelta(at, '{}') },
  {
    ...ANTHROPIC,
    name: 'texts of one letter',
    piece: () => anthropicDelta(0, { type: 'text_delta', text: 'a' }),
  },
  { ...ANTHROPIC, name: 'a block each', piece: (at) => anthropicBlock(at, { type: 'text', text: 'a' }) },
  {
    ...ANTHROPIC,
    name: 'messages that begin anew',
    piece: (at) => ANTHROPIC.begin + anthropicBlock(at, { type: 'text', text: 'a' }),
  },
  {
    ...ANTHROPIC,
    name: 'one call, its arguments a letter at a time',
    piece: (at) =>
      at === 0
        ? anthropicBlock(0, { type: 'tool_use', id: 'call_0', name: 'f', input: {} })
        : anthropicDelta(0, { type: 'input_json_delta', partial_json: at === 1 ? '{"a":"' : 'a' }),
  },
  {
    ...ANTHROPIC,
    name: 'many calls',
    piece: (at) => anthropicBlock(at, { type: 'tool_use', id: `call_${at}`, name: 'f', input: { a: 1 } }),
  },
  { ...GEMINI, name: 'texts of one letter', piece: () => gemini({ text: 'a' }) },
  {
    ...GEMINI,
    name: 'one call, its arguments a letter at a time',
    piece: (at) =>
      gemini({
        functionCall: {
          ...(at === 0 && { name: 'f' }),
          partialArgs: [{ jsonPath: '$.a', stringValue: 'a' }],
          willContinue: true,
        },
      }),
  },
  { ...GEMINI, name: 'many calls', piece: () => gemini({ functionCall: { name: 'f', args: { a: 1 } } }) },
  {
    ...GEMINI,
    name: 'citations, each of its own',
    piece: (at) =>
      gemini(
        { text: 'é' },
        {
          groundingMetadata: {
            groundingChunks: [{ web: { uri: `https://example.com/${at}`, title: 't' } }],
            groundingSupports: [
              { segment: { startIndex: at, endIndex: at + 1, text: 'é' }, groundingChunkIndices: [0] },
            ],
          },
        },
      ),
  },
];
