import { DIALECT_NAMES, type DialectName } from '../dialect-name.ts';
import type { Choice, Finish, FinishReason, Reply, ReplyPart } from '../reply.ts';
import { PARAGRAPH } from '../paragraphs.ts';
import type { Usage } from '../usage.ts';
import { OF_REASONING_CONTENT, type VendorsReply } from './vendor-replies.ts';

/** Something that a reply can say. */
export interface ReplyFeature {
  readonly name: string;
  readonly reply: Reply;
  /** The reply as `vendor` writes it, where the gateway to its own clients would not. */
  readonly written?: VendorsReply;
  /** What of the reply is the feature: the client has to be told the same. */
  readonly told: (reply: Reply) => unknown;
  /** The only one who says it. */
  readonly vendor?: DialectName;
  /** The client is given it only where it asked for it, which not all dialects can. */
  readonly onDemand?: true;
  /** An error in the place of the reply says the same. */
  readonly failure?: true;
  /** It says nothing that the reply does not say without it. */
  readonly detail?: true;
}

const USAGE: Usage = { inputTokens: 100, outputTokens: 50 };
const TEXT: ReplyPart = { kind: 'text', text: 'Hi.' };

function reply(parts: readonly ReplyPart[], more: Partial<Choice> = {}, usage: Usage = USAGE): Reply {
  const finish: Finish = { reason: 'stop' };
  return { id: 'reply_1', model: 'm', choices: [{ parts, finish, ...more }], usage };
}

function said(name: string, ...parts: readonly ReplyPart[]): ReplyFeature {
  const calls = parts.some(({ kind }) => kind === 'tool_call');
  return {
    name,
    reply: reply(parts, calls ? { finish: { reason: 'tool_calls' } } : {}),
    told: ({ choices }) => choices.map(({ parts }) => parts.flatMap(contentOf)),
  };
}

/** Texts that stand apart may be paragraphs of one, and have to stay that. */
function contentOf(part: ReplyPart): unknown[][] {
  switch (part.kind) {
    case 'text':
    case 'refusal':
      return part.text.split(PARAGRAPH).flatMap((text) => (text === '' ? [] : [['text', text]]));
    case 'reasoning':
      return [[part.kind, part.text, part.signature?.value]];
    case 'tool_call':
      return [[part.kind, part.name, JSON.parse(part.arguments), part.signature?.value]];
    case 'produced_image':
      return [[part.kind, part.mediaType, part.data]];
  }
}

/** By its kind, where a dialect has no order among kinds. */
function byKinds({ choices }: Reply): unknown {
  return choices.map(({ parts }) => Object.groupBy(parts.flatMap(contentOf), ([kind]) => String(kind)));
}

const CALL: ReplyPart = { kind: 'tool_call', id: 'call_1', name: 'weather', arguments: '{"city":"Oslo"}' };
const OTHER: ReplyPart = { kind: 'tool_call', id: 'call_2', name: 'weather', arguments: '{"city":"Rome"}' };

function used(name: string, usage: Usage): ReplyFeature {
  return {
    name,
    reply: reply([TEXT], {}, { ...USAGE, ...usage }),
    told: (reply) => Object.keys(usage).map((field) => reply.usage?.[field as keyof Usage]),
    detail: true,
  };
}

/** A filter and the model itself may both have withheld it: not every dialect tells the two apart. */
function finished(reason: FinishReason): ReplyFeature {
  return {
    name: `finish: ${reason}`,
    reply: reply([TEXT], { finish: { reason } }),
    told: ({ choices }) => choices[0]?.finish.reason.replace('content_filter', 'refusal'),
  };
}

export const REPLY_FEATURES: readonly ReplyFeature[] = [
  said('text', TEXT),
  said('refusal', { kind: 'refusal', text: 'I would rather not.' }),
  said('reasoning', { kind: 'reasoning', text: 'Hm.' }, TEXT),
  ...DIALECT_NAMES.filter((name) => name !== 'openai-chat').map((dialect) => ({
    ...said(
      `reasoning, signed by ${dialect}`,
      { kind: 'reasoning', text: 'Hm.', id: 'rs_1', signature: { dialect, value: 'c2lnbmF0dXJl' } },
      TEXT,
    ),
    vendor: dialect,
  })),
  {
    ...said(
      'reasoning, in reasoning_content',
      { kind: 'reasoning', text: 'Hm.', signature: { dialect: 'openai-chat', value: 'reasoning_content:' } },
      TEXT,
    ),
    vendor: 'openai-chat',
    written: OF_REASONING_CONTENT,
  },
  said('tool call', CALL),
  {
    ...said('tool call, signed by google-gemini', {
      ...CALL,
      signature: { dialect: 'google-gemini', value: 'c2lnbmF0dXJl' },
    }),
    vendor: 'google-gemini',
  },
  said('text and a tool call', TEXT, CALL),
  {
    ...said('text, tool call, text', { kind: 'text', text: 'One.' }, CALL, { kind: 'text', text: 'Two.' }),
    told: byKinds,
  },
  {
    ...said('two messages', { kind: 'text', text: 'One.' }, { kind: 'text', text: 'Two.', apart: true }),
    vendor: 'openai-responses',
  },
  said('parallel tool calls', CALL, OTHER),
  said('tool call without arguments', { kind: 'tool_call', id: 'call_1', name: 'now', arguments: '{}' }),
  said('image', { kind: 'produced_image', mediaType: 'image/png', data: 'iVBORw0KGgo=' }),
  {
    name: 'citation',
    reply: reply([
      { ...TEXT, kind: 'text', text: 'Hi.', citations: [{ url: 'https://example.com', title: 'E' }] },
    ]),
    told: ({ choices }) =>
      choices[0]?.parts.map((part) => part.kind === 'text' && part.citations?.map(({ url }) => url)),
    onDemand: true,
  },
  finished('length'),
  finished('content_filter'),
  finished('refusal'),
  { ...finished('pause'), onDemand: true },
  { ...finished('error'), name: 'finish: error, or an error in its place', failure: true },
  {
    name: 'stop sequence that was met',
    reply: reply([TEXT], { finish: { reason: 'stop', stopSequence: 'END' } }),
    told: ({ choices }) => choices[0]?.finish.stopSequence,
    detail: true,
  },
  {
    name: 'several choices',
    reply: {
      ...reply([]),
      choices: ['One.', 'Two.'].map((text) => ({
        parts: [{ kind: 'text', text }],
        finish: { reason: 'stop' },
      })),
    },
    told: ({ choices }) => choices.map(({ parts }) => parts),
    onDemand: true,
  },
  {
    name: 'log probabilities',
    reply: reply([TEXT], { logprobs: [{ token: 'Hi.', logprob: -0.5, alternatives: [] }] }),
    told: ({ choices }) => choices[0]?.logprobs?.map(({ token, logprob }) => [token, logprob]),
    onDemand: true,
  },
  {
    name: 'service tier',
    reply: { ...reply([TEXT]), serviceTier: 'default' },
    told: ({ serviceTier }) => serviceTier,
    detail: true,
  },
  used('usage', USAGE),
  used('usage: cached input', { cachedInputTokens: 40 }),
  used('usage: written to the cache', { cacheWrite5mTokens: 30 }),
  used('usage: written to the cache for an hour', { cacheWrite1hTokens: 20 }),
  used('usage: reasoning', { reasoningTokens: 20 }),
  used('usage: sound in', { audioInputTokens: 10 }),
  used('usage: sound out', { audioOutputTokens: 10 }),
];
