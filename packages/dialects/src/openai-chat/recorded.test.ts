import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Call } from '../call.ts';
import { collectReply } from '../collect-reply.ts';
import { asArray, asObject, parseJson, type JsonObject } from '../json.ts';
import type { ReplyEvent } from '../reply-event.ts';
import type { Reply } from '../reply.ts';
import { sseReader } from '../sse.ts';
import { RECORDED_DIR, recordings, type Recording } from '../testing/recorded.ts';
import type { Usage } from '../usage.ts';
import { decoder } from './decoder.ts';
import { encoder } from './encoder.ts';
import { readVendorError } from './errors.ts';
import { parseReply } from './parse-reply.ts';
import { renderRequest } from './render-request.ts';
import { renderReply } from './render-reply.ts';
import { asked, CONTEXT, TARGET } from './testing/requests.ts';
import { toCall } from './to-call.ts';
import { openaiServiceTier } from './service-tier.ts';

const VENDORS = [
  'openai',
  'azure-openai',
  'alibaba-qwen',
  'deepseek',
  'groq',
  'mistral',
  'moonshotai',
  'openai-compatible',
  'openrouter',
  'xai',
];

const isChat = ({ path, body }: Recording): boolean => {
  if (path !== undefined) return path.endsWith('/chat/completions');
  const text = 'sse' in body ? body.sse.toString() : JSON.stringify(body.json);
  return /"object": ?"chat\.completion|"id":"chatcmpl-stream"/.test(text);
};

const ALL = RECORDED_DIR === undefined ? [] : VENDORS.flatMap((vendor) => recordings(vendor)).filter(isChat);
const named = (all: readonly Recording[]) =>
  all.map((recording, i) => [`${i} ${recording.vendor}/${recording.file}`, recording] as const);

/** Files that hold the chunks alone were saved without the terminator. */
function bytesOf({ body }: Recording): Buffer {
  if (!('sse' in body)) throw new Error('no stream');
  return body.sse.includes('[DONE]') ? body.sse : Buffer.concat([body.sse, Buffer.from('data: [DONE]\n\n')]);
}

function decode(bytes: Buffer): ReplyEvent[] {
  const reply = decoder();
  const reader = sseReader({ read: (data: string) => reply.read({ data }) });
  const batches = [reader.push(bytes), reader.end()];
  return [...batches.flatMap(({ events }) => events.flatMap(({ reading }) => reading)), ...reply.end()];
}

/** The figures as they stand in the recording. */
function figuresIn(given: JsonObject): Usage {
  const at = (...path: string[]): unknown =>
    path.reduce<unknown>((value, key) => asObject(value)?.[key], given);
  const [input, output, total] = [at('prompt_tokens'), at('completion_tokens'), at('total_tokens')].map(
    Number,
  );
  const cached = at('prompt_tokens_details', 'cached_tokens') ?? at('cached_tokens');
  const found: Record<string, unknown> = {
    inputTokens: input,
    // Whatever the vendor calls output: what is no input.
    outputTokens: (total ?? 0) - (input ?? 0),
    cachedInputTokens: cached,
    cacheWrite5mTokens: at('prompt_tokens_details', 'cache_write_tokens'),
    audioInputTokens: at('prompt_tokens_details', 'audio_tokens'),
    reasoningTokens: at('completion_tokens_details', 'reasoning_tokens'),
    audioOutputTokens: at('completion_tokens_details', 'audio_tokens'),
  };
  expect(output).toBeGreaterThan(0);
  return Object.fromEntries(Object.entries(found).filter(([, count]) => count !== undefined)) as Usage;
}

/** All that a reply says, but for the id and the model, which the gateway gives it, and for a tier that OpenAI lacks. */
const said = ({ choices, usage, serviceTier }: Reply) => ({
  choices,
  usage,
  serviceTier: openaiServiceTier(serviceTier),
});

const again = (reply: Reply): Reply => parseReply(JSON.parse(JSON.stringify(renderReply(reply, CONTEXT))));

describe.skipIf(RECORDED_DIR === undefined)('recorded streams', () => {
  const streams = ALL.filter(({ body }) => 'sse' in body);

  it('are there', () => {
    expect(streams.length).toBeGreaterThan(14);
  });

  it.each(named(streams))('%s: is read from its start to its end', (_, recording) => {
    const events = decode(bytesOf(recording));
    expect(events.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['start', 'finish', 'end']));
    expect(events.at(-1)).toEqual({ kind: 'end' });
  });

  it.each(named(streams))('%s: has the usage that stands in it', (_, recording) => {
    const datas = bytesOf(recording)
      .toString()
      .matchAll(/^data: (\{.*\})$/gm);
    const usages = [...datas].flatMap(([, data]) => {
      const usage = asObject(asObject(parseJson(data ?? ''))?.['usage']);
      return usage ? [usage] : [];
    });
    const { usage } = collectReply(decode(bytesOf(recording)));
    const last = usages.at(-1);
    expect(usage).toEqual(last && figuresIn(last));
  });

  it.each(named(streams))('%s: is the same when it is written and read again', (_, recording) => {
    const events = decode(bytesOf(recording));
    const reply = collectReply(events);
    expect(said(again(reply))).toEqual(said(reply));
    const writer = encoder(CONTEXT);
    const messages = events.flatMap((event) => writer.write(event));
    expect(messages.at(-1)).toEqual({ data: '[DONE]' });
    const reader = decoder();
    expect(said(collectReply(messages.flatMap((message) => reader.read(message))))).toEqual(said(reply));
  });
});

