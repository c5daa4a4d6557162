import type { Call, Message, Part, Tool } from '../call.ts';
import type { DialectName } from '../dialect-name.ts';
import {
  CACHE_MARK,
  FILE_BY_URL,
  METADATA,
  PREFILL,
  REASONING_CONTENT,
  RESULT_AROUND_IMAGE,
  RESULT_OF_TEXTS,
  RESULT_WITH_IMAGE,
  TOP_K,
  type ClientBodies,
} from './client-bodies.ts';
import { byKinds, contentOf, partsOf } from './said-in-messages.ts';

/** Something that a call can say. */
export interface CallFeature {
  readonly name: string;
  readonly call: Call;
  /** The call as clients of a dialect write it, where the gateway as their vendor would not. */
  readonly bodies?: ClientBodies;
  /** What of the call is the feature: it has to be the same when a vendor has been told it. */
  readonly told: (call: Call) => unknown;
  /** It changes nothing of what the reply says, and may be left out. */
  readonly hint?: true;
}

const PNG = 'iVBORw0KGgo=';
const PDF = 'JVBERi0xLjQ=';
const PARAMETERS = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
};
const TOOL = { name: 'weather', description: 'Tells the weather.', parameters: PARAMETERS };

const user = (...parts: readonly Part[]): Message => ({ role: 'user', parts });
const text = (text: string): Part => ({ kind: 'text', text });
const assistant = (...parts: readonly Part[]): Message => ({ role: 'assistant', parts });
const HELLO = user(text('Hello.'));

function call(more: Partial<Call> = {}): Call {
  return { stream: false, messages: [HELLO], tools: [], choices: 1, hints: {}, ...more };
}

/** A feature that is one field of the call. */
function field<K extends keyof Call>(name: string, key: K, value: Call[K]): CallFeature {
  return { name, call: call({ [key]: value }), told: (told) => told[key] };
}

/** A feature that is said in the messages. */
function said(
  name: string,
  messages: readonly Message[],
  more: Partial<Call> = {},
  bodies?: ClientBodies,
): CallFeature {
  const told = ({ messages }: Call) => contentOf(messages);
  return { name, call: call({ messages, ...more }), told, ...(bodies && { bodies }) };
}

/** Where an error can't be marked as one, its text has to say so. */
function failedTool(): CallFeature {
  const content = [{ kind: 'text' as const, text: 'No such city.' }];
  const result: Part = { kind: 'tool_result', callId: 'call_1', name: 'weather', content, isError: true };
  return {
    name: 'tool result that is an error',
    call: call({ messages: [HELLO, assistant(CALL), { role: 'tool', parts: [result] }], ...TOOLS }),
    told: ({ messages }) =>
      messages
        .flatMap(({ parts }) => parts)
        .filter((part) => part.kind === 'tool_result')
        .map(
          ({ content, isError }) =>
            content[0]?.kind === 'text' &&
            /^(Error: )?No such city\.$/.test(content[0].text) &&
            (isError || content[0].text.startsWith('Error')),
        ),
  };
}

/** Effort and budget are translated into one another: each dialect has one of them. */
function isReasoned({ reasoning }: Call): boolean {
  return reasoning?.effort !== undefined || (reasoning?.budgetTokens ?? 0) > 0;
}

/** An object without properties is what no parameters come to. */
function declared(name: string, tool: Tool): CallFeature {
  const parametersOf = ({ parameters }: Tool) =>
    Object.keys((parameters?.['properties'] as object | undefined) ?? {}).length > 0 ? parameters : undefined;
  return {
    name,
    call: call({ tools: [tool] }),
    told: ({ tools }) => tools.map((one) => [one.name, one.description, parametersOf(one)]),
  };
}

const CALL: Part = { kind: 'tool_call', id: 'call_1', name: 'weather', arguments: '{"city":"Oslo"}' };
const OTHER_CALL: Part = { kind: 'tool_call', id: 'call_2', name: 'weather', arguments: '{"city":"Rome"}' };
const result = (callId: string, ...content: readonly Part[]): Message => ({
  role: 'tool',
  parts: [{ kind: 'tool_result', callId, name: 'weather', content: content as never }],
});
const image: Part = { kind: 'image', source: { kind: 'data', mediaType: 'image/png', data: PNG } };
const TOOLS = { tools: [TOOL] };

/** That which another vendor signed can't be taken up again, and is left out. */
const reasoned = (dialect: DialectName): CallFeature => ({
  ...said(`reasoning of an earlier turn, signed by ${dialect}`, [
    HELLO,
    assistant(
      { kind: 'reasoning', text: 'Hm.', id: 'rs_1', signature: { dialect, value: 'c2lnbmF0dXJl' } },
      text('Hi.'),
    ),
    user(text('Why?')),
  ]),
  hint: true,
});

