import { WeirError } from '@weir/core/errors';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Call, Message, Part } from './call.ts';
import { collectReply } from './collect-reply.ts';
import { convertRequest } from './convert-request.ts';
import { DIALECT_NAMES } from './dialect-name.ts';
import type { Dialect } from './dialect.ts';
import { DIALECTS } from './dialects.ts';
import { parseJson } from './json.ts';
import type { Reply, ReplyPart } from './reply.ts';
import { ADDRESS, CONTEXT, decode, encode, TARGET } from './testing/conversion.ts';
import { replyEvents } from './testing/reply-events.ts';

/*
 * Calls and replies that nobody thought of, from every client's dialect to every vendor's: what is content arrives, or
 * is refused by name.
 */

const PAIRS = DIALECT_NAMES.flatMap((client) =>
  DIALECT_NAMES.filter((vendor) => vendor !== client).map((vendor) => [client, vendor] as const),
);

const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }).map((text) => `<${text}>`);
const toolArguments = fc
  .dictionary(
    fc.stringMatching(/^[a-z_]{1,8}$/),
    fc.oneof(word, fc.integer(), fc.constant(null), fc.array(word)),
  )
  .map((value) => JSON.stringify(value));
const image = fc.constantFrom('iVBORw0KGgo=', '/9j/4AAQ').map((data) => ({
  kind: 'image' as const,
  source: { kind: 'data' as const, mediaType: 'image/png', data },
}));
const text = word.map((said) => ({ kind: 'text' as const, text: said }));

/** A turn of the user's; or one of the model's with calls, and what they came to. */
const turns: fc.Arbitrary<Message[]> = fc.oneof<fc.Arbitrary<Message[]>[]>(
  fc
    .array(fc.oneof({ weight: 3, arbitrary: text }, image), { minLength: 1, maxLength: 3 })
    .map((parts) => [{ role: 'user', parts }]),
  text.map((said) => [{ role: 'assistant', parts: [said] }]),
  fc
    .record({
      said: fc.option(text, { nil: undefined }),
      calls: fc.array(fc.record({ input: toolArguments, result: word, first: fc.nat(1) }), {
        minLength: 1,
        maxLength: 3,
      }),
    })
    .map(({ said, calls }) => [
      {
        role: 'assistant',
        parts: [
          ...(said ? [said] : []),
          ...calls.map(({ input, first }, at): Part => ({
            kind: 'tool_call',
            id: `call_${at}`,
            name: first === 0 ? 'find' : 'look_up',
            arguments: input,
          })),
        ],
      },
      {
        role: 'tool',
        parts: calls.map(({ result, first }, at): Part => ({
          kind: 'tool_result',
          callId: `call_${at}`,
          name: first === 0 ? 'find' : 'look_up',
          content: [{ kind: 'text', text: result }],
        })),
      },
    ]),
);

/** Most of what can be asked for is refused by one dialect or another: most calls have to ask for nothing of it. */
const seldom = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });

const calls: fc.Arbitrary<Call> = fc
  .record({
    system: fc.option(word, { nil: undefined }),
    turns: fc.array(turns, { minLength: 1, maxLength: 5 }),
    temperature: seldom(fc.constantFrom(0, 0.5, 1)),
    topK: seldom(fc.constantFrom(1, 40)),
    stop: seldom(fc.array(word, { minLength: 1, maxLength: 4 })),
    seed: seldom(fc.nat(9)),
    choices: seldom(fc.constant(2)),
    choice: seldom(
      fc.constantFrom(
        { kind: 'auto' as const },
        { kind: 'required' as const },
        { kind: 'tool' as const, name: 'find' },
      ),
    ),
    parallel: seldom(fc.boolean()),
  })
  .map(({ system, turns, temperature, topK, stop, seed, choices, choice, parallel }) => ({
    stream: false,
    messages: [
      ...(system === undefined
        ? []
        : [{ role: 'system' as const, parts: [{ kind: 'text' as const, text: system }] }]),
      ...turns.flat(),
    ],
    tools: ['find', 'look_up'].map((name) => ({
      name,
      description: `To ${name}.`,
      parameters: { type: 'object', properties: { q: { type: 'string' } } },
    })),
    choices: choices ?? 1,
    ...(temperature !== undefined && { temperature }),
    ...(topK !== undefined && { topK }),
    ...(stop && { stopSequences: stop }),
    ...(seed !== undefined && { seed }),
    ...(choice && { toolChoice: choice }),
    ...(parallel !== undefined && { parallelToolCalls: parallel }),
    hints: {},
  }));

/** What is said, by whom, in its order; that texts beside one another became one is no loss. */
function contentOf(call: Call): unknown {
  const said: string[] = [];
  for (const { role, parts } of call.messages) {
    const speaker = role === 'developer' ? 'system' : role;
    for (const part of parts) {
      if (part.kind === 'text') said.push(`${speaker}: ${words(part.text)}`);
      else if (part.kind === 'image') said.push(`${speaker} image: ${JSON.stringify(part.source)}`);
      else if (part.kind === 'tool_call') {
        said.push(`call ${part.id} ${part.name} ${JSON.stringify(parseJson(part.arguments))}`);
      } else if (part.kind === 'tool_result') {
        said.push(
          `result ${part.callId} ${part.content.map((one) => ('text' in one ? one.text : '?')).join()}`,
        );
      } else said.push(part.kind);
    }
  }
  const { tools, choices, temperature, topK, stopSequences, seed, toolChoice, parallelToolCalls } = call;
  const asked = { choices, temperature, topK, stopSequences, seed };
  return {
    said: said.reduce<string[]>(joined, []),
    tools: tools.map(({ name, description, parameters }) => ({ name, description, parameters })),
    asked,
    toolChoice: toolChoice ?? { kind: 'auto' },
    parallelToolCalls: parallelToolCalls ?? true,
  };
}

