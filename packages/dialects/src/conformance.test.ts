import { isDeepStrictEqual } from 'node:util';
import { WeirError } from '@weir/core/errors';
import { describe, expect, it } from 'vitest';
import type { Call } from './call.ts';
import { collectReply } from './collect-reply.ts';
import { DialectError } from './dialect-error.ts';
import { DIALECT_NAMES } from './dialect-name.ts';
import type { Dialect, SseMessage } from './dialect.ts';
import { DIALECTS } from './dialects.ts';
import type { Reply } from './reply.ts';
import { CALL_FEATURES, type CallFeature } from './testing/call-features.ts';
import { ADDRESS, CONTEXT, decode, encode, TARGET } from './testing/conversion.ts';
import { replyEvents } from './testing/reply-events.ts';
import { REPLY_FEATURES, type ReplyFeature } from './testing/reply-features.ts';

/*
 * Every feature, from every client's dialect to every vendor's and back. What the matrix says is written to the
 * documentation: a cell that changes is a change that users have to be told of.
 */

/**
 * `·` the dialect of the client has no words for it; `✓` passes; `400` refused by name; `422` the error of a reply that
 * can't be told; `–` a hint, left out.
 */
type Cell = '·' | '✓' | '400' | '422' | '–' | `lost${string}`;

const refused = (thrown: unknown): true => {
  if (thrown instanceof WeirError && thrown.code === 'invalid_request' && thrown.param !== undefined)
    return true;
  throw thrown;
};

function read(dialect: Dialect, body: string): Call {
  return dialect.toCall(dialect.parseRequest(JSON.parse(body), ADDRESS));
}

/** The call as a client of this dialect asks for it; undefined when it has no words for the feature. */
function askedBy(client: Dialect, { call, told, bodies }: CallFeature): Call | undefined {
  const body = bodies?.[client.name];
  if (body) {
    const asked = read(client, JSON.stringify({ model: 'm', ...body }));
    if (!isDeepStrictEqual(told(asked), told(call)))
      throw new Error(`The body of ${client.name} says another thing.`);
    return asked;
  }
  try {
    const asked = read(client, client.renderRequest(call, TARGET));
    return isDeepStrictEqual(told(asked), told(call)) ? asked : undefined;
  } catch (thrown) {
    refused(thrown);
    return undefined;
  }
}

function callCell(client: Dialect, vendor: Dialect, feature: CallFeature): Cell {
  const { told, hint } = feature;
  const asked = askedBy(client, feature);
  if (!asked) return '·';
  if (client === vendor) return '✓';
  try {
    const heard = read(vendor, vendor.renderRequest(asked, TARGET));
    if (isDeepStrictEqual(told(heard), told(asked))) return '✓';
    return hint ? '–' : 'lost';
  } catch (thrown) {
    return refused(thrown) && '400';
  }
}

/** What the vendor's dialect can say of a reply; undefined when it has no words for the feature. */
function vendorReply(vendor: Dialect, { reply, written, told }: ReplyFeature): Reply | undefined {
  try {
    const json = written?.whole ?? vendor.renderReply(reply, CONTEXT);
    const said = vendor.parseReply(JSON.parse(JSON.stringify(json)));
    return isDeepStrictEqual(told(said), told(reply)) ? said : undefined;
  } catch (thrown) {
    if (isFailure(thrown)) return undefined;
    throw thrown;
  }
}

/** Whether it is an error that a client gets in the place of a reply. */
function isFailure(thrown: unknown): boolean {
  return thrown instanceof DialectError || (thrown instanceof WeirError && thrown.code === 'upstream_error');
}

function streamOf(vendor: Dialect, said: Reply, { written }: ReplyFeature): SseMessage[] {
  if (!written) return encode(vendor, replyEvents(said));
  return [...written.stream.map((event) => ({ data: JSON.stringify(event) })), { data: '[DONE]' }];
}

function replyCell(client: Dialect, vendor: Dialect, feature: ReplyFeature): Cell {
  if ((feature.vendor ?? vendor.name) !== vendor.name) return '·';
  const said = vendorReply(vendor, feature);
  if (!said) return '·';
  if (client === vendor) return '✓';
  const { told, detail, onDemand, failure } = feature;
  const hears = (hear: () => Reply): Cell => {
    try {
      if (isDeepStrictEqual(told(hear()), told(said))) return '✓';
      return detail || onDemand ? '–' : 'lost';
    } catch (thrown) {
      if (!isFailure(thrown)) throw thrown;
      if (failure) return '✓';
      return onDemand ? '–' : '422';
    }
  };
  const whole = hears(() => client.parseReply(JSON.parse(JSON.stringify(client.renderReply(said, CONTEXT)))));
  const streamed = hears(() =>
    collectReply(decode(client, encode(client, decode(vendor, streamOf(vendor, said, feature))))),
  );
  return whole === streamed ? whole : `lost: ${whole} whole, ${streamed} in a stream`;
}

