import { describe, expect, it } from 'vitest';
import { collectReply } from '../collect-reply.ts';
import type { ReplyContext } from '../dialect.ts';
import { DialectError } from '../dialect-error.ts';
import type { ReplyEvent } from '../reply-event.ts';
import type { Reply, ReplyPart } from '../reply.ts';
import type { Usage } from '../usage.ts';
import { googleGemini } from './index.ts';

const CONTEXT: ReplyContext = {
  requestId: 'req_1',
  model: 'm',
  createdAtMs: 0,
  usageWanted: true,
  creditLimitTokens: undefined,
};

const candidate = (parts: object[], more: object = {}) => ({
  content: { parts, role: 'model' },
  finishReason: 'STOP',
  index: 0,
  ...more,
});
const reply = (...candidates: object[]) => ({ candidates });
const parse = (...candidates: object[]) => googleGemini.parseReply(reply(...candidates));
const partsOf = (...parts: object[]) => parse(candidate(parts)).choices[0]?.parts;
const call = (functionCall: object) => ({ functionCall });

describe('a reply', () => {
  it('has texts, thoughts, images and calls, with their signatures', () => {
    const json = {
      candidates: [
        candidate([
          { text: 'hm', thought: true, thoughtSignature: 'QQ==' },
          { text: 'mm', thought: true },
          { text: 'see' },
          { text: ' this', thoughtSignature: 'Qg==' },
          { inlineData: { mimeType: 'image/png', data: 'AAAA' }, thoughtSignature: 'Qw==' },
          { functionCall: { name: 'f', args: { a: [1] } }, thoughtSignature: 'RA==' },
          { functionCall: { name: 'g', id: 'given' } },
        ]),
      ],
      modelVersion: 'gemini-x',
      responseId: 'a/b_c-d',
    };
    const signature = (value: string) => ({ dialect: 'google-gemini', value });
    expect(googleGemini.parseReply(json)).toEqual({
      id: 'a/b_c-d',
      model: 'gemini-x',
      choices: [
        {
          parts: [
            { kind: 'reasoning', text: 'hm', summary: true, signature: signature('QQ==') },
            { kind: 'reasoning', text: 'mm', summary: true },
            { kind: 'text', text: 'see this' },
            { kind: 'reasoning', text: '', signature: signature('Qg=='), encrypted: true },
            { kind: 'produced_image', mediaType: 'image/png', data: 'AAAA' },
            { kind: 'reasoning', text: '', signature: signature('Qw=='), encrypted: true },
            {
              kind: 'tool_call',
              id: 'call_ab_c-d_0_0',
              name: 'f',
              arguments: '{"a":[1]}',
              signature: signature('RA=='),
            },
            { kind: 'tool_call', id: 'given', name: 'g', arguments: '{}' },
          ],
          finish: { reason: 'tool_calls', native: 'STOP' },
        },
      ],
    });
  });

  it.each([
    ['STOP', 'stop'],
    ['MAX_TOKENS', 'length'],
    ['SAFETY', 'content_filter'],
    ['RECITATION', 'content_filter'],
    ['BLOCKLIST', 'content_filter'],
    ['PROHIBITED_CONTENT', 'content_filter'],
    ['SPII', 'content_filter'],
    ['IMAGE_SAFETY', 'content_filter'],
    ['MALFORMED_FUNCTION_CALL', 'error'],
    ['UNEXPECTED_TOOL_CALL', 'error'],
    ['LANGUAGE', 'error'],
    ['OTHER', 'error'],
    ['SOMETHING_NEW', 'error'],
  ])('that finished with %s: %s', (finishReason, reason) => {
    const read = parse(candidate([{ text: 'x' }], { finishReason }));
    expect(read.choices[0]?.finish).toEqual({ reason, native: finishReason });
    if (finishReason === 'SOMETHING_NEW') return;
    expect(googleGemini.parseReply(googleGemini.renderReply(read, CONTEXT)).choices).toEqual(read.choices);
  });

  it('has its choices by index, of which 0 is left out', () => {
    const { index: _, ...first } = candidate([{ text: 'a' }]);
    const read = parse(first, candidate([{ text: 'b' }], { index: 1 }));
    expect(read.choices.map(({ parts }) => parts)).toEqual([
      [{ kind: 'text', text: 'a' }],
      [{ kind: 'text', text: 'b' }],
    ]);
  });

  it('to a prompt that was blocked is an empty one', () => {
    const json = {
      promptFeedback: { blockReason: 'PROHIBITED_CONTENT' },
      usageMetadata: { promptTokenCount: 3 },
    };
    expect(googleGemini.parseReply(json)).toEqual({
      choices: [{ parts: [], finish: { reason: 'content_filter', native: 'PROHIBITED_CONTENT' } }],
      usage: { inputTokens: 3 },
    });
    expect(googleGemini.readReply(json)).toMatchObject({ text: '', finishReason: 'PROHIBITED_CONTENT' });
  });

  it('has probabilities', () => {
    const logprobsResult = {
      chosenCandidates: [{ token: 'a', logProbability: -0.5, tokenId: 1 }, { token: 'b' }],
      topCandidates: [{ candidates: [{ token: 'c', logProbability: -1 }] }],
    };
    const read = parse(candidate([{ text: 'ab' }], { logprobsResult }));
    expect(read.choices[0]?.logprobs).toEqual([
      { token: 'a', logprob: -0.5, alternatives: [{ token: 'c', logprob: -1 }] },
      { token: 'b', logprob: 0, alternatives: [] },
    ]);
    expect(googleGemini.parseReply(googleGemini.renderReply(read, CONTEXT)).choices).toEqual(read.choices);
  });

  it('has citations, counted in bytes there and in characters here', () => {
    const citationMetadata = { citationSources: [{ startIndex: 5, endIndex: 10, uri: 'https://a' }] };
    const groundingMetadata = {
      groundingChunks: [
        { web: { uri: 'https://b', title: 'B' } },
        { retrievedContext: { title: 'C', text: 'quoted' } },
        { web: { uri: 'https://d' } },
      ],
      groundingSupports: [{ segment: { endIndex: 4, text: '🌊' }, groundingChunkIndices: [0, 1] }],
    };
    const read = parse(
      candidate([{ text: '🌊x' }, { text: 'é水!' }], { citationMetadata, groundingMetadata }),
    );
    expect(read.choices[0]?.parts).toEqual([
      {
        kind: 'text',
        text: '🌊xé水!',
        citations: [
          { url: 'https://a', startIndex: 3, endIndex: 5 },
          { url: 'https://b', title: 'B', startIndex: 0, endIndex: 2 },
          { title: 'C', citedText: 'quoted', startIndex: 0, endIndex: 2 },
          { url: 'https://d' },
        ],
      },
    ]);
    const written = googleGemini.renderReply(read, CONTEXT);
    expect(googleGemini.parseReply(written).choices).toEqual(read.choices);
  });

  it('has citations that begin and end at characters of any length', () => {
    const citationSources = [
      { startIndex: 2, endIndex: 6, uri: 'https://a' },
      { startIndex: 6, endIndex: 7, uri: 'https://b' },
      { startIndex: 6, endIndex: 99, uri: 'https://c' },
    ];
    const read = parse(candidate([{ text: 'é🌊x' }], { citationMetadata: { citationSources } }));
    expect(read.choices[0]?.parts).toMatchObject([
      {
        citations: [
          { url: 'https://a', startIndex: 1, endIndex: 3 },
          { url: 'https://b', startIndex: 3, endIndex: 4 },
          { url: 'https://c' },
        ],
      },
    ]);
    expect(googleGemini.parseReply(googleGemini.renderReply(read, CONTEXT)).choices).toEqual(read.choices);
  });

  it.each([
    ['a kind of part that nobody knows', [{ hologram: {} }]],
    ['code', [{ executableCode: { code: 'x' } }]],
    ['what code said', [{ codeExecutionResult: { output: 'x' } }]],
    ['sound', [{ inlineData: { mimeType: 'audio/wav', data: 'AAAA' } }]],
    ['a file by address', [{ fileData: { fileUri: 'https://a' } }]],
    ['a call without a name', [{ functionCall: {} }]],
  ])('with %s can’t be converted', (_name, parts) => {
    expect(() => partsOf(...parts)).toThrow(DialectError);
  });

  it('may have metadata that nobody knows', () => {
    expect(partsOf({ text: 'x', novelty: 1 }, { partMetadata: { a: 1 } }, {})).toEqual([
      { kind: 'text', text: 'x' },
    ]);
  });

  it.each([
    [{}],
    [[]],
    [{ candidates: {} }],
    [{ candidates: [] }],
    [reply(candidate([], { finishReason: undefined }))],
    [reply(candidate([], { index: 1e9 }))],
    [reply(candidate([], { index: 1 }))],
    [{ error: { message: 'no' } }],
  ])('that is none is an error: %j', (json) => {
    expect(() => googleGemini.parseReply(json)).toThrow(DialectError);
  });
});

