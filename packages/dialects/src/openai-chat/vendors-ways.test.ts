import { describe, expect, it } from 'vitest';
import type { Call } from '../call.ts';
import { DEFAULT_QUIRKS, type Quirks } from '../quirks.ts';
import { openaiChat as dialect } from './index.ts';

const BODY = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] };

const target = (quirks: Partial<Quirks> = {}) => ({
  upstreamModel: 'up',
  outputTokensMax: 9,
  quirks: { ...DEFAULT_QUIRKS, ...quirks },
});
const passed = (more: object, quirks: Partial<Quirks> = {}): unknown =>
  JSON.parse(dialect.passRequest(dialect.parseRequest({ ...BODY, ...more }, {}), target(quirks)));

describe('a seed', () => {
  const call: Call = {
    stream: false,
    messages: [{ role: 'user', parts: [{ kind: 'text', text: 'Hi' }] }],
    tools: [],
    choices: 1,
    seed: 7,
    hints: {},
  };

  it('goes into the field that the vendor has for it, converted or passed', () => {
    const mistrals = { seedField: 'random_seed' } as const;
    expect(JSON.parse(dialect.renderRequest(call, target()))).toHaveProperty('seed', 7);
    for (const body of [
      JSON.parse(dialect.renderRequest(call, target(mistrals))),
      passed({ seed: 7 }, mistrals),
    ]) {
      expect(body).toHaveProperty('random_seed', 7);
      expect(body).not.toHaveProperty('seed');
    }
    expect(passed({ random_seed: 3 }, mistrals)).toHaveProperty('random_seed', 3);
  });
});

it('turns of the model’s have reasoning, be it empty, where the vendor wants it', () => {
  const request = {
    stream: false,
    messages: [
      { role: 'assistant', parts: [{ kind: 'text', text: 'a' }] },
      {
        role: 'assistant',
        parts: [
          {
            kind: 'reasoning',
            text: 'r',
            signature: { dialect: 'openai-chat', value: 'reasoning_content:' },
          },
          { kind: 'text', text: 'b' },
        ],
      },
      { role: 'user', parts: [{ kind: 'text', text: 'c' }] },
    ],
    tools: [],
    choices: 1,
    hints: {},
  } as const;
  const messages = (quirks: Partial<Quirks>): unknown =>
    (JSON.parse(dialect.renderRequest(request, target(quirks))) as { messages: unknown }).messages;
  expect(messages({ wantsReasoningContent: true })).toMatchObject([
    { reasoning_content: '' },
    { reasoning_content: 'r' },
    { role: 'user' },
  ]);
  expect(JSON.stringify(messages({}))).not.toContain('reasoning_content":""');
});

it.each(['store', 'deferred'])('%s, by which the vendor would keep the reply, is refused', (field) => {
  expect(() => dialect.parseRequest({ ...BODY, [field]: true }, {})).toThrow(
    expect.objectContaining({ code: 'invalid_request', param: field }),
  );
  expect(passed({ [field]: false })).toHaveProperty(field, false);
});

it.each([
  ['prediction', { type: 'content', content: 'x' }],
  ['chat_template', '{{ messages }}'],
])('%s, whose cost the hold can’t cover, is refused', (field, value) => {
  expect(() => passed({ [field]: value })).toThrow(
    expect.objectContaining({ code: 'invalid_request', param: field }),
  );
});

it('documents are counted with the prompt', () => {
  const request = dialect.parseRequest({ ...BODY, documents: [{ title: 'T', text: 'of the document' }] }, {});
  expect(dialect.promptOf(request).text).toContain('of the document');
});
