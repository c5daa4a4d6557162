import { WeirError } from '@weir/core/errors';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collectReply } from '../collect-reply.ts';
import type { ReplyContext } from '../dialect.ts';
import { parseJson, type JsonObject } from '../json.ts';
import type { ReplyEvent } from '../reply-event.ts';
import type { Reply, ReplyPart } from '../reply.ts';
import { decoder } from './decoder.ts';
import { encoder } from './encoder.ts';
import { parseReply } from './parse-reply.ts';
import { renderReply } from './render-reply.ts';
import { renderStreamError } from './render-stream-error.ts';
import { CONTEXT } from './testing/requests.ts';

const FRAME = {
  id: 'chatcmpl-01abc',
  object: 'chat.completion.chunk',
  created: 1_700_000_000,
  model: 'house-model',
};
const START: ReplyEvent = { kind: 'start', id: 'msg_1', model: 'v' };
const STOP: ReplyEvent = { kind: 'finish', choice: 0, finish: { reason: 'stop', native: 'end_turn' } };
const END: ReplyEvent = { kind: 'end' };

function encode(events: readonly ReplyEvent[], context: Partial<ReplyContext> = {}): unknown[] {
  const writer = encoder({ ...CONTEXT, ...context });
  return events
    .flatMap((event) => writer.write(event))
    .map(({ data }) => (data === '[DONE]' ? data : parseJson(data)));
}

const deltas = (...events: ReplyEvent[]) =>
  encode(events).map((one) => (one as { choices: { delta: JsonObject }[] }).choices[0]?.delta);

