import { describe, expect, it } from 'vitest';
import { collectReply } from '../collect-reply.ts';
import { DialectError } from '../dialect-error.ts';
import type { ReplyContext, RequestTarget } from '../dialect.ts';
import { parseJson } from '../json.ts';
import { DEFAULT_QUIRKS } from '../quirks.ts';
import type { ReplyEvent } from '../reply-event.ts';
import type { Reply } from '../reply.ts';
import { sseReader, type SseReading } from '../sse.ts';
import { RECORDED_DIR, recordings, type Recording } from '../testing/recorded.ts';
import { withoutPlaces } from '../testing/without-places.ts';
import { mergeUsage, type Usage } from '../usage.ts';
import { anthropicMessages as dialect } from './index.ts';

/** Of the vendor's own tools, which no other dialect knows. */
const SERVER_TOOLS = /code_execution_tool_stream|web-search-tool|web-fetch-tool/;
/** The message begins anew in the middle of a call. */
const SPLICED = /spliced/;

const all = recordings('anthropic');
const answered = all.filter(({ status, path }) => status === 200 && !path?.endsWith('/count_tokens'));
const streams = answered.flatMap((it) => ('sse' in it.body ? [{ ...it, sse: it.body.sse }] : []));
const replies = answered.flatMap((it) => ('json' in it.body ? [{ ...it, json: it.body.json }] : []));
const errors = all.flatMap((it) => (it.status >= 400 && 'json' in it.body ? [it.body.json] : []));
const requests = all.filter(({ request }) => request !== undefined);
const named = <T extends Recording>(list: T[]): [string, T][] =>
  list.map((it, i) => [`${it.file} (${i})`, it]);

const contextFor = (reply: Reply): ReplyContext => ({
  requestId: 'req_1',
  model: reply.model ?? 'm',
  createdAtMs: 0,
  usageWanted: true,
  creditLimitTokens: undefined,
});
/** Ours is made of the gateway's. */
const withoutId = (reply: Reply) => ({ ...reply, id: undefined });

/** A message holds arguments as JSON, whose spaces are nobody's. */
const comparable = (reply: Reply) => ({
  ...withoutId(reply),
  choices: reply.choices.map((choice) => ({
    ...choice,
    parts: choice.parts.map((part) =>
      part.kind === 'tool_call'
        ? { ...part, arguments: JSON.stringify(parseJson(part.arguments) ?? part.arguments) }
        : part,
    ),
  })),
});

/** What a reader says of a stream that comes in these pieces. */
function readInPieces<T>(pieces: readonly Buffer[], reading: SseReading<T>): T[] {
  const reader = sseReader(reading);
  return [...pieces.map((piece) => reader.push(piece)), reader.end()].flatMap(({ events }) =>
    events.map(({ reading }) => reading),
  );
}

function decode(pieces: readonly Buffer[]): ReplyEvent[] {
  const decoder = dialect.decoder();
  const events = readInPieces(pieces, { read: (data) => decoder.read({ data }) }).flat();
  return [...events, ...decoder.end()];
}

function meterOf(pieces: readonly Buffer[]) {
  const meter = dialect.meter();
  return { kinds: readInPieces(pieces, meter).map(({ kind }) => kind), meter };
}

/** What is written of the events, read again. */
function reencode(events: readonly ReplyEvent[]): ReplyEvent[] {
  const encoder = dialect.encoder(contextFor(collectReply(events)));
  const decoder = dialect.decoder();
  return events.flatMap((event) => encoder.write(event)).flatMap((message) => decoder.read(message));
}

interface RawUsage {
  input_tokens?: number;
  cache_read_input_tokens?: number;
  cache_creation_input_tokens?: number;
  cache_creation?: { ephemeral_1h_input_tokens: number };
  output_tokens?: number;
  output_tokens_details?: { thinking_tokens: number };
}

interface Said {
  text?: string;
  thinking?: string;
  partial_json?: string;
  name?: string;
  stop_reason?: string;
}

interface RawEvent {
  type: string;
  message?: { usage: RawUsage };
  usage?: RawUsage;
  delta?: Said;
  content_block?: Said;
}

const parsedEvents = (sse: Buffer) =>
  sse
    .toString()
    .split('\n')
    .filter((line) => line.startsWith('data:'))
    .map((line) => JSON.parse(line.slice(5)) as RawEvent);

/** The figures as they stand in the recording, summed by hand. */
function figures(raw: RawUsage): Usage {
  const { input_tokens: input, output_tokens: output, cache_creation: written } = raw;
  const { cache_read_input_tokens: read, cache_creation_input_tokens: created } = raw;
  return {
    ...(input !== undefined && { inputTokens: input + (read ?? 0) + (created ?? 0) }),
    ...(read !== undefined && { cachedInputTokens: read }),
    ...(created !== undefined && { cacheWrite5mTokens: created - (written?.ephemeral_1h_input_tokens ?? 0) }),
    ...(written && { cacheWrite1hTokens: written.ephemeral_1h_input_tokens }),
    ...(output !== undefined && { outputTokens: output }),
    ...(raw.output_tokens_details && { reasoningTokens: raw.output_tokens_details.thinking_tokens }),
  };
}

