import { expect, it } from 'vitest';
import type { Part } from './call.ts';
import { DIALECT_NAMES, type DialectName } from './dialect-name.ts';
import { DIALECTS } from './dialects.ts';
import { asArray, asObject, type JsonObject } from './json.ts';
import { DEFAULT_QUIRKS } from './quirks.ts';
import type { Reply, ReplyPart } from './reply.ts';
import { ADDRESS, CONTEXT, TARGET } from './testing/conversion.ts';

/*
 * What a vendor wants to see again comes back to it by way of a client of any dialect, who sends its reply with the next
 * turn.
 */

/** The next turn of a conversation, as a client of each dialect makes it of the reply that it got. */
const NEXT_TURN: Readonly<Record<DialectName, (reply: JsonObject) => object>> = {
  'openai-chat': ({ choices }) => ({
    model: 'm',
    messages: [
      { role: 'user', content: 'Hello.' },
      asObject(asArray(choices)[0])?.['message'],
      { role: 'user', content: 'Why?' },
    ],
  }),
  'openai-responses': ({ output }) => ({
    model: 'm',
    input: [{ role: 'user', content: 'Hello.' }, ...asArray(output), { role: 'user', content: 'Why?' }],
  }),
  'anthropic-messages': ({ content }) => ({
    model: 'm',
    max_tokens: 4_096,
    thinking: { type: 'enabled', budget_tokens: 1_024 },
    messages: [
      { role: 'user', content: 'Hello.' },
      { role: 'assistant', content },
      { role: 'user', content: 'Why?' },
    ],
  }),
  'google-gemini': ({ candidates }) => ({
    contents: [
      { role: 'user', parts: [{ text: 'Hello.' }] },
      asObject(asArray(candidates)[0])?.['content'],
      { role: 'user', parts: [{ text: 'Why?' }] },
    ],
  }),
};

/** The body that the vendor gets with the next turn. */
function nextBody(client: DialectName, vendor: DialectName, reply: Reply): string {
  const told = JSON.parse(JSON.stringify(DIALECTS[client].renderReply(reply, CONTEXT))) as JsonObject;
  const call = DIALECTS[client].toCall(DIALECTS[client].parseRequest(NEXT_TURN[client](told), ADDRESS));
  const target = { ...TARGET, quirks: { ...DEFAULT_QUIRKS, wantsReasoningContent: true } };
  return DIALECTS[vendor].renderRequest(call, target);
}

function heard(vendor: DialectName, body: string): Part[] {
  const request = DIALECTS[vendor].parseRequest(JSON.parse(body), ADDRESS);
  return DIALECTS[vendor].toCall(request).messages.flatMap(({ parts }) => parts);
}

const replyOf = (...parts: ReplyPart[]): Reply => ({
  choices: [{ parts, finish: { reason: 'stop' } }],
});

it.each(
  DIALECT_NAMES.flatMap((client) =>
    DIALECT_NAMES.filter((vendor) => vendor !== 'openai-chat').map((vendor) => [client, vendor] as const),
  ),
)('reasoning that the vendor signed: %s → %s', (client, vendor) => {
  const signature = { dialect: vendor, value: 'c2lnbmF0dXJl' };
  const reply = replyOf(
    { kind: 'reasoning', text: 'Hm.', id: 'rs_1', signature },
    { kind: 'text', text: 'Hi.' },
  );
  const parts = heard(vendor, nextBody(client, vendor, reply));
  expect(parts.filter(({ kind }) => kind === 'reasoning')).toMatchObject([{ signature }]);
});

it.each(DIALECT_NAMES)('a call that Google signed: %s → google-gemini', (client) => {
  const signature = { dialect: 'google-gemini', value: 'c2lnbmF0dXJl' } as const;
  const call = { kind: 'tool_call', id: 'call_1', name: 'find', arguments: '{}', signature } as const;
  const parts = heard('google-gemini', nextBody(client, 'google-gemini', replyOf(call)));
  expect(parts.filter(({ kind }) => kind === 'tool_call')).toMatchObject([{ signature }]);
});

it.each(DIALECT_NAMES)('reasoning_content, to the vendor that wrote it: %s → openai-chat', (client) => {
  const reply = DIALECTS['openai-chat'].parseReply({
    choices: [{ message: { content: 'Hi.', reasoning_content: 'Hm.' }, finish_reason: 'stop' }],
  });
  const { messages } = JSON.parse(nextBody(client, 'openai-chat', reply)) as { messages: object[] };
  expect(messages[1]).toEqual({ role: 'assistant', content: 'Hi.', reasoning_content: 'Hm.' });
});
