import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collectReply } from '../collect-reply.ts';
import { DialectError } from '../dialect-error.ts';
import type { ReplyContext } from '../dialect.ts';
import { asArray, asObject, type JsonObject } from '../json.ts';
import type { ReplyEvent } from '../reply-event.ts';
import { openaiResponses as dialect } from './index.ts';
import { CONTEXT, decode } from './testing/fixtures.ts';

const END = { kind: 'end' } as const;

const encode = (events: readonly ReplyEvent[], more: Partial<ReplyContext> = {}) => {
  const encoder = dialect.encoder({ ...CONTEXT, ...more });
  return events
    .flatMap((event) => encoder.write(event))
    .map(({ event, data }) => {
      const json = asObject(JSON.parse(data)) ?? {};
      expect(json['type']).toBe(event);
      return json;
    });
};

describe('an encoder', () => {
  const HELLO: ReplyEvent[] = [
    { kind: 'start' },
    { kind: 'text', choice: 0, text: 'Hel' },
    { kind: 'text', choice: 0, text: 'lo' },
    { kind: 'finish', choice: 0, finish: { reason: 'stop' } },
  ];

  it('writes every step of the response, numbered', () => {
    const events = encode([...HELLO, { kind: 'usage', usage: { inputTokens: 1, outputTokens: 2 } }, END]);
    expect(events.map(({ sequence_number }) => sequence_number)).toEqual([...events.keys()]);
    const about = { item_id: 'msg_req_06_0', output_index: 0, content_index: 0 };
    const part = { type: 'output_text', annotations: [], logprobs: [], text: 'Hello' };
    const item = { id: 'msg_req_06_0', type: 'message', role: 'assistant' };
    expect(events).toMatchObject([
      { type: 'response.created', response: { status: 'in_progress', output: [], usage: null } },
      { type: 'response.in_progress', response: { id: 'resp_req_06', model: 'gpt' } },
      {
        type: 'response.output_item.added',
        output_index: 0,
        item: { ...item, status: 'in_progress', content: [] },
      },
      { type: 'response.content_part.added', ...about, part: { ...part, text: '' } },
      { type: 'response.output_text.delta', ...about, delta: 'Hel', logprobs: [] },
      { type: 'response.output_text.delta', ...about, delta: 'lo', logprobs: [] },
      { type: 'response.output_text.done', ...about, text: 'Hello', logprobs: [] },
      { type: 'response.content_part.done', ...about, part },
      {
        type: 'response.output_item.done',
        output_index: 0,
        item: { ...item, status: 'completed', content: [part] },
      },
      {
        type: 'response.completed',
        response: {
          status: 'completed',
          output: [{ ...item, content: [part] }],
          usage: { input_tokens: 1, output_tokens: 2, total_tokens: 3 },
        },
      },
    ]);
  });

  it('ends calls of tools, which may have no arguments, when the reply is finished', () => {
    const events = encode([
      { kind: 'tool_call', choice: 0, call: 0, id: 'c0', name: 'f' },
      { kind: 'tool_call', choice: 0, call: 1, id: 'c1', name: 'g' },
      { kind: 'tool_arguments', choice: 0, call: 0, text: '{"a":1}' },
      { kind: 'finish', choice: 0, finish: { reason: 'tool_calls' } },
    ]);
    const call = (id: string, name: string) => ({ id, type: 'function_call', name });
    expect(events.slice(2)).toMatchObject([
      {
        type: 'response.output_item.added',
        item: { ...call('fc_req_06_0', 'f'), arguments: '', call_id: 'c0' },
      },
      { type: 'response.output_item.added', item: { ...call('fc_req_06_1', 'g'), status: 'in_progress' } },
      {
        type: 'response.function_call_arguments.delta',
        item_id: 'fc_req_06_0',
        output_index: 0,
        delta: '{"a":1}',
      },
      { type: 'response.function_call_arguments.done', output_index: 0, name: 'f', arguments: '{"a":1}' },
      {
        type: 'response.output_item.done',
        output_index: 0,
        item: { status: 'completed', arguments: '{"a":1}' },
      },
      { type: 'response.function_call_arguments.delta', output_index: 1, delta: '{}' },
      { type: 'response.function_call_arguments.done', output_index: 1, name: 'g', arguments: '{}' },
      { type: 'response.output_item.done', output_index: 1, item: { call_id: 'c1', arguments: '{}' } },
    ]);
  });

  it('has an item for each signature', () => {
    const sign = (value: string, id?: string) =>
      ({
        kind: 'reasoning_signature',
        choice: 0,
        signature: { dialect: 'anthropic-messages', value },
        ...(id !== undefined && { id }),
      }) as const;
    const events = encode([
      { kind: 'reasoning', choice: 0, text: 'x' },
      sign('A', 'r1'),
      sign('B'),
      { kind: 'finish', choice: 0, finish: { reason: 'stop' } },
      END,
    ]);
    expect(asObject(events.at(-1)?.['response'])?.['output']).toEqual([
      {
        id: 'r1',
        type: 'reasoning',
        summary: [],
        content: [{ type: 'reasoning_text', text: 'x' }],
        encrypted_content: 'anthropic-messages:A',
      },
      { id: 'rs_req_06_1', type: 'reasoning', summary: [], encrypted_content: 'anthropic-messages:B' },
    ]);
  });

  it('makes the reply complete at the end only', () => {
    const types = encode(HELLO).map(({ type }) => type);
    expect(types).not.toContain('response.completed');
    expect(types.at(-1)).toBe('response.output_item.done');
    const encoder = dialect.encoder(CONTEXT);
    for (const event of HELLO) encoder.write(event);
    expect(encoder.write(END).map(({ event }) => event)).toEqual(['response.completed']);
  });

  it.each([
    ['length', 'response.incomplete'],
    ['content_filter', 'response.incomplete'],
    ['error', 'response.failed'],
  ] as const)('that finished with %s ends with %s', (reason, type) => {
    const events = encode([{ kind: 'finish', choice: 0, finish: { reason } }, END], { creditLimitTokens: 9 });
    expect(events.at(-1)?.['type']).toBe(type);
    expect(asObject(events.at(-1)?.['response'])?.['weir']).toEqual(
      reason === 'length' ? { output_limit: { reason: 'credit', max_tokens: 9 } } : undefined,
    );
  });

  it('writes an error where it stands in the stream', () => {
    const [, , error] = encode([
      { kind: 'start' },
      { kind: 'error', error: { message: 'broke', param: 'p' } },
    ]);
    expect(error).toMatchObject({
      type: 'error',
      code: 'upstream_error',
      message: 'broke',
      param: 'p',
      error: { message: 'broke' },
      sequence_number: 2,
    });
  });

  it('has no place for a second choice', () => {
    expect(() => encode([{ kind: 'text', choice: 1, text: 'x' }])).toThrow(DialectError);
  });

  it('needs the beginning of a call before its arguments', () => {
    expect(() => encode([{ kind: 'tool_arguments', choice: 0, call: 0, text: 'x' }])).toThrow(DialectError);
  });

  it('keeps log probabilities that come before their text', () => {
    const tokens = [{ token: 'x', logprob: -1, alternatives: [] }];
    const events = encode([
      { kind: 'logprobs', choice: 0, tokens },
      { kind: 'text', choice: 0, text: 'x', part: 0 },
      { kind: 'finish', choice: 0, finish: { reason: 'stop' } },
      END,
    ]);
    const again = events.map((event) => ({ data: JSON.stringify(event) }));
    const decoder = dialect.decoder();
    expect(collectReply(again.flatMap((event) => decoder.read(event))).choices[0]).toMatchObject({
      parts: [{ kind: 'text', text: 'x' }],
      logprobs: tokens,
    });
  });
});