const words = (text: string): string => text.replaceAll(/>\s+</g, '><');

/** Texts of one speaker that follow one another are one. */
function joined(before: string[], next: string): string[] {
  const last = before.at(-1);
  const [speaker = '', ...rest] = next.split(': ');
  const isText = /^(?:system|user|assistant)$/.test(speaker);
  if (last !== undefined && isText && last.startsWith(`${speaker}: `)) {
    before[before.length - 1] = last + rest.join(': ');
  } else before.push(next);
  return before;
}

const readBy = (dialect: Dialect, body: string): Call =>
  dialect.toCall(dialect.parseRequest({ model: 'm', ...(JSON.parse(body) as object) }, ADDRESS));

/** @returns undefined when it was refused, by name. */
function unlessRefused<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (thrown) {
    if (thrown instanceof WeirError && thrown.code === 'invalid_request' && thrown.param !== undefined) {
      return undefined;
    }
    throw thrown;
  }
}

it.each(PAIRS)('a call from a client of %s to a vendor of %s arrives whole, or is refused', (from, to) => {
  const [client, vendor] = [DIALECTS[from], DIALECTS[to]];
  let arrived = 0;
  fc.assert(
    fc.property(calls, (call) => {
      const body = unlessRefused(() => client.renderRequest(call, TARGET));
      if (body === undefined) return;
      const request = client.parseRequest({ model: 'm', ...(JSON.parse(body) as object) }, ADDRESS);
      const sent = unlessRefused(() => convertRequest(request, { client, vendor, target: TARGET }));
      if (sent === undefined) return;
      arrived++;
      expect(contentOf(readBy(vendor, sent))).toEqual(contentOf(client.toCall(request)));
      expect(contentOf(client.toCall(request))).toEqual(contentOf(call));
    }),
    { numRuns: 150 },
  );
  expect(arrived).toBeGreaterThan(30);
});

const replyPart: fc.Arbitrary<ReplyPart> = fc.oneof(
  text,
  word.map((said) => ({ kind: 'reasoning' as const, text: said })),
  fc.record({ input: toolArguments, id: fc.nat(1_000_000) }).map(({ input, id }) => ({
    kind: 'tool_call' as const,
    id: `call_${id}`,
    name: 'find',
    arguments: input,
  })),
);

const replies: fc.Arbitrary<Reply> = fc
  .record({
    parts: fc.uniqueArray(replyPart, { maxLength: 5, selector: (part) => JSON.stringify(part) }),
    reason: fc.constantFrom('stop' as const, 'length' as const),
    inputTokens: fc.nat(1_000),
    outputTokens: fc.nat(1_000),
  })
  .map(({ parts, reason, inputTokens, outputTokens }) => ({
    id: 'r',
    model: 'm',
    choices: [
      {
        parts,
        finish: {
          reason: reason === 'stop' && parts.some(({ kind }) => kind === 'tool_call') ? 'tool_calls' : reason,
        },
      },
    ],
    usage: { inputTokens, outputTokens },
  }));

function contentOfReply({ choices, usage }: Reply): unknown {
  return {
    usage: { inputTokens: usage?.inputTokens, outputTokens: usage?.outputTokens },
    choices: choices.map(({ parts, finish }) => ({
      finish: finish.reason,
      // Where there is room for one text, those that stood apart are its paragraphs.
      text: words(parts.flatMap((part) => (part.kind === 'text' ? [part.text] : [])).join('')),
      reasoning: parts
        .flatMap((part) => (part.kind === 'reasoning' ? [part.text] : []))
        .join('')
        .replaceAll('\n\n', ''),
      calls: parts.flatMap((part) =>
        part.kind === 'tool_call' ? [[part.id, part.name, parseJson(part.arguments)]] : [],
      ),
    })),
  };
}

it.each(PAIRS)(
  'to a client of %s a reply of a vendor of %s comes whole, at once and in a stream',
  (to, from) => {
    const [client, vendor] = [DIALECTS[to], DIALECTS[from]];
    fc.assert(
      fc.property(replies, (reply) => {
        const said = vendor.parseReply(JSON.parse(JSON.stringify(vendor.renderReply(reply, CONTEXT))));
        const whole = client.parseReply(JSON.parse(JSON.stringify(client.renderReply(said, CONTEXT))));
        expect(contentOfReply(whole)).toEqual(contentOfReply(reply));
        const streamed = decode(client, encode(client, decode(vendor, encode(vendor, replyEvents(reply)))));
        expect(contentOfReply(collectReply(streamed))).toEqual(contentOfReply(reply));
      }),
      { numRuns: 150 },
    );
  },
);