describe.skipIf(RECORDED_DIR === undefined)('recorded replies', () => {
  const jsons = ALL.flatMap((recording) =>
    'json' in recording.body ? [[recording.file, recording, recording.body.json] as const] : [],
  );
  const isError = (json: unknown) => asObject(json)?.['choices'] === undefined;

  it.each(jsons.filter(([, , json]) => !isError(json)))('%s: is read, and the same again', (_, __, json) => {
    const reply = parseReply(json);
    expect(reply.usage).toEqual(figuresIn(asObject(asObject(json)?.['usage']) ?? {}));
    expect(reply.choices).toHaveLength(asArray(asObject(json)?.['choices']).length);
    expect(said(again(reply))).toEqual(said(reply));
  });

  it.each(jsons.filter(([, , json]) => isError(json)))('%s: is an error', (_, __, json) => {
    expect(readVendorError(json)).toMatchObject({ message: expect.stringMatching(/\w/) });
    expect(() => parseReply(json)).toThrow(expect.objectContaining({ name: 'DialectError' }));
  });
});

describe.skipIf(RECORDED_DIR === undefined)('recorded requests', () => {
  const requests = ALL.flatMap((recording) => {
    const body = asObject(recording.request);
    return body ? [[`${recording.vendor}/${recording.file}`, body] as const] : [];
  });
  /** Cache marks, which this dialect's requests leave out. */
  const withoutMarks = (call: Call) =>
    JSON.parse(JSON.stringify(call, (key, value: unknown) => (key === 'cache' ? undefined : value))) as Call;

  it.each(requests)('%s: is the same call when it is written and read again', (_, body) => {
    const { provider, ...rest } = body;
    if (provider !== undefined) {
      // OpenRouter’s choice among its vendors.
      expect(() => toCall(asked(body))).toThrow(
        expect.objectContaining({ code: 'invalid_request', param: 'provider' }),
      );
    }
    const call = toCall(asked(rest));
    const sent = parseJson(renderRequest(call, TARGET));
    expect(sent).toMatchObject({ model: 'up', max_tokens: 9 });
    const { reasoning, ...same } = withoutMarks(call);
    expect(toCall(asked(asObject(sent) ?? {}))).toMatchObject(same);
    // A budget becomes an effort.
    if (reasoning) expect(sent).toMatchObject({ reasoning_effort: 'low' });
  });
});

describe.skipIf(RECORDED_DIR === undefined)('streams that a client of OpenAI’s recorded', () => {
  const streams = () => ALL.filter(({ file }) => file.endsWith('.snap')).map(bytesOf);

  it('carry logprobs of texts and refusals', () => {
    const replies = streams().map((bytes) => collectReply(decode(bytes)));
    expect(replies).toHaveLength(4);
    const [text, refusal] = replies.map(({ choices }) => choices[0]);
    expect(text?.logprobs?.slice(0, 2)).toEqual([
      { token: '{"', logprob: -0.0036115935, bytes: [123, 34], alternatives: [] },
      { token: 'city', logprob: -8.418666e-6, bytes: [99, 105, 116, 121], alternatives: [] },
    ]);
    expect(refusal?.parts).toEqual([{ kind: 'refusal', text: expect.stringContaining('sorry') as string }]);
    expect(refusal?.finish).toEqual({ reason: 'refusal', native: 'stop' });
    expect(refusal?.logprobs?.map(({ token }) => token).join('')).toBe(
      refusal?.parts[0]?.kind === 'refusal' ? refusal.parts[0].text : '',
    );
    for (const reply of replies) expect(said(again(reply))).toEqual(said(reply));
  });
});

describe.skipIf(RECORDED_DIR === undefined)('recorded payloads with a value replaced', () => {
  /** The value that the picks lead to, each picking a member, is another one. */
  function mutated(value: unknown, picks: readonly number[], replacement: unknown): unknown {
    const [pick, ...rest] = picks;
    const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
    const key = keys[(pick ?? 0) % keys.length];
    if (pick === undefined || key === undefined) return replacement;
    const copy: Record<string, unknown> | unknown[] = Array.isArray(value)
      ? [...value]
      : { ...asObject(value) };
    return Object.assign(copy, {
      [key]: mutated(asObject(copy)?.[key] ?? asArray(copy)[Number(key)], rest, replacement),
    });
  }

  const linesOf = (recording: Recording): unknown[] =>
    'json' in recording.body
      ? [recording.body.json]
      : [...recording.body.sse.toString().matchAll(/^data: (\{.*\})$/gm)].map(([, data]) =>
          parseJson(data ?? ''),
        );

  it('throw nothing but what they may', () => {
    const recording = fc.nat(ALL.length - 1).map((i) => ALL[i]);
    fc.assert(
      fc.property(
        recording,
        fc.nat(),
        fc.array(fc.nat(20), { minLength: 1, maxLength: 6 }),
        fc.jsonValue(),
        (one, line, picks, value) => {
          if (!one) return;
          const lines = linesOf(one).slice(0, 12);
          const at = line % lines.length;
          const stream = lines.with(at, mutated(lines[at], picks, value));
          const request = asObject(mutated(one.request ?? {}, picks, value)) ?? {};
          const decodes = () => {
            const reply = decoder();
            for (const chunk of stream) reply.read({ data: JSON.stringify(chunk) });
            reply.read({ data: '[DONE]' });
          };
          for (const run of [decodes, () => parseReply(stream[at]), () => toCall(asked(request))]) {
            try {
              run();
            } catch (error) {
              expect(['DialectError', 'WeirError']).toContain((error as Error).name);
            }
          }
        },
      ),
      { numRuns: 1_000, seed: 19 },
    );
  });
});