/** What decoders of any dialect may say of one choice, in an order that the model allows. */
const someEvents: fc.Arbitrary<ReplyEvent[]> = (() => {
  const choice = 0;
  const text = fc.string({ minLength: 1, maxLength: 5 });
  const dialectName = fc.constantFrom('openai-responses', 'anthropic-messages', 'google-gemini');
  const signature = fc.record({ dialect: dialectName, value: fc.stringMatching(/^[a-z]{1,9}$/) });
  const piece = fc.oneof(
    fc.record({ kind: fc.constant('text'), text }),
    fc.record({ kind: fc.constant('refusal'), text }),
    fc.record({ kind: fc.constant('reasoning'), text, summary: fc.boolean() }),
    fc.record({ kind: fc.constant('signed'), text, signature }),
    fc.record({ kind: fc.constant('encrypted'), signature }),
    fc.record({ kind: fc.constant('call'), text, signature: fc.option(signature) }),
    fc.record({ kind: fc.constant('image'), text }),
  );
  return fc.array(piece, { maxLength: 8 }).map((pieces) => {
    const events: ReplyEvent[] = [{ kind: 'start' }];
    const late: ReplyEvent[] = [];
    for (const [part, one] of pieces.entries()) {
      const said = 'text' in one ? one.text : '';
      const sign = 'signature' in one ? (one.signature ?? undefined) : undefined;
      const own = sign?.dialect === 'openai-responses';
      if (one.kind === 'text') {
        events.push({ kind: 'text', choice, text: said, part }, { kind: 'text', choice, text: 'more', part });
      } else if (one.kind === 'refusal') events.push({ kind: 'refusal', choice, text: said });
      else if (one.kind === 'reasoning') {
        const summary = 'summary' in one && one.summary ? { summary: true } : {};
        events.push({ kind: 'reasoning', choice, text: said, part, ...summary });
      } else if (one.kind === 'signed' && sign) {
        events.push(
          { kind: 'reasoning', choice, text: said, part },
          {
            kind: 'reasoning_signature',
            choice,
            signature: sign,
            id: `r${part}`,
            ...(own && { encrypted: true }),
          },
        );
      } else if (one.kind === 'encrypted' && sign) {
        // Apart from any reasoning under way, to which it would belong.
        events.push({ kind: 'text', choice, text: 'apart', part });
        events.push({
          kind: 'reasoning_signature',
          choice,
          signature: sign,
          id: `r${part}`,
          encrypted: true,
        });
      } else if (one.kind === 'call') {
        events.push({
          kind: 'tool_call',
          choice,
          call: part,
          id: `c${part}`,
          name: 'f',
          ...(sign && { signature: sign }),
        });
        events.push({ kind: 'tool_arguments', choice, call: part, text: '{"a":' });
        late.push({ kind: 'tool_arguments', choice, call: part, text: '1}' });
      } else events.push({ kind: 'produced_image', choice, mediaType: 'image/png', data: said });
    }
    const finish = { reason: 'length', native: 'max_output_tokens' } as const;
    return [...events, ...late, { kind: 'finish', choice, finish }, { kind: 'end' }];
  });
})();