export const CALL_FEATURES: readonly CallFeature[] = [
  said('text', [HELLO]),
  said('system message', [{ role: 'system', parts: [text('Be kind.')] }, HELLO]),
  said('developer message', [{ role: 'developer', parts: [text('Be kind.')] }, HELLO]),
  said('several turns', [HELLO, assistant(text('Hi.')), user(text('Bye.'))]),
  said('several parts', [user(text('One.'), text('Two.'))]),
  said('image, as data', [user(text('What is it?'), image)]),
  said('image, by URL', [
    user({ kind: 'image', source: { kind: 'url', url: 'https://example.com/a.png' } }, text('What is it?')),
  ]),
  said('PDF, as data', [
    user(text('Sum up.'), {
      kind: 'file',
      name: 'a.pdf',
      source: { kind: 'data', mediaType: 'application/pdf', data: PDF },
    }),
  ]),
  said(
    'PDF, by URL',
    [user(text('Sum up.'), { kind: 'file', source: { kind: 'url', url: 'https://example.com/a.pdf' } })],
    {},
    FILE_BY_URL,
  ),
  said('sound', [user(text('What is said?'), { kind: 'audio', format: 'wav', data: 'UklGRg==' })]),
  declared('tools', TOOL),
  declared('tool without parameters', { name: 'now', description: 'Tells the time.' }),
  field('strict tool', 'tools', [{ ...TOOL, strict: true }]),
  said('tool call and result', [HELLO, assistant(CALL), result('call_1', text('Rain.'))], TOOLS),
  said(
    'parallel tool calls',
    [
      HELLO,
      assistant(CALL, OTHER_CALL),
      {
        role: 'tool',
        parts: [
          {
            kind: 'tool_result',
            callId: 'call_1',
            name: 'weather',
            content: [{ kind: 'text', text: 'Rain.' }],
          },
          {
            kind: 'tool_result',
            callId: 'call_2',
            name: 'weather',
            content: [{ kind: 'text', text: 'Sun.' }],
          },
        ],
      },
    ],
    TOOLS,
  ),
  said(
    'tool call without arguments',
    [
      HELLO,
      assistant({ kind: 'tool_call', id: 'call_1', name: 'weather', arguments: '{}' }),
      result('call_1', text('Rain.')),
    ],
    TOOLS,
  ),
  {
    ...said('text, tool call, text', [
      HELLO,
      assistant(text('One.'), CALL, text('Two.')),
      result('call_1', text('Rain.')),
    ]),
    told: byKinds,
  },
  said(
    'tool result of several texts',
    [HELLO, assistant(CALL), result('call_1', text('One.'), text('Two.'))],
    TOOLS,
    RESULT_OF_TEXTS,
  ),
  said(
    'tool result with an image',
    [HELLO, assistant(CALL), result('call_1', text('See:'), image)],
    TOOLS,
    RESULT_WITH_IMAGE,
  ),
  {
    ...said(
      'tool result with an image among texts: its place',
      [HELLO, assistant(CALL), result('call_1', text('One.'), image, text('Two.'))],
      TOOLS,
      RESULT_AROUND_IMAGE,
    ),
    told: ({ messages }) =>
      messages.at(-1)?.parts.map((part) => part.kind === 'tool_result' && part.content.flatMap(partsOf)),
    hint: true,
  },
  failedTool(),
  ...(['auto', 'none', 'required'] as const).map((kind) => ({
    name: `tool choice: ${kind}`,
    call: call({ ...TOOLS, toolChoice: { kind } }),
    told: ({ toolChoice }: Call) => toolChoice?.kind ?? 'auto',
  })),
  {
    name: 'tool choice: one tool',
    call: call({ ...TOOLS, toolChoice: { kind: 'tool', name: 'weather' } }),
    told: ({ toolChoice }) => toolChoice,
  },
  {
    name: 'no parallel tool calls',
    call: call({ ...TOOLS, parallelToolCalls: false }),
    told: ({ parallelToolCalls }) => parallelToolCalls,
  },
  field('JSON', 'format', { kind: 'json' }),
  {
    name: 'JSON by a schema',
    call: call({ format: { kind: 'json_schema', name: 'weather', schema: PARAMETERS, strict: true } }),
    told: ({ format }) => format?.kind === 'json_schema' && format.schema,
  },
  ...(['low', 'high'] as const).map((effort) => ({
    name: `reasoning effort: ${effort}`,
    call: call({ reasoning: { effort } }),
    told: isReasoned,
  })),
  {
    name: 'reasoning budget',
    call: call({ reasoning: { budgetTokens: 2_048 } }),
    told: isReasoned,
  },
  {
    ...said(
      'reasoning of an earlier turn, in reasoning_content',
      [
        HELLO,
        assistant(
          {
            kind: 'reasoning',
            text: 'Hm.',
            signature: { dialect: 'openai-chat', value: 'reasoning_content:' },
          },
          text('Hi.'),
        ),
        user(text('Why?')),
      ],
      {},
      REASONING_CONTENT,
    ),
    hint: true,
  },
  reasoned('openai-responses'),
  reasoned('anthropic-messages'),
  reasoned('google-gemini'),
  {
    name: 'tool call of an earlier turn, signed by google-gemini',
    call: call({
      messages: [
        HELLO,
        assistant({ ...CALL, signature: { dialect: 'google-gemini', value: 'c2lnbmF0dXJl' } }),
        result('call_1', text('Rain.')),
      ],
      ...TOOLS,
    }),
    told: ({ messages }) =>
      messages[1]?.parts.map((part) => part.kind === 'tool_call' && part.signature?.value),
    hint: true,
  },
  {
    ...said('a last turn of the model’s', [HELLO, assistant(text('Hi.'))]),
    told: ({ messages }) => [contentOf(messages), messages.at(-1)?.prefill],
  },
  {
    ...said('a reply that goes on from the last turn', [
      HELLO,
      { ...assistant(text('Hi, ')), prefill: true },
    ]),
    bodies: PREFILL,
    told: ({ messages }) => [contentOf(messages), messages.at(-1)?.prefill],
  },
  said('refusal of an earlier turn', [
    HELLO,
    assistant({ kind: 'refusal', text: 'I would rather not.' }),
    user(text('Please.')),
  ]),
  field('stop sequences', 'stopSequences', ['END', '###']),
  field('seven stop sequences', 'stopSequences', ['1', '2', '3', '4', '5', '6', '7']),
  field('temperature', 'temperature', 0.5),
  field('top_p', 'topP', 0.9),
  { ...field('top_k', 'topK', 40), bodies: TOP_K },
  field('frequency penalty', 'frequencyPenalty', 0.5),
  field('presence penalty', 'presencePenalty', 0.5),
  field('seed', 'seed', 7),
  field('several choices', 'choices', 2),
  field('log probabilities', 'logprobs', { alternatives: 3 }),
  field('logit bias', 'logitBias', { '50256': -100 }),
  field('temperature above 1', 'temperature', 1.5),
  {
    name: 'name of a participant',
    call: call({ messages: [{ ...HELLO, name: 'ann' }] }),
    told: ({ messages }) => messages.map(({ name }) => name),
  },
  {
    name: 'description of a schema',
    call: call({ format: { kind: 'json_schema', schema: PARAMETERS, description: 'The weather.' } }),
    told: ({ format }) => JSON.stringify(format).includes('The weather.'),
  },
  {
    name: 'detail of an image',
    call: call({ messages: [user({ ...image, detail: 'low' })] }),
    told: ({ messages }) => messages[0]?.parts.map((part) => part.kind === 'image' && part.detail),
    hint: true,
  },
  {
    name: 'name of a file',
    call: call({
      messages: [
        user({
          kind: 'file',
          name: 'a.pdf',
          source: { kind: 'data', mediaType: 'application/pdf', data: PDF },
        }),
      ],
    }),
    told: ({ messages }) => messages[0]?.parts.map((part) => part.kind === 'file' && part.name),
    hint: true,
  },
  {
    name: 'citation of an earlier turn',
    call: call({
      messages: [
        HELLO,
        assistant({ kind: 'text', text: 'Hi.', citations: [{ url: 'https://example.com', title: 'E' }] }),
        user(text('Why?')),
      ],
    }),
    told: ({ messages }) =>
      messages[1]?.parts.map((part) => part.kind === 'text' && part.citations?.map(({ url }) => url)),
    hint: true,
  },
  {
    name: 'reasoning: as the model decides',
    call: call({ reasoning: { adaptive: true } }),
    told: ({ reasoning }) => reasoning?.adaptive,
    hint: true,
  },
  {
    name: 'reasoning: whether it is shown',
    call: call({ reasoning: { effort: 'high', shown: true } }),
    told: ({ reasoning }) => reasoning?.shown,
    hint: true,
  },
  { ...field('verbosity', 'verbosity', 'low'), hint: true },
  {
    name: 'cache mark',
    call: call({ messages: [user({ kind: 'text', text: 'Hello.', cache: '5m' })] }),
    bodies: CACHE_MARK,
    told: ({ messages }) => messages[0]?.parts[0]?.kind === 'text' && messages[0].parts[0].cache,
    hint: true,
  },
  ...(['user', 'serviceTier', 'promptCacheKey'] as const).map((hint) => ({
    name: `hint: ${hint}`,
    call: call({ hints: { [hint]: hint === 'serviceTier' ? 'auto' : 'abc' } }),
    told: ({ hints }: Call) => hints[hint],
    hint: true as const,
  })),
  {
    name: 'hint: metadata',
    call: call({ hints: { metadata: { project: 'x' } } }),
    bodies: METADATA,
    told: ({ hints }) => hints.metadata,
    hint: true,
  },
];