function table<F extends { name: string }>(
  features: readonly F[],
  cellOf: (client: Dialect, vendor: Dialect, feature: F) => Cell,
): string {
  const pairs = DIALECT_NAMES.flatMap((client) =>
    DIALECT_NAMES.filter((vendor) => vendor !== client).map((vendor) => [client, vendor] as const),
  );
  const rows = features.map((feature) => [
    feature.name,
    ...pairs.map(([client, vendor]) => cellOf(DIALECTS[client], DIALECTS[vendor], feature)),
  ]);
  const heads = ['', ...pairs.map(([client, vendor]) => `${SHORT[client]} → ${SHORT[vendor]}`)];
  return [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const SHORT = {
  'openai-chat': 'C',
  'openai-responses': 'R',
  'anthropic-messages': 'A',
  'google-gemini': 'G',
} as const;

const page = (): string => `# Any client, any vendor

Clients and vendors speak one of four dialects each. Where both speak the same one, everything passes through as it is,
what the gateway has never heard of included. Otherwise the call is translated: what the vendor’s dialect has no words
for is refused with a 400 that names the field, never left out in silence; only hints, which change nothing of what a
reply says, are.

| | dialect | of |
| --- | --- | --- |
| C | \`openai-chat\` | OpenAI’s chat completions, and all who imitate them |
| R | \`openai-responses\` | OpenAI’s Responses |
| A | \`anthropic-messages\` | Anthropic’s Messages |
| G | \`google-gemini\` | Google’s Gemini API |

\`A → C\` is an Anthropic client that calls a model whose vendor speaks OpenAI’s chat completions. The tables are made by
the tests.

## What calls say

✓ the vendor is told; 400 refused, naming the field; – a hint, left out; · the client’s dialect has no words for it.

${CALLS}

Some vendors of \`openai-chat\` take less or more than this, as their rows say: four stop sequences at OpenAI, Azure,
Mistral and Groq, five at Moonshot, sixteen at DeepSeek; \`top_k\` at Qwen, Together, Fireworks, OpenRouter, vLLM and
llama.cpp. A model of Google’s or Anthropic’s that always thinks can’t be asked not to. A tool choice that
forces a call is refused for Claude Fable 5.1, Mythos 5.1, Opus 5.5 and Sonnet 5.5, which take none, and, beside a
reasoning budget, for Claude up to 4.6.

A reply goes on from the last turn at vendors of \`openai-chat\` who document that they do: Mistral, Moonshot, Qwen,
OpenRouter and llama.cpp. A client of \`openai-chat\` asks for it with \`"prefix": true\` in the last message; in
\`anthropic-messages\` a last turn of the model’s means nothing else, and Claude 4.6 and later refuse it.

## What replies say

✓ the client is told, in a whole reply and in a stream; – the client’s dialect has no words for it, and it is either no
content or could not have been asked for; 422 an error, as the client’s dialect has no place for it; · the vendor’s dialect has no words for it.

${REPLIES}

## Hints that are left out

${DIALECT_NAMES.map((name) => `**To \`${name}\`:** ${DIALECTS[name].dropped.join('; ')}.`).join('\n\n')}

${DIALECT_NAMES.map((name) => `**From \`${name}\`, to any other:** ${DIALECTS[name].ownHints.join('; ')}.`).join('\n\n')}
`;

const CALLS = table(CALL_FEATURES, callCell);
const REPLIES = table(REPLY_FEATURES, (client, vendor, feature) => replyCell(client, vendor, feature));

describe('the dialects', () => {
  it('lose no content of a call, and none of a reply', () => {
    const lost = [CALLS, REPLIES].flatMap((rows) => rows.split('\n').filter((row) => row.includes('lost')));
    expect(lost).toEqual([]);
  });

  it('do what docs/dialects.md says', async () => {
    await expect(page()).toMatchFileSnapshot('../../../docs/dialects.md');
  });
});
