import { describe, expect, it } from 'vitest';
import { collectReply } from '../collect-reply.ts';
import { DialectError } from '../dialect-error.ts';
import type { JsonObject } from '../json.ts';
import type { ReplyEvent } from '../reply-event.ts';
import { decoder } from './decoder.ts';

const chunk = (delta: JsonObject, more: JsonObject = {}) => ({
  id: 'r1',
  model: 'v',
  choices: [{ index: 0, delta, finish_reason: null, ...more }],
});
const STOP = chunk({}, { finish_reason: 'stop' });

function decode(...chunks: unknown[]): ReplyEvent[] {
  const reply = decoder();
  return [...chunks.map((one) => JSON.stringify(one)), '[DONE]'].flatMap((data) => reply.read({ data }));
}

const partsOf = (...chunks: unknown[]) => collectReply(decode(...chunks, STOP)).choices[0]?.parts;
const calls = (...tool_calls: unknown[]) => chunk({ tool_calls });
const call = (id: string, name: string, text: string) => ({ kind: 'tool_call', id, name, arguments: text });

describe('a stream', () => {
  it('becomes events, the finish last', () => {
    const { usage, ...first } = { ...chunk({ role: 'assistant', content: '' }), usage: null };
    expect(usage).toBeNull();
    expect(
      decode(
        { id: '', model: '', choices: [], prompt_filter_results: [] },
        { ...first, service_tier: 'default' },
        chunk({ content: 'a' }),
        chunk({ content: 'b' }, { finish_reason: 'length' }),
        chunk({ content: '' }, { finish_reason: 'length', native_finish_reason: 'max_tokens' }),
        { id: 'r1', choices: [], usage: { prompt_tokens: 1, completion_tokens: 2 } },
      ),
    ).toEqual([
      { kind: 'start', id: 'r1', model: 'v', serviceTier: 'default' },
      { kind: 'text', choice: 0, text: 'a' },
      { kind: 'text', choice: 0, text: 'b' },
      { kind: 'usage', usage: { inputTokens: 1, outputTokens: 2 } },
      { kind: 'finish', choice: 0, finish: { reason: 'length', native: 'max_tokens' } },
      { kind: 'end' },
    ]);
  });

  it('keeps the reason that came first, whatever follows', () => {
    const events = decode(chunk({ content: 'a' }, { finish_reason: 'length' }), chunk({}), STOP);
    expect(events.at(-2)).toEqual({
      kind: 'finish',
      choice: 0,
      finish: { reason: 'length', native: 'length' },
    });
  });

  it('that breaks off has no end', () => {
    const reply = decoder();
    const read = (one: unknown) => reply.read({ data: JSON.stringify(one) });
    read({ choices: [{ index: 1, delta: { content: 'x' } }] });
    read(STOP);
    expect(reply.end()).toEqual([{ kind: 'finish', choice: 0, finish: { reason: 'stop', native: 'stop' } }]);
    expect(reply.read({ data: '[DONE]' })).toEqual([]);
  });

  it('passes over what is empty, and all that comes after its end', () => {
    const reply = decoder();
    expect(reply.read({ data: ' ' })).toEqual([]);
    expect(reply.read({ data: '[DONE] ' })).toEqual([{ kind: 'end' }]);
    expect(reply.read({ data: 'nonsense' })).toEqual([]);
  });

  it.each([
    ['OpenAI’s', { error: { message: 'overloaded', param: null } }, 'overloaded'],
    [
      'OpenRouter’s, beside choices',
      { ...chunk({ content: '' }, { finish_reason: 'error' }), error: { code: 502, message: 'gone' } },
      'gone',
    ],
    ['OpenRouter’s, within a choice', chunk({}, { error: { code: 502, message: 'gone' } }), 'gone'],
    ['Mistral’s', { object: 'error', message: 'busy', type: 'x', code: 3 }, 'busy'],
  ])('ends by an error: %s', (_, error, message) => {
    expect(decode(chunk({ content: 'a' }), error, chunk({ content: 'b' })).slice(2)).toEqual([
      { kind: 'error', error: { message, param: undefined } },
    ]);
  });

  it.each([
    [
      'OpenAI’s',
      [
        calls({ index: 0, id: 'a', function: { name: 'f', arguments: '' } }),
        calls({ index: 0, function: { arguments: '{"x":' } }),
        calls({ index: 0, function: { arguments: '1}' } }),
      ],
      [call('a', 'f', '{"x":1}')],
    ],
    [
      'with id and name in every delta',
      [
        calls({ index: 0, id: 'a', function: { name: 'f', arguments: '{' } }),
        calls({ index: 0, id: 'a', function: { name: 'f', arguments: '}' } }),
      ],
      [call('a', 'f', '{}')],
    ],
    [
      'with both empty later',
      [
        calls({ index: 0, id: 'a', function: { name: 'f' } }),
        calls({ index: 0, id: '', function: { name: '', arguments: '{}' } }),
      ],
      [call('a', 'f', '{}')],
    ],
    [
      'whole, and without an index',
      [
        calls(
          { id: 'a', function: { name: 'f', arguments: '{}' } },
          { id: 'b', function: { name: 'f', arguments: '{"y":2}' } },
        ),
      ],
      [call('a', 'f', '{}'), call('b', 'f', '{"y":2}')],
    ],
    [
      'in pieces, and without an index',
      [calls({ id: 'a', function: { name: 'f', arguments: '{' } }), calls({ function: { arguments: '}' } })],
      [call('a', 'f', '{}')],
    ],
    [
      'all with index 0',
      [
        calls({ index: 0, id: 'a', function: { name: 'f', arguments: '{}' } }),
        calls({ index: 0, id: 'b', function: { name: 'f', arguments: '{"y":2}' } }),
      ],
      [call('a', 'f', '{}'), call('b', 'f', '{"y":2}')],
    ],
    [
      'all with index 0, and without ids',
      [
        calls({ index: 0, function: { name: 'f', arguments: '{}' } }),
        calls({ index: 0, function: { name: 'g', arguments: '{"y":2}' } }),
      ],
      [call('call_r1_0_0', 'f', '{}'), call('call_r1_0_1', 'g', '{"y":2}')],
    ],
    [
      'from index 1',
      [calls({ index: 1, id: 'a', function: { name: 'f', arguments: '{}' } })],
      [call('a', 'f', '{}')],
    ],
    [
      'interleaved',
      [
        calls({ index: 0, id: 'a', function: { name: 'f' } }, { index: 1, id: 'b', function: { name: 'g' } }),
        calls({ index: 1, function: { arguments: '{"b":1}' } }),
        calls({ index: 0, function: { arguments: '{"a":1}' } }),
      ],
      [call('a', 'f', '{"a":1}'), call('b', 'g', '{"b":1}')],
    ],
    [
      'with arguments before the name',
      [
        calls({ index: 0, id: 'a', function: { arguments: '{"x"' } }),
        calls({ index: 0, function: { name: 'f', arguments: ':1}' } }),
      ],
      [call('a', 'f', '{"x":1}')],
    ],
    [
      'with an object for arguments',
      [calls({ index: 0, id: 'a', function: { name: 'f', arguments: { x: 1 } } })],
      [call('a', 'f', '{"x":1}')],
    ],
    [
      'of the old kind',
      [chunk({ function_call: { name: 'f', arguments: '{' } }), chunk({ function_call: { arguments: '}' } })],
      [call('call_r1_0_0', 'f', '{}')],
    ],
  ])('has tool calls %s', (_, chunks, parts) => {
    expect(partsOf(...chunks)).toEqual(parts);
    expect(collectReply(decode(...chunks, STOP)).choices[0]?.finish).toEqual({
      reason: 'tool_calls',
      native: 'stop',
    });
  });

  it('signs reasoning when it ends, with where the vendor put it', () => {
    expect(
      decode(
        chunk({ reasoning_content: 'a' }),
        chunk({ reasoning_content: 'b' }),
        chunk({ content: 'c' }),
        STOP,
      ).slice(1, 5),
    ).toEqual([
      { kind: 'reasoning', choice: 0, text: 'a', part: 0 },
      { kind: 'reasoning', choice: 0, text: 'b', part: 0 },
      {
        kind: 'reasoning_signature',
        choice: 0,
        signature: { dialect: 'openai-chat', value: 'reasoning_content:' },
      },
      { kind: 'text', choice: 0, text: 'c' },
    ]);
  });

  it('reads details by their index', () => {
    const detail = (more: JsonObject) => chunk({ reasoning_details: [more] });
    expect(
      partsOf(
        chunk({
          reasoning: 'a',
          reasoning_details: [{ type: 'reasoning.text', text: 'a', format: 'f1', index: 0 }],
        }),
        detail({ type: 'reasoning.text', text: 'b', format: 'f1', index: 0 }),
        detail({ type: 'reasoning.text', signature: 'S', format: 'f1', index: 0 }),
        detail({ type: 'reasoning.summary', summary: 'c', format: 'f2', index: 1 }),
        detail({ type: 'reasoning.encrypted', data: 'E', id: 'rs', format: 'f2', index: 1 }),
        detail({ type: 'reasoning.encrypted', data: 'google-gemini:G' }),
        detail({ type: 'reasoning.encrypted', data: 'H' }),
      ),
    ).toEqual([
      { kind: 'reasoning', text: 'ab', signature: { dialect: 'openai-chat', value: 'f1:S' } },
      {
        kind: 'reasoning',
        text: 'c',
        summary: true,
        id: 'rs',
        encrypted: true,
        signature: { dialect: 'openai-chat', value: 'f2:E' },
      },
      { kind: 'reasoning', text: '', encrypted: true, signature: { dialect: 'google-gemini', value: 'G' } },
      {
        kind: 'reasoning',
        text: '',
        encrypted: true,
        signature: { dialect: 'openai-chat', value: 'unknown:H' },
      },
    ]);
  });

  it('tells summary from text, and passes over details that say nothing', () => {
    const details = (...reasoning_details: JsonObject[]) => chunk({ reasoning_details });
    expect(
      partsOf(
        details({ type: 'reasoning.text', text: '', format: 'f1', index: 9 }),
        chunk({ content: 'x' }),
        details({ type: 'reasoning.summary', summary: 'a', index: 0 }),
        details({ type: 'reasoning.text', text: 'b', index: 0 }),
      ),
    ).toEqual([
      { kind: 'text', text: 'x' },
      { kind: 'reasoning', text: 'a', summary: true },
      { kind: 'reasoning', text: 'b' },
    ]);
  });

  it('places a citation within its own text', () => {
    const url_citation = { url: 'https://x.test', start_index: 3, end_index: 4 };
    const earlier = { url: 'https://y.test', start_index: 0, end_index: 1 };
    const annotations = [{ type: 'url_citation', url_citation }, { url_citation: earlier }];
    expect(
      partsOf(chunk({ content: 'ab' }), chunk({ reasoning: 'r' }), chunk({ content: 'cd', annotations })),
    ).toMatchObject([
      { text: 'ab' },
      { text: 'r' },
      {
        text: 'cd',
        citations: [{ url: 'https://x.test', startIndex: 1, endIndex: 2 }, { url: 'https://y.test' }],
      },
    ]);
  });

  it('reads Mistral’s content: thinking, texts and references', () => {
    const thinking = [
      { type: 'text', text: 'hm' },
      { type: 'reference', reference_ids: [1] },
    ];
    expect(
      partsOf(
        chunk({ content: [{ type: 'thinking', thinking }] }),
        chunk({
          content: [
            { type: 'text', text: 'so' },
            { type: 'reference', reference_ids: [3] },
          ],
        }),
        chunk({ content: ' it is' }),
      ),
    ).toEqual([
      { kind: 'reasoning', text: 'hm', signature: { dialect: 'openai-chat', value: 'thinking:' } },
      { kind: 'text', text: 'so it is', citations: [{ title: '3' }] },
    ]);
  });

  it('reads citations, refusals, images, and signatures of tool calls', () => {
    const url_citation = { url: 'https://x.test', title: 'T', start_index: 0, end_index: 2, content: 'c' };
    const extra_content = { google: { thought_signature: 'S' } };
    expect(
      partsOf(
        chunk({ content: 'ab' }),
        chunk({
          annotations: [
            { type: 'url_citation', url_citation },
            { type: 'file', file: {} },
          ],
        }),
        chunk({ refusal: 'no' }),
        chunk({ images: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } }] }),
        calls({ index: 0, id: 'a', function: { name: 'f', arguments: '{}' }, extra_content }),
      ),
    ).toEqual([
      {
        kind: 'text',
        text: 'ab',
        citations: [{ url: 'https://x.test', title: 'T', startIndex: 0, endIndex: 2, citedText: 'c' }],
      },
      { kind: 'refusal', text: 'no' },
      { kind: 'produced_image', mediaType: 'image/png', data: 'AA==' },
      { ...call('a', 'f', '{}'), signature: { dialect: 'openai-chat', value: 'S' } },
    ]);
  });

  it.each([
    ['model_length', 'length'],
    ['MAX_TOKENS', 'length'],
    ['insufficient_system_resource', 'error'],
    ['error', 'error'],
    ['content_filter', 'content_filter'],
    ['eos', 'stop'],
    [undefined, 'stop'],
  ])('knows why it ended: %s', (finish_reason, reason) => {
    const [choice] = collectReply(decode(chunk({ content: 'a' }, { finish_reason }))).choices;
    expect(choice?.finish).toEqual({ reason, ...(finish_reason !== undefined && { native: finish_reason }) });
  });

  it.each([
    ['no JSON', 'nonsense'],
    ['no object', '[]'],
    ['no chunk', '{"id":"other"}'],
    ['choices that are none', '{"choices":{}}'],
    ['a choice that is none', '{"choices":[5]}'],
    ['an index that is none', '{"choices":[{"index":1000000000,"delta":{}}]}'],
    ['sound', '{"choices":[{"delta":{"audio":{"id":"a"}}}]}'],
    ['a part of an unknown kind', '{"choices":[{"delta":{"content":[{"type":"hologram"}]}}]}'],
    ['an image by address', '{"choices":[{"delta":{"images":[{"image_url":{"url":"https://x.test"}}]}}]}'],
    ['a custom tool', '{"choices":[{"delta":{"tool_calls":[{"id":"a","custom":{"name":"f"}}]}}]}'],
    [
      'unknown reasoning',
      '{"choices":[{"delta":{"reasoning_details":[{"type":"reasoning.server_tool_call"}]}}]}',
    ],
  ])('that carries %s is an error', (_, data) => {
    expect(() => decoder().read({ data })).toThrow(DialectError);
  });

  it('with arguments that are nested too deeply is an error', () => {
    const deep = `${'{"1":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
    const data = `{"choices":[{"delta":{"tool_calls":[{"id":"a","function":{"name":"f","arguments":${deep}}}]}}]}`;
    expect(() => decoder().read({ data })).toThrow(DialectError);
  });

  it('with a nameless tool call is an error', () => {
    expect(() => decode(calls({ index: 0, id: 'a', function: { arguments: '{}' } }))).toThrow(DialectError);
  });
});
