import { describe, expect, it } from 'vitest';
import { DialectError } from '../dialect-error.ts';
import type { ReplyContext } from '../dialect.ts';
import type { Choice, Finish, Reply, ReplyPart } from '../reply.ts';
import { anthropicMessages as dialect } from './index.ts';

const CONTEXT: ReplyContext = {
  requestId: 'req_1',
  model: 'm',
  createdAtMs: 0,
  usageWanted: true,
  creditLimitTokens: undefined,
};

const parsed = (more: object) =>
  dialect.parseReply({ type: 'message', content: [], stop_reason: 'end_turn', ...more });
const partsOf = (...content: object[]) => parsed({ content }).choices[0]?.parts;
const written = (choice: Partial<Choice>, more: Partial<Reply> = {}, context: Partial<ReplyContext> = {}) =>
  dialect.renderReply(
    { choices: [{ parts: [], finish: { reason: 'stop' }, ...choice }], ...more },
    { ...CONTEXT, ...context },
  );

describe('a reply of the vendor', () => {
  it('is read with all that it says', () => {
    expect(
      parsed({
        id: 'msg_1',
        model: 'claude',
        content: [
          { type: 'thinking', thinking: 'hm', signature: 's' },
          { type: 'redacted_thinking', data: 'd' },
          { type: 'text', text: 'hi', citations: [{ cited_text: 'c', document_title: 't' }] },
          { type: 'text', text: '' },
          { type: 'tool_use', id: 'a', name: 'f', input: { x: 1 } },
          { type: 'tool_use', name: 'g' },
        ],
        stop_reason: 'tool_use',
        usage: { input_tokens: 1, output_tokens: 2, service_tier: 'standard' },
      }),
    ).toEqual({
      id: 'msg_1',
      model: 'claude',
      choices: [
        {
          parts: [
            { kind: 'reasoning', text: 'hm', signature: { dialect: 'anthropic-messages', value: 's' } },
            {
              kind: 'reasoning',
              text: '',
              signature: { dialect: 'anthropic-messages', value: 'd' },
              encrypted: true,
            },
            { kind: 'text', text: 'hi', citations: [{ title: 't', citedText: 'c' }] },
            { kind: 'tool_call', id: 'a', name: 'f', arguments: '{"x":1}' },
            { kind: 'tool_call', id: 'call_1', name: 'g', arguments: '{}' },
          ],
          finish: { reason: 'tool_calls', native: 'tool_use' },
        },
      ],
      usage: { inputTokens: 1, outputTokens: 2 },
      serviceTier: 'default',
    });
  });

  it.each([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['max_tokens', 'length'],
    ['tool_use', 'tool_calls'],
    ['pause_turn', 'pause'],
    ['refusal', 'refusal'],
    ['model_context_window_exceeded', 'length'],
    ['something_new', 'stop'],
  ])('that stopped for %s ended with %s', (native, reason) => {
    expect(parsed({ stop_reason: native }).choices[0]?.finish).toEqual({ reason, native });
  });

  it('names the stop sequence, and says why it was refused', () => {
    expect(parsed({ stop_reason: 'stop_sequence', stop_sequence: '#' }).choices[0]?.finish).toEqual({
      reason: 'stop',
      native: 'stop_sequence',
      stopSequence: '#',
    });
    const stop_details = { type: 'refusal', explanation: 'Not that.' };
    expect(parsed({ stop_reason: 'refusal', stop_details }).choices[0]?.parts).toEqual([
      { kind: 'refusal', text: 'Not that.' },
    ]);
    expect(parsed({ stop_details }).choices[0]?.parts).toEqual([]);
  });

  it.each([
    { type: 'server_tool_use', id: 's', name: 'web_search', input: {} },
    { type: 'web_search_tool_result', tool_use_id: 's', content: [] },
    { type: 'compaction' },
    { type: 'tool_use', id: 'a', name: 'f', input: {}, caller: { type: 'code_execution_20260120' } },
    {},
  ])('with %j can’t be carried', (block) => {
    expect(() => partsOf(block)).toThrow(DialectError);
  });

  it.each([undefined, 'x', [], {}, { content: 'x' }, { error: {} }])('that is %j is none', (json) => {
    expect(() => dialect.parseReply(json)).toThrow(DialectError);
    expect(dialect.readReply(json)).toBeUndefined();
  });

  it('is metered whatever is in it', () => {
    expect(
      dialect.readReply({
        content: [
          { type: 'thinking', thinking: 'hm ', signature: 's' },
          { type: 'server_tool_use', name: 'search ', input: { q: 'x' } },
          { type: 'web_search_tool_result', content: [{ title: 'long' }] },
          { type: 'text', text: ' found' },
          null,
        ],
        stop_reason: 'a piece of the reply',
        usage: null,
      }),
    ).toEqual({ text: 'hm search {"q":"x"} found', usage: undefined, finishReason: undefined });
  });
});