describe('a stream that is written', () => {
  it('reads back as the same reply, and as the response at its end', () => {
    fc.assert(
      fc.property(someEvents, (events) => {
        const written = encode(events);
        const { choices } = collectReply(events);
        const again = decode(...written);
        expect(again.at(-1)).toEqual(END);
        expect(collectReply(again).choices).toEqual(choices);
        expect(dialect.parseReply(written.at(-1)?.['response']).choices).toEqual(choices);
      }),
    );
  });

  it('is put together by the official client’s rules to the response at its end', () => {
    fc.assert(
      fc.property(someEvents, (events) => {
        const written = encode(events);
        const final = asObject(written.at(-1)?.['response']);
        expect(accumulate(written.slice(0, -1))).toEqual(final?.['output']);
      }),
    );
  });
});

type Loose = Record<string, unknown>;

/**
 * Puts the output together from the events alone, as strictly as the official client does: everything has to have been
 * added before pieces of it come. The events that end an item replace it, so they are only compared.
 */
function accumulate(events: readonly JsonObject[]): unknown[] {
  const output: Loose[] = [];
  const list = (item: Loose | undefined, field: string) => asArray(item?.[field]) as Loose[];
  for (const event of events) {
    const item = output[Number(event['output_index'])];
    const summary = event['summary_index'] !== undefined;
    const part = list(item, summary ? 'summary' : 'content')[
      Number(event[summary ? 'summary_index' : 'content_index'])
    ];
    const type = String(event['type']);
    if (type === 'response.output_item.added') {
      expect(event['output_index']).toBe(output.length);
      output.push(structuredClone(event['item']) as Loose);
    } else if (type === 'response.output_item.done') {
      const {
        id: _id,
        status: _status,
        encrypted_content: _content,
        result: _result,
        ...rest
      } = event['item'] as Loose;
      expect(item).toMatchObject(rest['type'] === 'image_generation_call' ? {} : rest);
      output[Number(event['output_index'])] = event['item'] as Loose;
    } else if (type.endsWith('part.added')) {
      const field = summary ? 'summary' : 'content';
      if (item) item[field] = [...list(item, field), structuredClone(event['part'])];
    } else if (type === 'response.output_text.annotation.added') {
      list(part, 'annotations').push(event['annotation'] as Loose);
    } else if (type === 'response.function_call_arguments.delta') {
      expect(item?.['type']).toBe('function_call');
      if (item) item['arguments'] = String(item['arguments']) + String(event['delta']);
    } else if (type.endsWith('.delta')) {
      const field = type === 'response.refusal.delta' ? 'refusal' : 'text';
      expect(typeof part?.[field]).toBe('string');
      if (part) part[field] = String(part[field]) + String(event['delta']);
    }
  }
  return output;
}