describe('a stream for a client', () => {
  it('begins each choice with its role, and ends with the usage and the terminator', () => {
    const choice = (index: number, delta: JsonObject) => ({
      ...FRAME,
      choices: [{ index, delta, finish_reason: null }],
    });
    expect(
      encode([
        START,
        { kind: 'usage', usage: { inputTokens: 5 } },
        { kind: 'text', choice: 0, text: 'a' },
        { kind: 'text', choice: 1, text: 'b' },
        STOP,
        { kind: 'usage', usage: { outputTokens: 2 } },
        END,
      ]),
    ).toEqual([
      choice(0, { role: 'assistant', content: '' }),
      choice(0, { content: 'a' }),
      choice(1, { role: 'assistant', content: '' }),
      choice(1, { content: 'b' }),
      {
        ...FRAME,
        choices: [{ index: 0, delta: {}, finish_reason: 'stop', native_finish_reason: 'end_turn' }],
      },
      { ...FRAME, choices: [], usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 } },
      '[DONE]',
    ]);
  });

  it('has no usage where the client did not ask', () => {
    const events: ReplyEvent[] = [{ kind: 'usage', usage: { inputTokens: 5 } }, END];
    expect(encode(events, { usageWanted: false })).toEqual(['[DONE]']);
  });

  it('has tool calls as OpenAI’s clients put them together', () => {
    const events: ReplyEvent[] = [
      {
        kind: 'tool_call',
        choice: 0,
        call: 0,
        id: 'a',
        name: 'f',
        signature: { dialect: 'google-gemini', value: 'S' },
      },
      { kind: 'tool_arguments', choice: 0, call: 0, text: '{"x":1}' },
      { kind: 'tool_call', choice: 0, call: 1, id: 'b', name: 'g' },
      { kind: 'finish', choice: 0, finish: { reason: 'tool_calls' } },
    ];
    expect(deltas(...events).slice(1)).toEqual([
      {
        tool_calls: [
          {
            index: 0,
            id: 'a',
            type: 'function',
            function: { name: 'f', arguments: '' },
            extra_content: { google: { thought_signature: 'google-gemini:S' } },
          },
        ],
      },
      { tool_calls: [{ index: 0, function: { arguments: '{"x":1}' } }] },
      { tool_calls: [{ index: 1, id: 'b', type: 'function', function: { name: 'g', arguments: '' } }] },
      { tool_calls: [{ index: 1, function: { arguments: '{}' } }] },
      {},
    ]);
  });

  it('has reasoning under every name, its signature in the details', () => {
    const signed = (value: string, more: object = {}): ReplyEvent => ({
      kind: 'reasoning_signature',
      choice: 0,
      signature: { dialect: 'anthropic-messages', value },
      ...more,
    });
    const format = 'anthropic-claude-v1';
    expect(
      deltas(
        { kind: 'reasoning', choice: 0, text: 'r', part: 0 },
        signed('S1'),
        signed('S2', { encrypted: true }),
        { kind: 'reasoning', choice: 0, text: 's', summary: true, part: 2 },
      ).slice(1),
    ).toEqual([
      {
        reasoning: 'r',
        reasoning_content: 'r',
        reasoning_details: [{ type: 'reasoning.text', text: 'r', index: 0 }],
      },
      {
        reasoning_details: [
          { type: 'reasoning.text', text: '', signature: 'anthropic-messages:S1', format, index: 0 },
        ],
      },
      {
        reasoning_details: [{ type: 'reasoning.encrypted', data: 'anthropic-messages:S2', format, index: 1 }],
      },
      {
        reasoning: '\n\ns',
        reasoning_content: '\n\ns',
        reasoning_details: [{ type: 'reasoning.summary', summary: 's', index: 2 }],
      },
    ]);
  });

  it('places citations within all of the text', () => {
    const cite = (more: object): ReplyEvent => ({
      kind: 'citation',
      choice: 0,
      citation: { url: 'u', ...more },
    });
    const at = (start_index: number, end_index: number) => ({
      annotations: [{ type: 'url_citation', url_citation: { url: 'u', title: '', start_index, end_index } }],
    });
    expect(
      deltas(
        { kind: 'text', choice: 0, text: 'abc', part: 0 },
        { kind: 'text', choice: 0, text: 'de', part: 1 },
        cite({}),
        cite({ startIndex: 1, endIndex: 2 }),
      ).slice(3),
    ).toEqual([at(3, 5), at(4, 5)]);
  });

  it('marks the end that the caller’s credit set', () => {
    const long: ReplyEvent = { kind: 'finish', choice: 0, finish: { reason: 'length' } };
    const weir = { output_limit: { reason: 'credit', max_tokens: 12 } };
    expect(encode([long], { creditLimitTokens: 12 }).at(-1)).toMatchObject({ weir });
    expect(encode([STOP], { creditLimitTokens: 12 }).at(-1)).not.toHaveProperty('weir');
    expect(encode([long]).at(-1)).not.toHaveProperty('weir');
  });

  it('ends by an error with no terminator', () => {
    expect(encode([{ kind: 'error', error: { message: 'gone', param: undefined } }])).toEqual([
      { error: { message: 'gone', type: 'server_error', code: 'upstream_error', param: null } },
    ]);
    expect(parseJson(renderStreamError(new WeirError('upstream_truncated', 'cut')).data)).toMatchObject({
      error: { code: 'upstream_truncated' },
    });
  });
});

const REPLY: Reply = {
  id: 'msg_1',
  model: 'v',
  choices: [
    {
      parts: [
        { kind: 'text', text: 'ab' },
        {
          kind: 'text',
          text: 'cd',
          citations: [
            { title: 'T', citedText: 'c' },
            { url: 'https://x.test', startIndex: 1, endIndex: 2 },
          ],
        },
      ],
      finish: { reason: 'pause', native: 'pause_turn' },
    },
  ],
};

