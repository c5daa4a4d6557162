import fc from 'fast-check';
import { WeirError } from '@weir/core/errors';
import { describe, expect, it } from 'vitest';
import type { Call, Message, Part } from '../call.ts';
import { collectReply } from '../collect-reply.ts';
import { DialectError } from '../dialect-error.ts';
import type { ReplyContext } from '../dialect.ts';
import { asArray, asObject, parseJson, type JsonObject } from '../json.ts';
import { DEFAULT_QUIRKS } from '../quirks.ts';
import type { ReplyEvent } from '../reply-event.ts';
import type { Reply } from '../reply.ts';
import { sseReader } from '../sse.ts';
import { RECORDED_DIR, recordings, type Recording } from '../testing/recorded.ts';
import { withoutPlaces } from '../testing/without-places.ts';
import { openaiResponses as dialect } from './index.ts';

/** One recording has lines that are cut off: they are no JSON. */
const BROKEN = 'parallel-tool-call-wrapper';
/** One ends with an error. */
const FAILED = 'openai-error';

const TARGET = {
  upstreamModel: 'up',
  outputTokensMax: 1_000,
  quirks: DEFAULT_QUIRKS,
} as const;

const CONTEXT: ReplyContext = {
  requestId: 'req_1',
  model: 'm',
  createdAtMs: 1_700_000_000_500,
  usageWanted: true,
  creditLimitTokens: undefined,
};

const mine = ['openai', 'azure-openai'].flatMap((vendor) => recordings(vendor)).filter(isMine);
const named = (list: readonly Recording[]): [string, Recording][] =>
  list.map((one, index) => [`${one.file} (${index})`, one]);
const streams = named(mine.filter(({ body }) => 'sse' in body));
const sound = streams.filter(([name]) => !name.includes(BROKEN) && !name.includes(FAILED));
const replies = named(mine.filter(({ body, status }) => 'json' in body && status === 200));
const failures = named(mine.filter(({ status }) => status !== 200));
const requests = named(mine.filter(({ request }) => asObject(request)?.['input'] !== undefined));

