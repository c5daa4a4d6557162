import { describe, expect, it } from 'vitest';
import { collectReply } from '../collect-reply.ts';
import { DialectError } from '../dialect-error.ts';
import type { ReplyEvent } from '../reply-event.ts';
import { anthropicMessages as dialect } from './index.ts';

const START = {
  type: 'message_start',
  message: { id: 'msg_1', model: 'claude', usage: { input_tokens: 3 } },
};
const STOP = { type: 'message_stop' };
const block = (index: number, content_block: object) => ({
  type: 'content_block_start',
  index,
  content_block,
});
const delta = (index: number, delta: object) => ({ type: 'content_block_delta', index, delta });
const end = (stop_reason: string, more: object = {}) => ({
  type: 'message_delta',
  delta: { stop_reason, ...more },
  usage: { output_tokens: 5 },
});

function decoded(...events: object[]): ReplyEvent[] {
  const decoder = dialect.decoder();
  return events.flatMap((event) => decoder.read({ data: JSON.stringify(event) }));
}

describe('the decoder', () => {
  it('reads a message of all kinds of blocks', () => {
    expect(
      decoded(
        START,
        { type: 'ping' },
        block(0, { type: 'thinking', thinking: '', signature: '' }),
        delta(0, { type: 'thinking_delta', thinking: 'hm' }),
        delta(0, { type: 'signature_delta', signature: 's' }),
        { type: 'content_block_stop', index: 0 },
        block(1, { type: 'redacted_thinking', data: 'd' }),
        block(2, { type: 'text', text: '' }),
        delta(2, { type: 'text_delta', text: 'hi' }),
        delta(2, { type: 'citations_delta', citation: { url: 'u' } }),
        block(3, { type: 'tool_use', id: 'a', name: 'f', input: {} }),
        delta(3, { type: 'input_json_delta', partial_json: '' }),
        delta(3, { type: 'input_json_delta', partial_json: '{}' }),
        { type: 'content_block_stop', index: 3 },
        { type: 'new_kind_of_progress' },
        end('tool_use'),
        STOP,
        { type: 'ping' },
      ),
    ).toEqual([
      { kind: 'start', id: 'msg_1', model: 'claude' },
      { kind: 'usage', usage: { inputTokens: 3 } },
      { kind: 'reasoning', choice: 0, text: 'hm', part: 0 },
      { kind: 'reasoning_signature', choice: 0, signature: { dialect: 'anthropic-messages', value: 's' } },
      {
        kind: 'reasoning_signature',
        choice: 0,
        signature: { dialect: 'anthropic-messages', value: 'd' },
        encrypted: true,
      },
      { kind: 'text', choice: 0, text: 'hi', part: 1 },
      { kind: 'citation', choice: 0, citation: { url: 'u' } },
      { kind: 'tool_call', choice: 0, call: 0, id: 'a', name: 'f' },
      { kind: 'tool_arguments', choice: 0, call: 0, text: '{}' },
      { kind: 'usage', usage: { outputTokens: 5 } },
      { kind: 'finish', choice: 0, finish: { reason: 'tool_calls', native: 'tool_use' } },
      { kind: 'end' },
    ]);
  });

  it('knows to which block a citation and a signature belong that come before any text', () => {
    const { choices } = collectReply(
      decoded(
        START,
        block(0, { type: 'text', text: 'one' }),
        block(1, { type: 'text', text: '' }),
        delta(1, { type: 'citations_delta', citation: { url: 'u' } }),
        delta(1, { type: 'text_delta', text: 'two' }),
        block(2, { type: 'thinking', thinking: 'unsigned' }),
        block(3, { type: 'thinking', thinking: '' }),
        delta(3, { type: 'signature_delta', signature: 's' }),
        end('end_turn'),
        STOP,
      ),
    );
    expect(choices[0]?.parts).toEqual([
      { kind: 'text', text: 'one' },
      { kind: 'text', text: 'two', citations: [{ url: 'u' }] },
      { kind: 'reasoning', text: 'unsigned' },
      { kind: 'reasoning', text: '', signature: { dialect: 'anthropic-messages', value: 's' } },
    ]);
  });

  it('takes the input of a call that comes whole at its beginning, once', () => {
    const call = { type: 'tool_use', id: 'a', name: 'f', input: { x: 1 } };
    const args = (...more: object[]) =>
      decoded(START, block(0, call), ...more, end('tool_use'), STOP).filter(
        ({ kind }) => kind === 'tool_arguments',
      );
    const expected = [{ kind: 'tool_arguments', choice: 0, call: 0, text: '{"x":1}' }];
    expect(args({ type: 'content_block_stop', index: 0 })).toEqual(expected);
    expect(args()).toEqual(expected);
    expect(args(START, block(0, { type: 'text', text: 'x' }))).toEqual(expected);
    expect(args(delta(0, { type: 'input_json_delta', partial_json: '{"x":1}' }))).toEqual(expected);
  });

  it('does without what some vendors leave out', () => {
    expect(decoded(delta(0, { type: 'text_delta', text: 'x' }), STOP)).toEqual([
      { kind: 'start' },
      { kind: 'text', choice: 0, text: 'x', part: 0 },
      { kind: 'finish', choice: 0, finish: { reason: 'stop' } },
      { kind: 'end' },
    ]);
  });

  it('says why it was refused, before it finishes', () => {
    const stop_details = { type: 'refusal', explanation: 'Not that.' };
    expect(decoded(START, end('refusal', { stop_details }), STOP).slice(3, 5)).toEqual([
      { kind: 'refusal', choice: 0, text: 'Not that.' },
      { kind: 'finish', choice: 0, finish: { reason: 'refusal', native: 'refusal' } },
    ]);
  });

  it('finishes after all, for the reason that was given last', () => {
    const events = decoded(
      START,
      end('max_tokens'),
      block(0, { type: 'text', text: 'more' }),
      end('end_turn'),
      { type: 'message_delta', delta: { stop_reason: null } },
      STOP,
    );
    expect(events.filter(({ kind }) => kind !== 'usage').slice(1)).toEqual([
      { kind: 'text', choice: 0, text: 'more', part: 0 },
      { kind: 'finish', choice: 0, finish: { reason: 'stop', native: 'end_turn' } },
      { kind: 'end' },
    ]);
  });

  it('keeps apart what is cached for how long, though only the beginning says it', () => {
    const cache_creation = { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 50 };
    const usage = { input_tokens: 1, cache_creation_input_tokens: 60, cache_creation };
    const later = { input_tokens: 1, cache_creation_input_tokens: 60, output_tokens: 2 };
    const { usage: merged } = collectReply(
      decoded({ type: 'message_start', message: { usage } }, { ...end('end_turn'), usage: later }, STOP),
    );
    expect(merged).toEqual({
      inputTokens: 61,
      cacheWrite5mTokens: 10,
      cacheWrite1hTokens: 50,
      outputTokens: 2,
    });
  });

  it('ends with an error, without an end', () => {
    const error = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
    expect(decoded(START, error, STOP).slice(2)).toEqual([
      { kind: 'error', error: { message: 'Overloaded', param: undefined } },
    ]);
    expect(decoded({ type: 'error' }).at(-1)?.kind).toBe('error');
  });

  it.each([
    [block(0, { type: 'server_tool_use', id: 's', name: 'web_search', input: {} })],
    [block(0, { type: 'web_search_tool_result' })],
    [block(0, { type: 'tool_use', id: 'a', name: 'f', caller: { type: 'code' } })],
    [delta(0, { type: 'compaction_delta' })],
    [delta(0, { type: 'input_json_delta', partial_json: '{' })],
    [{ no: 'type' }],
    [[]],
  ])('can’t carry %j', (event) => {
    expect(() => decoded(START, event)).toThrow(DialectError);
  });

  it('takes no stream for ended that was not', () => {
    const decoder = dialect.decoder();
    decoder.read({ data: JSON.stringify(START) });
    expect(decoder.end()).toEqual([]);
    expect(() => decoder.read({ data: '{' })).toThrow(DialectError);
  });
});
