import { describe, expect, it } from 'vitest';
import { convertRequest } from './convert-request.ts';
import { DIALECT_NAMES } from './dialect-name.ts';
import type { RequestTarget, WireFormat } from './dialect.ts';
import { DIALECTS } from './dialects.ts';
import { openaiCompletions } from './openai-completions/index.ts';
import { openaiEmbeddings } from './openai-embeddings/index.ts';
import { DEFAULT_QUIRKS } from './quirks.ts';

const TARGET: RequestTarget = { upstreamModel: 'm', outputTokensMax: 9, quirks: DEFAULT_QUIRKS };
const ADDRESS = { model: 'm', stream: false };

/** Every kind of request, in as few words as it allows. */
const REQUESTS: readonly (readonly [WireFormat, object])[] = [
  [DIALECTS['openai-chat'], { messages: [{ role: 'user', content: 'Hi' }] }],
  [DIALECTS['openai-responses'], { input: 'Hi' }],
  [DIALECTS['anthropic-messages'], { max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }] }],
  [DIALECTS['google-gemini'], { contents: [{ parts: [{ text: 'Hi' }] }] }],
  [openaiCompletions, { prompt: 'Hi' }],
  [openaiEmbeddings, { input: 'Hi' }],
];

const OPENAI = [
  ['prediction', { type: 'content', content: 'Hi' }],
  ['chat_template', '{{ messages }}'],
  ['web_search_options', {}],
  ['search_parameters', { mode: 'on' }],
  ['enable_search', true],
  ['models', ['a', 'b']],
  ['plugins', [{ id: 'web' }]],
  ['provider', { sort: 'throughput' }],
] as const;

/** What each of them could ask for that the price is not for. */
const UNPRICED: Readonly<Record<string, readonly (readonly [string, unknown])[]>> = {
  'openai-chat': OPENAI,
  'openai-responses': OPENAI,
  'openai-completions': OPENAI,
  'openai-embeddings': OPENAI,
  'anthropic-messages': [
    ['mcp_servers', [{ url: 'https://a.example' }]],
    ['container', 'container_1'],
    ['speed', 'fast'],
    ['inference_geo', 'us'],
  ],
  'google-gemini': [['cachedContent', 'cachedContents/1']],
};

const pass = (format: WireFormat, body: object): string =>
  format.passRequest(format.parseRequest({ model: 'm', ...body }, ADDRESS), TARGET);

const refusing = (field: string) =>
  expect.objectContaining({
    code: 'invalid_request',
    param: field,
    message: expect.stringMatching(/no price/) as string,
  });

/** By name, as a test is called by it. */
const FORMATS = REQUESTS.map(([format, body]) => ({ name: format.name, format, body }));

const CASES = REQUESTS.flatMap(([format, body]) =>
  (UNPRICED[format.name] ?? []).map(([field, value]) => ({ name: format.name, format, body, field, value })),
);

describe('what has no price never reaches a vendor', () => {
  it.each(CASES)('$name: $field', ({ format, body, field, value }) => {
    expect(() => pass(format, { ...body, [field]: value })).toThrow(refusing(field));
    pass(format, { ...body, [field]: null });
  });

  it.each(FORMATS.flatMap((one) => ['priority', 'PRIORITY', 'fast'].map((tier) => ({ ...one, tier }))))(
    'a dearer tier: $name, $tier',
    ({ format, body, tier }) => {
      const field = format.name === 'google-gemini' ? 'serviceTier' : 'service_tier';
      expect(() => pass(format, { ...body, [field]: tier })).toThrow(refusing(field));
      pass(format, { ...body, [field]: 'auto' });
    },
  );

  it.each(DIALECT_NAMES)('nor, from %s, by way of another dialect', (name) => {
    const client = DIALECTS[name];
    const body = FORMATS.find((one) => one.name === name)?.body;
    const field = name === 'google-gemini' ? 'serviceTier' : 'service_tier';
    const json = { model: 'm', ...body, [field]: 'priority' };
    for (const vendor of Object.values(DIALECTS)) {
      const convert = () =>
        convertRequest(client.parseRequest(json, ADDRESS), { client, vendor, target: TARGET });
      expect(convert).toThrow(refusing(field));
    }
  });
});
