import { describe, expect, it } from 'vitest';
import { convertRequest } from './convert-request.ts';
import { DIALECT_NAMES, type DialectName } from './dialect-name.ts';
import { DIALECTS } from './dialects.ts';
import { DEFAULT_QUIRKS, type Quirks } from './quirks.ts';
import { ADDRESS, TARGET } from './testing/conversion.ts';

const USER = { role: 'user', content: 'Count.' };

/** Calls whose last turn is the model's, as clients of each dialect write them. */
const ORDINARY: Readonly<Record<Exclude<DialectName, 'anthropic-messages'>, object>> = {
  'openai-chat': { messages: [USER, { role: 'assistant', content: 'One,' }] },
  'openai-responses': { input: [USER, { role: 'assistant', content: 'One,' }] },
  'google-gemini': {
    contents: [{ parts: [{ text: 'Count.' }] }, { role: 'model', parts: [{ text: 'One,' }] }],
  },
};

/** And calls whose reply is to go on from there. */
const PREFIX = { messages: [USER, { role: 'assistant', content: 'One,', prefix: true }] };
const PARTIAL = { messages: [USER, { role: 'assistant', content: 'One,', partial: true }] };
const ANTHROPIC = { max_tokens: 9, messages: [USER, { role: 'assistant', content: 'One,' }] };

function converted(
  client: DialectName,
  vendor: DialectName,
  body: object,
  { model = 'm', prefill }: { model?: string; prefill?: Quirks['prefill'] } = {},
): unknown {
  const target = {
    ...TARGET,
    upstreamModel: model,
    quirks: { ...DEFAULT_QUIRKS, ...(prefill && { prefill }) },
  };
  const request = DIALECTS[client].parseRequest({ model: 'm', ...body }, ADDRESS);
  return JSON.parse(convertRequest(request, { client: DIALECTS[client], vendor: DIALECTS[vendor], target }));
}

const MESSAGES: Readonly<Record<DialectName, string>> = {
  'openai-chat': 'messages',
  'openai-responses': 'input',
  'anthropic-messages': 'messages',
  'google-gemini': 'contents',
};

const refusedFor = (dialect: DialectName, client: DialectName) =>
  expect.objectContaining({
    code: 'invalid_request',
    param: MESSAGES[client],
    message: expect.stringContaining(dialect) as string,
  });

describe('a reply that is to go on from the last message', () => {
  it.each([
    ['openai-chat', PREFIX],
    ['openai-chat', PARTIAL],
  ] as const)('goes on from it in anthropic-messages: %s %j', (client, body) => {
    expect(converted(client, 'anthropic-messages', body, { model: 'claude-sonnet-4-5' })).toMatchObject({
      messages: [{ role: 'user' }, { role: 'assistant', content: [{ type: 'text', text: 'One,' }] }],
    });
  });

  it.each(['claude-opus-4-6', 'claude-sonnet-5'])('is refused where %s takes none', (model) => {
    expect(() => converted('openai-chat', 'anthropic-messages', PREFIX, { model })).toThrow(
      expect.objectContaining({ code: 'invalid_request', param: 'messages' }),
    );
  });

  it.each([
    ['prefix', { role: 'assistant', content: 'One,', prefix: true }],
    ['partial', { role: 'assistant', content: 'One,', partial: true }],
    ['unmarked', { role: 'assistant', content: 'One,' }],
  ] as const)('goes on from it at a vendor of openai-chat who takes it: %s', (prefill, last) => {
    const sent = converted('anthropic-messages', 'openai-chat', ANTHROPIC, { prefill });
    expect((sent as { messages: unknown[] }).messages.at(-1)).toEqual(last);
  });

  it.each([
    ['anthropic-messages', 'openai-chat', ANTHROPIC],
    ['anthropic-messages', 'openai-responses', ANTHROPIC],
    ['anthropic-messages', 'google-gemini', ANTHROPIC],
    ['openai-chat', 'openai-responses', PREFIX],
    ['openai-chat', 'google-gemini', PARTIAL],
  ] as const)('is refused where nothing says so: %s → %s', (client, vendor, body) => {
    expect(() => converted(client, vendor, body)).toThrow(refusedFor(vendor, client));
  });

  it('is refused of any message but the last', () => {
    const body = { messages: [...PREFIX.messages, USER] };
    expect(() => converted('openai-chat', 'anthropic-messages', body)).toThrow(
      expect.objectContaining({ param: 'messages[1].prefix' }),
    );
  });
});

describe('a last turn of the model’s', () => {
  it.each(Object.entries(ORDINARY))('is no beginning of a reply: %s → anthropic-messages', (client, body) => {
    const convert = () => converted(client as DialectName, 'anthropic-messages', body);
    expect(convert).toThrow(refusedFor('anthropic-messages', client as DialectName));
  });

  it('nor at a vendor that would go on from it', () => {
    const convert = () =>
      converted('openai-responses', 'openai-chat', ORDINARY['openai-responses'], { prefill: 'unmarked' });
    expect(convert).toThrow(refusedFor('openai-chat', 'openai-responses'));
  });

  it.each(
    Object.entries(ORDINARY).flatMap(([client, body]) =>
      DIALECT_NAMES.filter((vendor) => vendor !== client && vendor !== 'anthropic-messages').map(
        (vendor) => [client as DialectName, vendor, body] as const,
      ),
    ),
  )('is a turn like any other: %s → %s', (client, vendor, body) => {
    expect(JSON.stringify(converted(client, vendor, body))).toContain('One,');
  });
});