describe('usage', () => {
  const usageOf = (usage: object) => dialect.readReply({ content: [], usage })?.usage;

  it('has the whole prompt in its input, and what was written to the cache by its lifetime', () => {
    expect(
      usageOf({
        input_tokens: 5,
        cache_read_input_tokens: 100,
        cache_creation_input_tokens: 60,
        cache_creation: { ephemeral_5m_input_tokens: 20, ephemeral_1h_input_tokens: 40 },
        output_tokens: 9,
        output_tokens_details: { thinking_tokens: 4 },
      }),
    ).toEqual({
      inputTokens: 165,
      cachedInputTokens: 100,
      cacheWrite5mTokens: 20,
      cacheWrite1hTokens: 40,
      outputTokens: 9,
      reasoningTokens: 4,
    });
    expect(usageOf({ input_tokens: 5, cache_creation_input_tokens: 60 })).toEqual({
      inputTokens: 65,
      cacheWrite5mTokens: 60,
    });
  });

  it('counts the turns that the totals leave out', () => {
    const turn = { input_tokens: 10, cache_read_input_tokens: 1, output_tokens: 3 };
    expect(
      usageOf({
        ...turn,
        iterations: [
          { type: 'message', ...turn },
          { type: 'compaction', ...turn },
        ],
      }),
    ).toEqual({ inputTokens: 22, cachedInputTokens: 2, outputTokens: 6 });
  });

  it.each([-1, 0.5, '7', 2 ** 31, null])('does not take %j for a count of tokens', (figure) => {
    expect(usageOf({ input_tokens: 3, output_tokens: figure })).toEqual({ inputTokens: 3 });
  });

  it('is split again on the way out', () => {
    const usage = {
      inputTokens: 165,
      cachedInputTokens: 100,
      cacheWrite5mTokens: 20,
      cacheWrite1hTokens: 40,
      outputTokens: 9,
      reasoningTokens: 4,
    };
    expect(written({}, { usage, serviceTier: 'default' })['usage']).toEqual({
      input_tokens: 5,
      cache_read_input_tokens: 100,
      cache_creation_input_tokens: 60,
      cache_creation: { ephemeral_5m_input_tokens: 20, ephemeral_1h_input_tokens: 40 },
      output_tokens: 9,
      output_tokens_details: { thinking_tokens: 4 },
      service_tier: 'standard',
    });
    expect(written({})['usage']).toEqual({
      input_tokens: 0,
      cache_read_input_tokens: null,
      cache_creation_input_tokens: null,
      cache_creation: null,
      output_tokens: 0,
    });
  });
});