describe('a reply for a client', () => {
  it('has the keys that clients ask for, and citations at their place', () => {
    expect(renderReply(REPLY, CONTEXT)).toEqual({
      ...FRAME,
      object: 'chat.completion',
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            content: 'abcd',
            refusal: null,
            annotations: [
              {
                type: 'url_citation',
                url_citation: { url: '', title: 'T', start_index: 2, end_index: 4, content: 'c' },
              },
              {
                type: 'url_citation',
                url_citation: { url: 'https://x.test', title: '', start_index: 3, end_index: 4 },
              },
            ],
          },
          logprobs: null,
          finish_reason: 'stop',
          native_finish_reason: 'pause_turn',
        },
      ],
      system_fingerprint: null,
    });
  });

  it.each([
    [{ kind: 'refusal', text: 'no' }, null, 'stop'],
    [{ kind: 'text', text: 'no' }, 'no', 'content_filter'],
  ] as const)('says that the model would not: %j', (part, content, finish_reason) => {
    const reply: Reply = { choices: [{ parts: [part], finish: { reason: 'refusal' } }] };
    expect(renderReply(reply, CONTEXT)).toMatchObject({ choices: [{ message: { content }, finish_reason }] });
  });

  it('is marked where the caller’s credit cut it', () => {
    const reply: Reply = { choices: [{ parts: [], finish: { reason: 'length' } }] };
    expect(renderReply(reply, { ...CONTEXT, creditLimitTokens: 3 })).toMatchObject({
      choices: [{ message: { content: '' } }],
      weir: { output_limit: { reason: 'credit', max_tokens: 3 } },
    });
  });
});

describe('any stream', () => {
  const signature = fc.record({
    dialect: fc.constantFrom('openai-responses', 'anthropic-messages', 'google-gemini'),
    value: fc.string({ minLength: 1 }),
  });
  const text = fc.string({ minLength: 1, unit: 'grapheme' });
  const reasoning = fc.tuple(text, signature, fc.nat(2)).map(([said, signed, kind]): ReplyEvent[] => {
    const bare: ReplyEvent = { kind: 'reasoning_signature', choice: 0, signature: signed };
    if (kind === 0) return [{ ...bare, encrypted: true }];
    const part: ReplyEvent = { kind: 'reasoning', choice: 0, text: said };
    return kind === 1
      ? [part, bare]
      : [
          { ...part, summary: true },
          { ...bare, encrypted: true, id: 'i' },
        ];
  });
  const said = fc.oneof(
    text.map((one): ReplyEvent[] => [{ kind: 'text', choice: 0, text: one }]),
    text.map((one): ReplyEvent[] => [{ kind: 'refusal', choice: 0, text: one }]),
    fc.constant<ReplyEvent[]>([{ kind: 'produced_image', choice: 0, mediaType: 'image/png', data: 'AA==' }]),
    reasoning,
  );

  /** Reasoning parts are numbered, and texts are one, as this dialect has one text. */
  const numbered = (events: readonly ReplyEvent[]): ReplyEvent[] =>
    events.map((event, part) => (event.kind === 'reasoning' ? { ...event, part } : event));

  /** Texts that stood apart are paragraphs of one. */
  const withoutParagraph = (part: ReplyPart): ReplyPart =>
    part.kind === 'text' ? { ...part, text: part.text.replace(/^\n\n/, '') } : part;

  it('is the same when it is written and read again, as a stream and as a whole', () => {
    fc.assert(
      fc.property(fc.array(said), fc.option(signature), (pieces, signed) => {
        const called: ReplyEvent[] = [
          { kind: 'tool_call', choice: 0, call: 0, id: 'c', name: 'f', ...(signed && { signature: signed }) },
          { kind: 'tool_arguments', choice: 0, call: 0, text: '{"a":1}' },
        ];
        const events = [START, ...numbered(pieces.flat()), ...called, STOP, END];
        const reader = decoder();
        const writer = encoder(CONTEXT);
        const read = events
          .flatMap((event) => writer.write(event))
          .flatMap((message) => reader.read(message));
        const { choices } = collectReply(events);
        expect(collectReply(read).choices[0]?.parts.map(withoutParagraph)).toEqual(
          choices[0]?.parts.map(withoutParagraph),
        );
        const whole = parseReply(parseJson(JSON.stringify(renderReply({ choices }, CONTEXT))));
        const of = (kind: string) => (parts: Reply['choices'][number]['parts'] | undefined) =>
          parts?.filter((part) => part.kind === kind);
        for (const kind of ['reasoning', 'tool_call', 'produced_image']) {
          expect(of(kind)(whole.choices[0]?.parts)).toEqual(of(kind)(choices[0]?.parts));
        }
      }),
      { seed: 17 },
    );
  });
});
