import { expect, it } from 'vitest';
import { convertRequest } from './convert-request.ts';
import { DIALECT_NAMES, type DialectName } from './dialect-name.ts';
import { DIALECTS } from './dialects.ts';
import { DEFAULT_QUIRKS } from './quirks.ts';

/** What a dialect alone has, in a request of its own. */
const ONLY: Readonly<Record<DialectName, { body: object; field: string }>> = {
  'openai-chat': {
    body: { messages: [{ role: 'user', content: 'Hi' }], web_search_options: {} },
    field: 'web_search_options',
  },
  'openai-responses': { body: { input: 'Hi', safety_filter: 'x' }, field: 'safety_filter' },
  'anthropic-messages': {
    body: { messages: [{ role: 'user', content: 'Hi' }], max_tokens: 9, container: 'container_1' },
    field: 'container',
  },
  'google-gemini': {
    body: { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }], cachedContent: 'cachedContents/1' },
    field: 'cachedContent',
  },
};

const PAIRS = DIALECT_NAMES.flatMap((client) =>
  DIALECT_NAMES.filter((vendor) => vendor !== client).map((vendor) => [client, vendor] as const),
);

it.each(PAIRS)('what only %s has is refused naming the field and %s', (client, vendor) => {
  const { body, field } = ONLY[client];
  const dialect = DIALECTS[client];
  const address = client === 'google-gemini' ? { model: 'm', stream: false } : {};
  const convert = (): string =>
    convertRequest(dialect.parseRequest({ model: 'm', ...body }, address), {
      client: dialect,
      vendor: DIALECTS[vendor],
      target: {
        upstreamModel: 'm',
        outputTokensMax: 100,
        quirks: DEFAULT_QUIRKS,
      },
    });
  expect(convert).toThrow(
    expect.objectContaining({
      code: 'invalid_request',
      param: field,
      message: expect.stringMatching(
        new RegExp(`^${field}: only ${client} has .*vendor of this model speaks ${vendor}\\.`),
      ) as string,
    }),
  );
});