/** Nobody wrote to a cache of an hour in these. */
const streamedFigures = (sse: Buffer) =>
  parsedEvents(sse)
    .flatMap(({ message, usage }) => message?.usage ?? usage ?? [])
    .map(figures)
    .reduce<Usage | undefined>(mergeUsage, undefined);

describe.skipIf(RECORDED_DIR === undefined)('what Anthropic sent', () => {
  it('is there', () => {
    expect([streams.length, replies.length, requests.length, errors.length]).toEqual([17, 9, 19, 2]);
  });

  describe.each(named(streams))('a stream: %s', (file, { sse }) => {
    it('is metered to its end, with the figures and the text that stand in it', () => {
      const { kinds, meter } = meterOf([sse]);
      expect(kinds.at(-1)).toBe('terminator');
      expect(new Set(kinds.slice(0, -1))).toEqual(new Set(['content']));
      expect(meter.usage).toEqual(streamedFigures(sse));
      const stops = parsedEvents(sse).flatMap(({ delta }) => delta?.stop_reason ?? []);
      expect(meter.finishReason).toBe(stops.at(-1));
      const deltas = parsedEvents(sse).map(({ delta, content_block: block }) => {
        const { text, thinking, partial_json: json, name } = { ...block, ...delta };
        return text ?? thinking ?? json ?? name ?? '';
      });
      expect(meter.text()).toBe(deltas.join(''));
    });

    it.runIf(SERVER_TOOLS.test(file))('can’t be read, as it has blocks of the vendor’s own tools', () => {
      expect(() => decode([sse])).toThrow(DialectError);
    });
  });

  describe.each(named(streams.filter(({ file }) => !SERVER_TOOLS.test(file))))(
    'what a stream says: %s',
    (file, { sse }) => {
      it('is read from its start to its end', () => {
        const events = decode([sse]);
        expect(events.at(0)?.kind).toBe('start');
        expect(events.at(-1)).toEqual({ kind: 'end' });
      });

      it('says what was used', () => {
        expect(collectReply(decode([sse])).usage).toEqual(streamedFigures(sse));
      });

      it('is the same reply when it is written as a message or as a stream, and read again', () => {
        const events = decode([sse]);
        const reply = collectReply(events);
        const written = dialect.parseReply(dialect.renderReply(reply, contextFor(reply)));
        expect(comparable(written)).toEqual(comparable(reply));
        expect(withoutId(collectReply(reencode(events)))).toEqual(withoutId(reply));
      });

      it.skipIf(SPLICED.test(file))('has one block per part, whose text is all there', () => {
        const texts = collectReply(decode([sse])).choices[0]?.parts.flatMap((part) =>
          part.kind === 'text' || part.kind === 'reasoning' ? part.text : [],
        );
        expect(texts?.join('')).toBe(
          parsedEvents(sse)
            .map(({ delta }) => delta?.text ?? delta?.thinking ?? '')
            .join(''),
        );
      });
    },
  );

  describe.each(named(replies))('a reply: %s', (file, { json }) => {
    const {
      usage,
      content,
      stop_reason: stopReason,
    } = json as {
      usage: RawUsage;
      content: { type: string; text?: string; name?: string; input?: object }[];
      stop_reason: string;
    };

    it('is metered with the figures and the text that stand in it', () => {
      const text = content.map(({ type, text, name, input }) =>
        type === 'text' ? text : name === undefined ? '' : `${name}${JSON.stringify(input)}`,
      );
      expect(dialect.readReply(json)).toEqual({
        usage: figures(usage),
        text: text.join('').replaceAll('{}', ''),
        finishReason: stopReason,
      });
    });

    it('is the same when it is written and read again', () => {
      if (SERVER_TOOLS.test(file)) {
        expect(() => dialect.parseReply(json)).toThrow(DialectError);
        return;
      }
      const reply = dialect.parseReply(json);
      expect(reply.usage).toEqual(figures(usage));
      expect(withoutId(dialect.parseReply(dialect.renderReply(reply, contextFor(reply))))).toEqual(
        withoutId(reply),
      );
    });
  });

  it.each(errors)('an error is one: %j', (json) => {
    expect(dialect.readVendorError(json)?.message).toMatch(/prompt is too long|claude-does-not-exist/);
    expect(dialect.readReply(json)).toBeUndefined();
  });

  it('a count of tokens is no reply', () => {
    expect(dialect.readReply({ input_tokens: 19 })).toBeUndefined();
  });

  it.each(named(requests))('a request means the same when it is written again: %s', (file, { request }) => {
    const read = () => dialect.toCall(dialect.parseRequest(request, {}));
    if (SERVER_TOOLS.test(file)) {
      expect(read).toThrow(expect.objectContaining({ code: 'invalid_request', param: 'tools[0].type' }));
      return;
    }
    const call = read();
    const { model, outputTokensMax = 1_000 } = dialect.parseRequest(request, {});
    const target: RequestTarget = {
      upstreamModel: model,
      outputTokensMax,
      quirks: DEFAULT_QUIRKS,
    };
    const written = JSON.parse(dialect.renderRequest(call, target)) as unknown;
    const again = dialect.toCall(dialect.parseRequest(written, {}));
    expect(withoutPlaces(again)).toEqual(withoutPlaces(call));
  });
});