describe('a reply of another vendor', () => {
  const rendered = (
    parts: readonly ReplyPart[],
    more: Partial<Reply> = {},
    context: Partial<ReplyContext> = {},
  ) =>
    googleGemini.renderReply(
      { choices: [{ parts, finish: { reason: 'stop', native: 'end_turn' } }], ...more },
      { ...CONTEXT, ...context },
    );

  it('is written as Google does', () => {
    expect(rendered([{ kind: 'text', text: 'a' }], { usage: { inputTokens: 1, outputTokens: 2 } })).toEqual({
      candidates: [{ content: { parts: [{ text: 'a' }], role: 'model' }, finishReason: 'STOP', index: 0 }],
      usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 2, totalTokenCount: 3 },
      modelVersion: 'm',
      responseId: 'req_1',
    });
  });

  it('keeps its signatures through a client that writes base64 in the other alphabet', () => {
    const signature = { dialect: 'anthropic-messages', value: 'si~g/+?é>>>' } as const;
    const written = rendered([
      { kind: 'reasoning', text: 'hm', signature },
      { kind: 'reasoning', text: '', signature, encrypted: true },
      { kind: 'tool_call', id: '1', name: 'f', arguments: '{}', signature },
    ]);
    const body = JSON.stringify(written).replaceAll(/"thoughtSignature":"([^"]+)"/g, (_, value: string) => {
      const bytes = Buffer.from(value, 'base64');
      expect(bytes.toString('base64')).toBe(value);
      return `"thoughtSignature":"${value.replaceAll('+', '-').replaceAll('/', '_')}"`;
    });
    const { candidates } = JSON.parse(body) as { candidates: { content: object }[] };
    const contents = candidates.map(({ content }) => content);
    const request = googleGemini.parseRequest({ contents }, { model: 'm' });
    expect(googleGemini.toCall(request).messages[0]?.parts).toEqual([
      { kind: 'reasoning', text: 'hm', summary: true, signature },
      { kind: 'reasoning', text: '', signature, encrypted: true },
      { kind: 'tool_call', id: '1', name: 'f', arguments: '{}', signature },
    ]);
  });

  it('says what a call was that is no JSON', () => {
    const parts = [{ kind: 'tool_call', id: '1', name: 'f', arguments: '{"a' }] as const;
    expect(rendered(parts)).toMatchObject({
      candidates: [
        { finishReason: 'MALFORMED_FUNCTION_CALL', finishMessage: 'Malformed function call: f({"a)' },
      ],
    });
    const cut = rendered([], { choices: [{ parts, finish: { reason: 'length' } }] });
    expect(cut).toMatchObject({
      candidates: [{ finishReason: 'MAX_TOKENS', finishMessage: expect.any(String) }],
    });
  });

  it('is marked when it was cut by credit', () => {
    const choices = [{ parts: [], finish: { reason: 'length' } }] as const;
    expect(rendered([], { choices }, { creditLimitTokens: 7 })).toMatchObject({
      candidates: [{ content: { parts: [{ text: '' }] }, finishReason: 'MAX_TOKENS' }],
      weir: { output_limit: { reason: 'credit', max_tokens: 7 } },
    });
    expect(rendered([], { choices })).not.toHaveProperty('weir');
    expect(rendered([], {}, { creditLimitTokens: 7 })).not.toHaveProperty('weir');
  });
});

