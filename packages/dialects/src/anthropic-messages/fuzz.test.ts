import { WeirError } from '@weir/core/errors';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collectReply } from '../collect-reply.ts';
import { DialectError } from '../dialect-error.ts';
import { DEFAULT_QUIRKS } from '../quirks.ts';
import type { ReplyEvent } from '../reply-event.ts';
import { anthropicMessages as dialect } from './index.ts';

const CONTEXT = {
  requestId: 'req_1',
  model: 'm',
  createdAtMs: 0,
  usageWanted: true,
  creditLimitTokens: 5,
} as const;
const TARGET = {
  upstreamModel: 'claude-sonnet-4-5',
  outputTokensMax: 5_000,
  quirks: DEFAULT_QUIRKS,
} as const;

const cache_control = { type: 'ephemeral' };
const REQUEST = {
  model: 'm',
  max_tokens: 5,
  system: [{ type: 'text', text: 's', cache_control }],
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'x' },
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA' } },
        { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'x' }, title: 't' },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'x', signature: 's' },
        { type: 'redacted_thinking', data: 'd' },
        { type: 'text', text: 'x', citations: [{ url: 'u' }] },
        { type: 'tool_use', id: 'a', name: 'f', input: { x: [1] } },
      ],
    },
    {
      role: 'user',
      content: [{ type: 'tool_result', tool_use_id: 'a', content: [{ type: 'text', text: 'x' }] }],
    },
    { role: 'system', content: 'x' },
  ],
  tools: [{ name: 'f', input_schema: { type: 'object' } }],
  tool_choice: { type: 'auto', disable_parallel_tool_use: true },
  thinking: { type: 'enabled', budget_tokens: 1_024 },
  output_config: { effort: 'low', format: { type: 'json_schema', schema: {} } },
  metadata: { user_id: 'u' },
};
const MESSAGE = {
  id: 'i',
  content: REQUEST.messages[1]?.content,
  stop_reason: 'refusal',
  stop_details: { explanation: 'x' },
  usage: {
    input_tokens: 1,
    cache_creation: { ephemeral_1h_input_tokens: 1 },
    iterations: [{ type: 'compaction' }],
  },
};
const EVENTS = [
  { type: 'message_start', message: MESSAGE },
  { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 's' } },
  { type: 'content_block_start', index: 1, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'x' } },
  { type: 'content_block_delta', index: 1, delta: { type: 'citations_delta', citation: { url: 'u' } } },
  {
    type: 'content_block_start',
    index: 2,
    content_block: { type: 'tool_use', id: 'a', name: 'f', input: {} },
  },
  { type: 'content_block_delta', index: 2, delta: { type: 'input_json_delta', partial_json: '{}' } },
  { type: 'content_block_stop', index: 2 },
  { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 5 } },
  { type: 'error', error: { message: 'x' } },
];

/** The value with another one somewhere in it, or with a field more. */
function mutated(value: unknown, path: readonly number[], other: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined || typeof value !== 'object' || value === null) return other;
  const keys = Object.keys(value);
  const key = keys[step % (keys.length + 1)] ?? 'more';
  const inner = mutated((value as Record<string, unknown>)[key], rest, other);
  if (Array.isArray(value))
    return key === 'more'
      ? [...value, inner]
      : value.map((item: unknown, i) => (String(i) === key ? inner : item));
  return { ...value, [key]: inner };
}

const path = fc.array(fc.nat(30), { maxLength: 7 });
const anything = fc.oneof(fc.jsonValue(), fc.constantFrom('', null, 0, 'text', 'tool_use', {}, []));
const anythingLike = (value: unknown) =>
  fc.oneof(
    { weight: 4, arbitrary: fc.tuple(path, anything).map(([path, other]) => mutated(value, path, other)) },
    { weight: 1, arbitrary: fc.jsonValue() },
  );

/** Runs it; what it throws has to be one of ours. */
function expectOnly(errors: readonly (typeof WeirError | typeof DialectError)[], run: () => void): void {
  try {
    run();
  } catch (error) {
    expect(errors.some((known) => error instanceof known) ? undefined : error).toBeUndefined();
  }
}

