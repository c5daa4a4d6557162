import { describe, expect, it } from 'vitest';
import { collectReply } from '../collect-reply.ts';
import type { ReplyContext } from '../dialect.ts';
import { asArray, asObject, asString } from '../json.ts';
import { DEFAULT_QUIRKS } from '../quirks.ts';
import type { ReplyEvent } from '../reply-event.ts';
import { sseReader } from '../sse.ts';
import { RECORDED_DIR, recordings, type Recording } from '../testing/recorded.ts';
import { withoutPlaces } from '../testing/without-places.ts';
import { googleGemini } from './index.ts';

const TARGET = {
  upstreamModel: 'gemini-3-pro-preview',
  outputTokensMax: 9,
  quirks: DEFAULT_QUIRKS,
} as const;

const CONTEXT: ReplyContext = {
  requestId: 'req_1',
  model: 'm',
  createdAtMs: 0,
  usageWanted: true,
  creditLimitTokens: undefined,
};

const all = recordings('google');
const streams = all.flatMap((recording) =>
  'sse' in recording.body ? [{ name: nameOf(recording), sse: recording.body.sse }] : [],
);
const replies = all.flatMap((recording) =>
  'json' in recording.body && recording.status === 200
    ? [{ name: nameOf(recording), json: recording.body.json }]
    : [],
);
const errors = all.flatMap((recording) =>
  'json' in recording.body && recording.status !== 200
    ? [{ name: nameOf(recording), json: recording.body.json }]
    : [],
);
const requests = all.flatMap((recording) =>
  recording.request === undefined ? [] : [{ name: nameOf(recording), request: recording.request }],
);

function nameOf({ file, path }: Recording): string {
  return `${file} ${path ?? ''}`;
}

function dataOf(chunks: readonly Buffer[]): string[] {
  const reader = sseReader({ read: () => undefined });
  return [...chunks.map((chunk) => reader.push(chunk)), reader.end()].flatMap(({ events }) =>
    events.map(({ data }) => data),
  );
}

function decode(data: readonly string[]): ReplyEvent[] {
  const decoder = googleGemini.decoder();
  return [...data.flatMap((item) => decoder.read({ data: item })), ...decoder.end()];
}

/** The greatest figure of each kind, straight from the messages. */
function expectedUsage(messages: readonly unknown[]): Record<string, number> {
  const greatest = (field: string): number | undefined => {
    const values = messages.flatMap((message) => {
      const value = asObject(asObject(message)?.['usageMetadata'])?.[field];
      return typeof value === 'number' ? [value] : [];
    });
    return values.length > 0 ? Math.max(...values) : undefined;
  };
  const [prompt, answer, thoughts] = ['promptTokenCount', 'candidatesTokenCount', 'thoughtsTokenCount'].map(
    greatest,
  );
  return {
    inputTokens: prompt ?? NaN,
    outputTokens: (answer ?? 0) + (thoughts ?? 0),
    ...(thoughts !== undefined && { reasoningTokens: thoughts }),
  };
}

describe.skipIf(RECORDED_DIR === undefined)('what Google sent', () => {
  it('is there', () => {
    expect([streams.length, replies.length, errors.length, requests.length]).toEqual([10, 3, 2, 9]);
  });

  describe.each(streams)('stream $name', ({ sse }) => {
    const data = dataOf([sse]);
    const events = decode(data);

    it('is complete, and says what stands in it', () => {
      expect(events.at(-1)).toEqual({ kind: 'end' });
      const texts = data.flatMap((item) => {
        const [candidate] = asArray(asObject(JSON.parse(item))?.['candidates']);
        return asArray(asObject(asObject(candidate)?.['content'])?.['parts']).map(asObject);
      });
      const answer = texts
        .filter((part) => part?.['thought'] !== true)
        .map((part) => asString(part?.['text']) ?? '');
      const read = events.flatMap((event) => (event.kind === 'text' ? [event.text] : []));
      expect(read.join('')).toBe(answer.join(''));
      const signatures = texts.flatMap((part) => part?.['thoughtSignature'] ?? []);
      expect(JSON.stringify(events).match(/"dialect":"google-gemini","value"/g)?.length ?? 0).toBe(
        signatures.length,
      );
      for (const signature of signatures) expect(JSON.stringify(events)).toContain(signature);
    });

    it('has the usage of its messages', () => {
      const expected = expectedUsage(data.map((item): unknown => JSON.parse(item)));
      expect(collectReply(events).usage).toEqual(expected);
      const meter = googleGemini.meter();
      const kinds = data.map((item) => meter.read(item).kind);
      expect(meter.usage).toEqual(expected);
      expect(meter.finishReason).toBe('STOP');
      expect(kinds.at(-1)).toBe('last');
      expect(kinds.slice(0, -1)).not.toContain('last');
    });

    it('is not complete before its last message', () => {
      expect(decode(data.slice(0, -1)).map(({ kind }) => kind)).not.toContain('end');
    });

    it('says the same when it was written again', () => {
      const reply = collectReply(events);
      const again = { ...reply, id: CONTEXT.requestId, model: CONTEXT.model };
      const encoder = googleGemini.encoder(CONTEXT);
      const written = events.flatMap((event) => encoder.write(event));
      expect(collectReply(decode(written.map((message) => message.data)))).toEqual(again);
      expect(googleGemini.parseReply(googleGemini.renderReply(reply, CONTEXT))).toEqual(again);
    });
  });

  describe.each(replies)('reply $name', ({ json }) => {
    it('is read, with its usage, and says the same when it was written again', () => {
      const reply = googleGemini.parseReply(json);
      expect(reply.usage).toEqual(expectedUsage([json]));
      expect(googleGemini.readReply(json)?.usage).toEqual(reply.usage);
      const written = googleGemini.renderReply(reply, CONTEXT);
      expect(googleGemini.parseReply(written)).toEqual({ ...reply, id: 'req_1', model: 'm' });
    });
  });

  it.each(errors)('error $name is read', ({ json }) => {
    expect(googleGemini.readVendorError(json)?.message).toMatch(
      /API key not valid|exceeded your current quota/,
    );
    expect(() => googleGemini.parseReply(json)).toThrow(/API key not valid|exceeded your current quota/);
  });

  it.each(requests)('request $name is the same call when it was written again', ({ request }) => {
    const address = { model: 'gemini-3-pro-preview', stream: false };
    const call = googleGemini.toCall(googleGemini.parseRequest(request, address));
    const written: unknown = JSON.parse(googleGemini.renderRequest(call, TARGET));
    const again = googleGemini.toCall(googleGemini.parseRequest(written, address));
    expect(withoutPlaces(again)).toEqual(withoutPlaces(call));
  });
});