describe('usage', () => {
  it.each<[object, Usage]>([
    [{ promptTokenCount: 5, totalTokenCount: 5 }, { inputTokens: 5 }],
    [{ candidatesTokenCount: 0 }, { outputTokens: 0 }],
    [
      { promptTokenCount: 5, toolUsePromptTokenCount: 2, candidatesTokenCount: 3, thoughtsTokenCount: 4 },
      { inputTokens: 7, outputTokens: 7, reasoningTokens: 4 },
    ],
    [
      {
        promptTokenCount: 5,
        cachedContentTokenCount: 4,
        promptTokensDetails: [
          { modality: 'TEXT', tokenCount: 2 },
          { modality: 'AUDIO', tokenCount: 3 },
        ],
        candidatesTokenCount: 6,
        candidatesTokensDetails: [{ modality: 'AUDIO', tokenCount: 6 }],
      },
      { inputTokens: 5, cachedInputTokens: 4, audioInputTokens: 3, outputTokens: 6, audioOutputTokens: 6 },
    ],
    [{ promptTokenCount: 2_147_483_647, toolUsePromptTokenCount: 1, thoughtsTokenCount: -1 }, {}],
  ])('%j is %j', (usageMetadata, usage) => {
    const json = { candidates: [candidate([{ text: 'x' }])], usageMetadata };
    expect(googleGemini.readReply(json)?.usage).toEqual(usage);
    const read = googleGemini.parseReply(json);
    expect(read.usage).toEqual(usage);
    expect(googleGemini.parseReply(googleGemini.renderReply(read, CONTEXT)).usage).toEqual(
      Object.keys(usage).length === 0 ? undefined : usage,
    );
  });

  it('is unknown where nobody gave a figure', () => {
    expect(googleGemini.readReply({ usageMetadata: { trafficType: 'X' } })).toEqual({
      usage: undefined,
      text: '',
      finishReason: undefined,
    });
  });

  it('counts everything that was written as text', () => {
    const json = reply(
      candidate([
        { text: 'a', thought: true },
        { text: 'b' },
        { executableCode: { code: 'c' } },
        call({ name: 'f', args: {} }),
      ]),
    );
    expect(googleGemini.readReply(json)?.text).toBe('abcf{}');
    expect(googleGemini.readReply({ candidates: 1 })).toBeUndefined();
    expect(googleGemini.readReply({})).toBeUndefined();
  });
});

