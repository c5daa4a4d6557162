import { WeirError } from '@weir/core/errors';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DialectError } from '../dialect-error.ts';
import { DEFAULT_QUIRKS } from '../quirks.ts';
import { googleGemini } from './index.ts';

const ADDRESS = { model: 'gemini-3-pro', stream: true };
const TARGET = {
  upstreamModel: 'gemini-3-pro',
  outputTokensMax: 9,
  quirks: DEFAULT_QUIRKS,
} as const;
const CONTEXT = {
  requestId: 'req_1',
  model: 'm',
  createdAtMs: 0,
  usageWanted: true,
  creditLimitTokens: 5,
} as const;

const REQUEST = {
  systemInstruction: { parts: [{ text: 'sys' }] },
  contents: [
    { role: 'user', parts: [{ text: 'hi' }, { inlineData: { mimeType: 'image/png', data: 'QQ==' } }] },
    {
      role: 'model',
      parts: [
        { text: 'hm', thought: true },
        { functionCall: { name: 'f', args: { a: 1 } }, thoughtSignature: 'QQ==' },
      ],
    },
    { role: 'user', parts: [{ functionResponse: { name: 'f', response: { output: 'x' } } }] },
  ],
  tools: [
    {
      functionDeclarations: [
        { name: 'f', parameters: { type: 'OBJECT', properties: { a: { type: 'STRING' } } } },
      ],
    },
  ],
  toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['f'] } },
  generationConfig: { maxOutputTokens: 5, thinkingConfig: { thinkingBudget: 5 }, stopSequences: ['x'] },
};

const REPLY = {
  candidates: [
    {
      content: {
        role: 'model',
        parts: [
          { text: 'hm', thought: true, thoughtSignature: 'QQ==' },
          { text: 'so' },
          {
            functionCall: {
              name: 'f',
              partialArgs: [{ jsonPath: '$.a', stringValue: 'x' }],
              willContinue: true,
            },
          },
        ],
      },
      groundingMetadata: {
        groundingChunks: [{ web: { uri: 'https://a' } }],
        groundingSupports: [{ segment: { endIndex: 2 }, groundingChunkIndices: [0] }],
      },
      logprobsResult: { chosenCandidates: [{ token: 'so' }], topCandidates: [{ candidates: [] }] },
      finishReason: 'MAX_TOKENS',
      index: 0,
    },
  ],
  usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 2 },
  responseId: 'r',
};

const ERROR = [{ error: { code: 400, message: 'no', details: [{ fieldViolations: [{ field: 'x' }] }] } }];

/** The value with one thing in it put in another's place. */
function mutated(value: unknown, path: readonly number[], other: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined || typeof value !== 'object' || value === null) return other;
  const keys = Object.keys(value);
  const key = keys[step % (keys.length + 1)] ?? 'novelty';
  const copy: Record<string, unknown> = { ...value };
  copy[key] = rest.length === 0 ? other : mutated(copy[key], rest, other);
  return Array.isArray(value) ? Object.values(copy) : copy;
}

const mutation = fc.tuple(fc.array(fc.nat(9), { maxLength: 8 }), fc.jsonValue());

function expectKnownErrors(act: () => unknown): void {
  try {
    act();
  } catch (error) {
    expect(error instanceof WeirError || error instanceof DialectError ? 'known' : error).toBe('known');
  }
}

function takeRequest(json: unknown): void {
  expectKnownErrors(() => {
    const request = googleGemini.parseRequest(json, ADDRESS);
    googleGemini.promptOf(request);
    JSON.parse(googleGemini.passRequest(request, TARGET));
    JSON.parse(googleGemini.renderRequest(googleGemini.toCall(request), TARGET));
  });
}

function takeReply(json: unknown): void {
  const data = JSON.stringify(json);
  googleGemini.readReply(json);
  googleGemini.readVendorError(json);
  googleGemini.meter().read(data);
  googleGemini.markOutputLimit(data, 5);
  expectKnownErrors(() => googleGemini.renderReply(googleGemini.parseReply(json), CONTEXT));
  expectKnownErrors(() => {
    const decoder = googleGemini.decoder();
    const encoder = googleGemini.encoder(CONTEXT);
    const events = [...decoder.read({ data }), ...decoder.read({ data }), ...decoder.end()];
    for (const event of events) encoder.write(event);
  });
}

describe('whatever comes', () => {
  it('as a request is read or refused', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.array(mutation, { maxLength: 3 }), (json, mutations) => {
        takeRequest(json);
        takeRequest({ contents: json, generationConfig: json, tools: json });
        takeRequest(
          mutations.reduce<unknown>((value, [path, other]) => mutated(value, path, other), REQUEST),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('as a reply is read or refused', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.array(mutation, { maxLength: 3 }), (json, mutations) => {
        for (const fixture of [REPLY, ERROR]) {
          takeReply(
            mutations.reduce<unknown>((value, [path, other]) => mutated(value, path, other), fixture),
          );
        }
        takeReply(json);
        takeReply({ candidates: json });
      }),
      { numRuns: 500 },
    );
  });

  it('nested without end is read or refused', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`);
    const called = { functionCall: { name: 'f', args: { deep } } };
    takeRequest({ contents: [{ role: 'model', parts: [called] }] });
    takeRequest({
      contents: [{ parts: [{ text: 'x' }] }],
      tools: [{ functionDeclarations: [{ name: 'f', parametersJsonSchema: { deep } }] }],
    });
    expectKnownErrors(() =>
      googleGemini.parseReply({ candidates: [{ content: { parts: [called] }, finishReason: 'STOP' }] }),
    );
    googleGemini.readReply({ candidates: [{ content: { parts: [called] } }] });
    const jsonPath = `$${'.a'.repeat(50_000)}`;
    const partial = { functionCall: { name: 'f', partialArgs: [{ jsonPath, numberValue: 1 }] } };
    expectKnownErrors(() =>
      googleGemini.parseReply({ candidates: [{ content: { parts: [partial] }, finishReason: 'STOP' }] }),
    );
  });

  it('in very many pieces is read', () => {
    const parts = Array.from({ length: 150_000 }, (_, i) => ({ text: i % 2 === 0 ? 'x' : '' }));
    const read = googleGemini.parseReply({ candidates: [{ content: { parts }, finishReason: 'STOP' }] });
    expect(read.choices[0]?.parts).toEqual([{ kind: 'text', text: 'x'.repeat(75_000) }]);
    const request = googleGemini.parseRequest(
      { systemInstruction: { parts }, contents: [{ parts }] },
      ADDRESS,
    );
    const { messages } = googleGemini.toCall(request);
    expect(messages.map((message) => message.parts.length)).toEqual([150_000, 150_000]);
    expect(googleGemini.renderRequest(googleGemini.toCall(request), TARGET).length).toBeGreaterThan(
      3_000_000,
    );
  });
});