describe('whatever comes', () => {
  it('as a request is understood or refused', () => {
    fc.assert(
      fc.property(anythingLike(REQUEST), (body) => {
        expectOnly([WeirError], () => {
          const request = dialect.parseRequest(body, {});
          dialect.promptOf(request);
          dialect.passRequest(request, TARGET);
          const call = dialect.toCall(request);
          const written: unknown = JSON.parse(dialect.renderRequest(call, TARGET));
          expect(() => dialect.toCall(dialect.parseRequest(written, {}))).not.toThrow();
        });
      }),
      { numRuns: 3_000 },
    );
  });

  it('as a reply is understood or refused, and metered', () => {
    fc.assert(
      fc.property(anythingLike(MESSAGE), (json) => {
        dialect.readReply(json);
        dialect.readVendorError(json);
        dialect.markOutputLimit(JSON.stringify(json), 5);
        expectOnly([DialectError], () => {
          const reply = dialect.parseReply(json);
          const { choices, usage } = dialect.parseReply(dialect.renderReply(reply, CONTEXT));
          expect(choices[0]?.parts).toEqual(reply.choices[0]?.parts);
          expect({ ...usage }).toMatchObject(reply.usage ?? {});
        });
      }),
      { numRuns: 3_000 },
    );
  });

  it('as a stream is understood or refused, and metered', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(...EVENTS.map(anythingLike)), { maxLength: 20 }), (events) => {
        const meter = dialect.meter();
        for (const event of events) meter.read(JSON.stringify(event));
        expectOnly([DialectError], () => {
          const read = (messages: readonly { data: string }[]): ReplyEvent[] => {
            const decoder = dialect.decoder();
            return messages.flatMap((message) => decoder.read(message));
          };
          const first = read([
            ...events.map((event) => ({ data: JSON.stringify(event) })),
            { data: '{"type":"message_stop"}' },
          ]);
          const reply = collectReply(first);
          const encoder = dialect.encoder(CONTEXT);
          const again = collectReply(read(first.flatMap((event) => encoder.write(event))));
          expect(again.choices[0]?.parts).toEqual(reply.choices[0]?.parts);
        });
      }),
      { numRuns: 2_000 },
    );
  });

  it('however deep it is', () => {
    const deep = (open: string, close: string) =>
      JSON.parse(open.repeat(50_000) + close.repeat(50_000)) as unknown;
    const documents = deep('{"type":"document","source":{"type":"content","content":[', ']}}');
    const input = deep('[', ']');
    for (const content of [documents, { type: 'tool_use', id: 'a', name: 'f', input: { input } }, input]) {
      const body = { ...REQUEST, messages: [{ role: 'assistant', content: [content] }] };
      expectOnly([WeirError], () => dialect.promptOf(dialect.parseRequest(body, {})));
      expectOnly([WeirError], () => dialect.passRequest(dialect.parseRequest(body, {}), TARGET));
      expectOnly([WeirError], () => dialect.toCall(dialect.parseRequest(body, {})));
    }
    const block = `{"type":"tool_use","id":"a","name":"f","input":{"x":${'['.repeat(50_000)}${']'.repeat(50_000)}}}`;
    const reply: unknown = JSON.parse(`{"content":[${block}],"stop_reason":"max_tokens"}`);
    dialect.readReply(reply);
    expectOnly([DialectError], () => dialect.parseReply(reply));
    const data = `{"type":"content_block_start","index":0,"content_block":${block}}`;
    expect(dialect.meter().read(data).kind).toBe('content');
    expectOnly([DialectError], () => {
      const decoder = dialect.decoder();
      for (const message of [data, '{"type":"message_stop"}']) decoder.read({ data: message });
    });
    expect(() =>
      dialect.markOutputLimit(
        JSON.stringify({ stop_reason: 'max_tokens' }).replace('}', `,"content":[${block}]}`),
        5,
      ),
    ).not.toThrow();
  });
});