describe('a mark of the output limit', () => {
  it('is set where a candidate ended for its length, and nowhere else', () => {
    const cut = JSON.stringify(reply(candidate([{ text: 'x' }], { finishReason: 'MAX_TOKENS' })));
    expect(JSON.parse(googleGemini.markOutputLimit(cut, 7) ?? '')).toEqual({
      ...(JSON.parse(cut) as object),
      weir: { output_limit: { reason: 'credit', max_tokens: 7 } },
    });
    for (const json of [
      JSON.stringify(reply(candidate([{ text: '"MAX_TOKENS"' }]))),
      JSON.stringify({ ...reply(candidate([])), note: 'MAX_TOKENS' }),
      '"MAX_TOKENS"',
      '{"MAX_TOKENS"',
    ]) {
      expect(googleGemini.markOutputLimit(json, 7)).toBeUndefined();
    }
  });
});

describe('a collected stream', () => {
  it('is the reply', () => {
    const events: ReplyEvent[] = [
      { kind: 'text', choice: 0, text: 'a' },
      { kind: 'finish', choice: 0, finish: { reason: 'stop' } },
      { kind: 'end' },
    ];
    expect(googleGemini.renderReply(collectReply(events), CONTEXT)).toMatchObject({
      candidates: [{ content: { parts: [{ text: 'a' }] }, finishReason: 'STOP' }],
    });
  });
});