function isMine({ path, body }: Recording): boolean {
  if (path !== undefined) return path.endsWith('/responses');
  if ('json' in body) return asObject(body.json)?.['object'] === 'response';
  return /^data: \{"type":"(?:response\.|error)/m.test(body.sse.toString());
}

function sse({ body }: Recording): Buffer {
  return 'sse' in body ? body.sse : Buffer.alloc(0);
}

function jsonOf({ body }: Recording): unknown {
  return 'json' in body ? body.json : undefined;
}

/** The stream's events, which may hold several replies one after the other. */
function decode(bytes: Buffer): ReplyEvent[] {
  let decoder = dialect.decoder();
  const reader = sseReader<ReplyEvent[]>({
    read(data) {
      if (data.includes('"response.created"')) decoder = dialect.decoder();
      return decoder.read({ data });
    },
  });
  const batches = [reader.push(bytes), reader.end()];
  return batches.flatMap(({ events }) => events.flatMap(({ reading }) => reading));
}

/** Each reply of the stream. */
function split(events: readonly ReplyEvent[]): ReplyEvent[][] {
  const all: ReplyEvent[][] = [];
  for (const event of events) {
    if (event.kind === 'start') all.push([]);
    all.at(-1)?.push(event);
  }
  return all;
}

/** The responses that the stream itself repeats at its ends, read independently. */
function completed(recording: Recording): JsonObject[] {
  return sse(recording)
    .toString()
    .split('\n')
    .flatMap((line) => {
      if (!line.startsWith('data: {"type":"response.completed"')) return [];
      return [asObject(asObject(JSON.parse(line.slice('data: '.length)))?.['response']) ?? {}];
    });
}

describe.skipIf(RECORDED_DIR === undefined)('recorded', () => {
  it('is there', () => {
    expect(streams.length).toBeGreaterThanOrEqual(8);
    expect(replies.length).toBeGreaterThanOrEqual(5);
    expect(requests.length).toBeGreaterThanOrEqual(9);
    expect(failures).toHaveLength(3);
  });

  describe('streams', () => {
    it.each(sound)('%s has an end for each response', (_, recording) => {
      const ends = decode(sse(recording)).filter(({ kind }) => kind === 'end');
      expect(ends).toHaveLength(completed(recording).length);
    });

    it.each(sound)('%s says what the whole response at its end says', (_, recording) => {
      const collected = split(decode(sse(recording))).map(collectReply);
      const expected = completed(recording);
      expect(collected).toHaveLength(expected.length);
      for (const [index, response] of expected.entries()) {
        const { serviceTier: _tier, ...reply } = dialect.parseReply(response);
        expect(unsigned(collected[index])).toMatchObject(unsigned(reply));
        const usage = asObject(response['usage']);
        expect(collected[index]?.usage).toMatchObject({
          inputTokens: usage?.['input_tokens'],
          outputTokens: usage?.['output_tokens'],
          cachedInputTokens: asObject(usage?.['input_tokens_details'])?.['cached_tokens'],
          reasoningTokens: asObject(usage?.['output_tokens_details'])?.['reasoning_tokens'],
        });
      }
    });

    it.each(sound)('%s is metered as it is decoded', (_, recording) => {
      const responses = completed(recording);
      const readings = sse(recording)
        .toString()
        .split(/^(?=data: \{"type":"response\.created")/m)
        .filter((part) => part.startsWith('data: '))
        .map((part) => {
          const meter = dialect.meter();
          const kinds = sseReader(meter)
            .push(Buffer.from(part))
            .events.map(({ reading }) => reading.kind);
          expect(kinds.slice(0, -1).every((kind) => kind === 'content')).toBe(true);
          return { last: kinds.at(-1), usage: meter.usage, text: meter.text(), end: meter.finishReason };
        });
      expect(readings).toEqual(
        responses.map((response) => ({
          last: 'terminator',
          usage: dialect.parseReply(response).usage,
          text: dialect.readReply(response)?.text,
          end: 'completed',
        })),
      );
    });

    it.each(sound)('%s survives being written and read again', (_, recording) => {
      for (const events of split(decode(sse(recording)))) {
        const reply = collectReply(events);
        const encoder = dialect.encoder(CONTEXT);
        const decoder = dialect.decoder();
        const again = events.flatMap((event) =>
          encoder.write(event).flatMap((message) => decoder.read(message)),
        );
        expect(again.at(-1)).toEqual({ kind: 'end' });
        expect(comparable(collectReply(again))).toEqual(comparable(reply));
        expect(comparable(dialect.parseReply(dialect.renderReply(reply, CONTEXT)))).toEqual(
          comparable(reply),
        );
      }
    });

    it('with an error in it ends with one, and once', () => {
      const found = streams.find(([name]) => name.includes(FAILED));
      const events = decode(found ? sse(found[1]) : Buffer.alloc(0));
      expect(events.map(({ kind }) => kind)).toEqual(['start', 'error']);
      expect(events[1]).toMatchObject({
        error: { message: expect.stringContaining('You exceeded your current quota') },
      });
    });

    it('with events that are no JSON is no reply', () => {
      const found = streams.find(([name]) => name.includes(BROKEN));
      expect(found).toBeDefined();
      expect(() => decode(found ? sse(found[1]) : Buffer.alloc(0))).toThrow(DialectError);
    });
  });

  describe('replies', () => {
    it.each(replies)('%s survives being written and read again', (_, recording) => {
      const reply = dialect.parseReply(jsonOf(recording));
      expect(reply.choices[0]?.parts.length).toBeGreaterThan(0);
      const again = dialect.parseReply(dialect.renderReply(reply, CONTEXT));
      expect(comparable(again)).toEqual(comparable(reply));
    });

    it.each(replies)('%s has the usage that it says', (_, recording) => {
      const usage = asObject(asObject(jsonOf(recording))?.['usage']);
      expect(dialect.readReply(jsonOf(recording))?.usage).toMatchObject({
        inputTokens: usage?.['input_tokens'],
        outputTokens: usage?.['output_tokens'],
        cachedInputTokens: asObject(usage?.['input_tokens_details'])?.['cached_tokens'],
        reasoningTokens: asObject(usage?.['output_tokens_details'])?.['reasoning_tokens'],
      });
    });

    it('tell the cache that was written from the one that was read', () => {
      const usages = replies
        .filter(([name]) => name.includes('prompt_cache'))
        .map(([, recording]) => dialect.parseReply(jsonOf(recording)).usage);
      expect(usages).toEqual([
        {
          inputTokens: 4_020,
          cachedInputTokens: 0,
          cacheWrite5mTokens: 4_012,
          outputTokens: 5,
          reasoningTokens: 0,
        },
        {
          inputTokens: 4_020,
          cachedInputTokens: 4_012,
          cacheWrite5mTokens: 0,
          outputTokens: 5,
          reasoningTokens: 0,
        },
      ]);
    });

    it.each(failures)('%s is an error', (_, recording) => {
      const said = asObject(asObject(jsonOf(recording))?.['error']);
      const { message, param } = dialect.readVendorError(jsonOf(recording)) ?? {};
      expect(message?.slice(0, 20)).toBe(String(said?.['message']).slice(0, 20));
      expect(param ?? null).toBe(said?.['param']);
      expect(() => dialect.parseReply(jsonOf(recording))).toThrow(DialectError);
    });
  });

  describe('requests', () => {
    it.each(requests)('%s comes back the same from the canonical model', (_, { request }) => {
      const parsed = dialect.parseRequest(withoutStore(request), {});
      const call = dialect.toCall(parsed);
      const again = dialect.parseRequest(JSON.parse(dialect.renderRequest(call, TARGET)), {});
      expect(withoutPlaces(dialect.toCall(again))).toEqual(withoutPlaces(withoutDropped(call)));
      expect(again).toMatchObject({ model: 'up', outputTokensMax: 1_000, stream: call.stream });
    });

    it.each(requests)('%s passes with its own fields', (_, { request }) => {
      const body = withoutStore(request);
      const passed: unknown = JSON.parse(dialect.passRequest(dialect.parseRequest(body, {}), TARGET));
      expect(passed).toEqual({ ...body, model: 'up', max_output_tokens: 1_000, store: false });
    });

    it.each(requests)('%s can be counted', (_, { request }) => {
      const { text } = dialect.promptOf(dialect.parseRequest(withoutStore(request), {}));
      const [message] = asArray(asObject(request)?.['input']);
      const content = asObject(message)?.['content'];
      expect(text).toContain(typeof content === 'string' ? content : 'e');
    });
  });

  it('holds no mutation that throws anything else', () => {
    const texts = [
      ...replies.map(([, recording]) => JSON.stringify(jsonOf(recording))),
      ...requests.map(([, { request }]) => JSON.stringify(request)),
      ...streams
        .flatMap(([, recording]) =>
          sse(recording)
            .toString()
            .split('\n')
            .filter((line) => line.startsWith('data: '))
            .slice(-3),
        )
        .map((line) => line.slice('data: '.length)),
    ].filter((text) => text.length < 20_000 && parseJson(text) !== undefined);
    const junk = fc.constantFrom('null', '[]', '{}', '""', '7', 'true', '"type"', '-1', '[null]');
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.nat(), junk, (text, at, by) => {
        // One value of the JSON becomes another.
        const values = [
          ...text.matchAll(/(?<=[:[,])(?:"(?:[^"\\]|\\.)*"|-?\d+|true|false|null|\[\]|\{\})(?=[,\]}])/g),
        ];
        const value = values[at % Math.max(values.length, 1)];
        const mutated = value
          ? text.slice(0, value.index) + by + text.slice(value.index + value[0].length)
          : text;
        expectOnlyOwnErrors(mutated);
      }),
      { seed: 11, numRuns: 2_000 },
    );
  });
});

/** Whatever comes, nothing but the errors that are announced is thrown. */
function expectOnlyOwnErrors(text: string): void {
  const attempts: (() => unknown)[] = [
    () => {
      const request = dialect.parseRequest(JSON.parse(text), {});
      dialect.promptOf(request);
      dialect.renderRequest(dialect.toCall(request), TARGET);
    },
    () => dialect.renderReply(dialect.parseReply(JSON.parse(text)), CONTEXT),
    () => dialect.decoder().read({ data: text }),
    () => dialect.meter().read(text),
    () => dialect.readReply(JSON.parse(text)),
    () => dialect.readVendorError(JSON.parse(text)),
    () => dialect.markOutputLimit(text, 3),
  ];
  for (const attempt of attempts) {
    try {
      attempt();
    } catch (error) {
      expect(error instanceof WeirError || error instanceof DialectError ? undefined : error).toBe(undefined);
    }
  }
}

/** OpenAI encrypts its reasoning anew for every event that has it. */
function unsigned<R extends Partial<Reply> | undefined>(reply: R): R {
  return JSON.parse(JSON.stringify(reply).replaceAll(/"value":"[^"]*"/g, '"value":""')) as R;
}

/** Ids, the model’s name and the tier are the gateway’s, or are not said in a stream. */
function comparable({ choices, usage }: Reply): unknown {
  return { choices, usage };
}

/** The gateway refuses to let anything be stored. */
function withoutStore(request: unknown): JsonObject {
  const { store: _, ...rest } = asObject(request) ?? {};
  return rest;
}

/** As `dropped` says. */
function withoutDropped(call: Call): Call {
  return {
    ...call,
    messages: call.messages.map((message): Message => ({
      ...message,
      parts: message.parts.map((part): Part => {
        if (!('cache' in part)) return part;
        const { cache: _, ...rest } = part;
        return rest;
      }),
    })),
  };
}