describe('a reply for a client', () => {
  it('is a message, with the client’s name of the model and an id of the gateway’s', () => {
    const parts: ReplyPart[] = [
      { kind: 'reasoning', text: 'hm', signature: { dialect: 'google-gemini', value: 'g' } },
      { kind: 'reasoning', text: 'unsigned' },
      { kind: 'text', text: 'hi', citations: [{ url: 'u', title: 't', citedText: 'c' }, { title: 'd' }] },
      { kind: 'refusal', text: 'not more' },
      {
        kind: 'tool_call',
        id: 'a',
        name: 'f',
        arguments: '{"x":1}',
        signature: { dialect: 'google-gemini', value: 'h' },
      },
    ];
    expect(
      written({ parts, finish: { reason: 'tool_calls' } }, { id: 'other', model: 'theirs' }),
    ).toMatchObject({
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'm',
      content: [
        { type: 'thinking', thinking: 'hm', signature: 'google-gemini:g' },
        { type: 'thinking', thinking: 'unsigned', signature: '' },
        {
          type: 'text',
          text: 'hi',
          citations: [
            {
              type: 'web_search_result_location',
              url: 'u',
              title: 't',
              cited_text: 'c',
              encrypted_index: '',
            },
            { type: 'char_location', document_title: 'd', cited_text: '' },
          ],
        },
        { type: 'text', text: 'not more' },
        { type: 'redacted_thinking', data: 'tool_call:google-gemini:h' },
        { type: 'tool_use', id: 'a', name: 'f', input: { x: 1 } },
      ],
      stop_reason: 'tool_use',
      stop_sequence: null,
      stop_details: null,
    });
  });

  it.each<[Finish, string]>([
    [{ reason: 'stop' }, 'end_turn'],
    [{ reason: 'stop', stopSequence: '#' }, 'stop_sequence'],
    [{ reason: 'length' }, 'max_tokens'],
    [{ reason: 'length', native: 'model_context_window_exceeded' }, 'model_context_window_exceeded'],
    [{ reason: 'tool_calls' }, 'tool_use'],
    [{ reason: 'pause' }, 'pause_turn'],
    [{ reason: 'refusal' }, 'refusal'],
    [{ reason: 'content_filter', native: 'SAFETY' }, 'refusal'],
  ])('that ended with %j stopped for %s', (finish, reason) => {
    expect(written({ finish })['stop_reason']).toBe(reason);
  });

  it('says why it was refused', () => {
    const details = (finish: Finish, ...parts: ReplyPart[]) => written({ finish, parts })['stop_details'];
    expect(details({ reason: 'refusal' }, { kind: 'refusal', text: 'No.' })).toMatchObject({
      explanation: 'No.',
    });
    const refused = written({ finish: { reason: 'refusal' }, parts: [{ kind: 'refusal', text: 'No.' }] });
    expect(refused['content']).toEqual([]);
    expect(details({ reason: 'content_filter', native: 'SAFETY' })).toMatchObject({
      explanation: 'A filter of the vendor’s cut the reply (SAFETY).',
    });
    expect(details({ reason: 'refusal' })).toMatchObject({ explanation: null });
  });

  it('is marked where the caller’s credit cut it', () => {
    const mark = { output_limit: { reason: 'credit', max_tokens: 7 } };
    const limited = { creditLimitTokens: 7 };
    expect(written({ finish: { reason: 'length' } }, {}, limited)['weir']).toEqual(mark);
    expect(written({ finish: { reason: 'stop' } }, {}, limited)).not.toHaveProperty('weir');
    expect(written({ finish: { reason: 'length' } })).not.toHaveProperty('weir');
  });

  it('can’t hold a picture, nor several replies', () => {
    const picture = { kind: 'produced_image', mediaType: 'image/png', data: '' } as const;
    expect(() => written({ parts: [picture] })).toThrow(DialectError);
    const choice: Choice = { parts: [], finish: { reason: 'stop' } };
    expect(() => dialect.renderReply({ choices: [choice, choice] }, CONTEXT)).toThrow(DialectError);
    expect(() => dialect.renderReply({ choices: [] }, CONTEXT)).toThrow(DialectError);
  });

  it.each<ReplyPart>([
    {
      kind: 'reasoning',
      text: '',
      encrypted: true,
      id: 'rs_1',
      signature: { dialect: 'openai-responses', value: 'gAAA' },
    },
    {
      kind: 'reasoning',
      text: 'in short',
      summary: true,
      encrypted: true,
      id: 'rs_ä',
      signature: { dialect: 'openai-responses', value: '{x}:y' },
    },
    { kind: 'reasoning', text: '', signature: { dialect: 'google-gemini', value: '{,}x' } },
    { kind: 'reasoning', text: 'x', signature: { dialect: 'openai-chat', value: 'a:b' } },
    {
      kind: 'tool_call',
      id: 'a',
      name: 'f',
      arguments: '{}',
      signature: { dialect: 'google-gemini', value: 'g' },
    },
  ])('brings another vendor’s signature to the client and back: %j', (part) => {
    const { content } = written({ parts: [part] });
    expect(partsOf(...(content as object[]))).toEqual([part]);
    const body = {
      model: 'm',
      messages: [
        { role: 'user', content: 'x' },
        { role: 'assistant', content },
      ],
    };
    const { messages } = dialect.toCall(dialect.parseRequest(body, {}));
    expect(messages.at(-1)?.parts).toEqual([part]);
    const call = { type: 'tool_use', id: 'b', name: 'f', input: {} };
    expect(partsOf(...(content as object[]), call)?.at(-1)).not.toHaveProperty('signature');
  });

  it('keeps arguments that are no JSON', () => {
    const part: ReplyPart = { kind: 'tool_call', id: 'a', name: 'f', arguments: '{"x":' };
    const { content } = written({ parts: [part] });
    expect(content).toEqual([{ type: 'tool_use', id: 'a', name: 'f', input: { INVALID_JSON: '{"x":' } }]);
    expect(partsOf(...(content as object[]))).toEqual([part]);
    const input = { INVALID_JSON: 'x', y: 1 };
    expect(partsOf({ type: 'tool_use', id: 'a', name: 'f', input })).toMatchObject([
      { arguments: JSON.stringify(input) },
    ]);
  });
});

describe('a mark for the output limit', () => {
  const mark = { output_limit: { reason: 'credit', max_tokens: 5 } };
  const marked = (json: object) => dialect.markOutputLimit(JSON.stringify(json), 5);

  it('is put on a message, and on the delta of one, that ended for its length', () => {
    for (const json of [
      { type: 'message', content: [], stop_reason: 'max_tokens' },
      { type: 'message_delta', delta: { stop_reason: 'max_tokens' }, usage: { output_tokens: 5 } },
    ]) {
      expect(JSON.parse(marked(json) ?? '')).toEqual({ ...json, weir: mark });
    }
  });

  it('is put on nothing else', () => {
    expect(
      marked({ content: [{ type: 'text', text: '"max_tokens"' }], stop_reason: 'end_turn' }),
    ).toBeUndefined();
    expect(marked({ type: 'message_delta', delta: { stop_reason: 'end_turn' } })).toBeUndefined();
    expect(marked({ type: 'content_block_delta', delta: { text: 'max_tokens' } })).toBeUndefined();
    expect(dialect.markOutputLimit('"max_tokens" {', 5)).toBeUndefined();
  });
});
