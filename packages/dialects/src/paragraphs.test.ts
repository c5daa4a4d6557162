import { describe, expect, it } from 'vitest';
import type { DialectName } from './dialect-name.ts';
import { convertRequest } from './convert-request.ts';
import { DIALECTS } from './dialects.ts';
import { ADDRESS, CONTEXT, decode, encode, TARGET } from './testing/conversion.ts';
import type { SseMessage } from './dialect.ts';

const TOOL_RESULT = [
  { type: 'text', text: 'row 1' },
  { type: 'text', text: '2 rows' },
];
const IMAGE = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'QQ==' } };

const converted = (client: DialectName, vendor: DialectName, body: object): unknown =>
  JSON.parse(
    convertRequest(DIALECTS[client].parseRequest({ model: 'm', ...body }, ADDRESS), {
      client: DIALECTS[client],
      vendor: DIALECTS[vendor],
      target: TARGET,
    }),
  );

/** As OpenAI's client sends a round of tool calls. */
const chatResult = (content: unknown) => ({
  messages: [
    { role: 'user', content: 'Rows?' },
    { role: 'assistant', tool_calls: [{ id: 'c1', function: { name: 'rows', arguments: '{}' } }] },
    { role: 'tool', tool_call_id: 'c1', content },
  ],
});

const messages = (assistant: unknown, user: unknown = 'Go on.') => ({
  max_tokens: 100,
  messages: [
    { role: 'user', content: 'Rows?' },
    { role: 'assistant', content: assistant },
    { role: 'user', content: user },
  ],
});

const CALL = { type: 'tool_use', id: 'c1', name: 'rows', input: {} };
const RESULT = [{ type: 'tool_result', tool_use_id: 'c1', content: 'none' }];

describe('texts of a request that stood apart', () => {
  it('stand apart in a result of a tool, which has one text in google-gemini', () => {
    expect(converted('openai-chat', 'google-gemini', chatResult(TOOL_RESULT))).toMatchObject({
      contents: [{}, {}, { parts: [{ functionResponse: { response: { output: 'row 1\n\n2 rows' } } }] }],
    });
    const mixed = [TOOL_RESULT[0], IMAGE, TOOL_RESULT[1]];
    const body = messages([CALL], [{ type: 'tool_result', tool_use_id: 'c1', content: mixed }]);
    expect(converted('anthropic-messages', 'google-gemini', body)).toMatchObject({
      contents: [
        {},
        {},
        {
          parts: [
            { functionResponse: { response: { output: 'row 1\n\n2 rows' }, parts: [{ inlineData: {} }] } },
          ],
        },
      ],
    });
  });

  it('stand apart in what the model said before and after it called a tool', () => {
    const body = messages(
      [{ type: 'text', text: 'Let me look.' }, CALL, { type: 'text', text: 'Done.' }],
      RESULT,
    );
    expect(converted('anthropic-messages', 'openai-chat', body)).toMatchObject({
      messages: [{}, { content: 'Let me look.\n\nDone.' }, {}],
    });
  });

  it('stand apart in one turn of the model’s, unless a citation cut them', () => {
    const cited = (text: string) => ({
      type: 'text',
      text,
      citations: [{ type: 'web_search_result_location', url: 'https://a.example', title: 'A' }],
    });
    const said = (...blocks: object[]) =>
      converted('anthropic-messages', 'openai-chat', messages(blocks)) as { messages: { content: string }[] };
    const plain = (text: string) => ({ type: 'text', text });
    expect(said(plain('One.'), plain('Two.')).messages[1]?.content).toBe('One.\n\nTwo.');
    expect(said(plain('The grass is '), cited('green'), plain('.')).messages[1]?.content).toBe(
      'The grass is green.',
    );
  });

  it('are one where Google’s model wrote them in pieces', () => {
    const contents = [
      { parts: [{ text: 'Hi' }] },
      { role: 'model', parts: [{ text: 'Hel' }, { text: 'lo.' }] },
      { parts: [{ text: 'Bye.' }] },
    ];
    expect(converted('google-gemini', 'openai-chat', { contents })).toMatchObject({
      messages: [{}, { content: 'Hello.' }, {}],
    });
  });
});

describe('texts of a reply that stood apart', () => {
  const anthropic = (...content: object[]) => ({ type: 'message', content, stop_reason: 'end_turn' });
  const message = (text: string) => ({
    type: 'message',
    role: 'assistant',
    content: [{ type: 'output_text', text, annotations: [] }],
  });
  const replies: readonly (readonly [string, DialectName, object, string])[] = [
    [
      'by a call',
      'anthropic-messages',
      anthropic({ type: 'text', text: 'Let me look.' }, CALL, { type: 'text', text: 'Done.' }),
      'Let me look.\n\nDone.',
    ],
    [
      'by nothing but a citation',
      'anthropic-messages',
      anthropic({ type: 'text', text: 'The grass is ' }, { type: 'text', text: 'green.' }),
      'The grass is green.',
    ],
    [
      'in two messages',
      'openai-responses',
      { object: 'response', status: 'completed', output: [message('Let me look.'), message('Done.')] },
      'Let me look.\n\nDone.',
    ],
  ];

  it.each(replies)('%s, of %s: whole', (_, vendor, json, expected) => {
    const rendered = DIALECTS['openai-chat'].renderReply(DIALECTS[vendor].parseReply(json), CONTEXT);
    expect(rendered).toMatchObject({ choices: [{ message: { content: expected } }] });
  });

  it.each(replies)('%s, of %s: in a stream', (_, vendor, json, expected) => {
    const events = decode(DIALECTS[vendor], STREAMS[vendor]?.(json) ?? []);
    const chunks = encode(DIALECTS['openai-chat'], events).map(({ data }) => data);
    const text = chunks
      .filter((data) => data !== '[DONE]')
      .map((data) => (JSON.parse(data) as { choices: { delta: { content?: string } }[] }).choices)
      .map((choices) => choices[0]?.delta.content ?? '')
      .join('');
    expect(text).toBe(expected);
  });

  it('and what they cite is found in its place', () => {
    const cited = {
      type: 'text',
      text: 'Done.',
      citations: [{ type: 'web_search_result_location', url: 'https://a.example', title: 'A' }],
    };
    const reply = DIALECTS['anthropic-messages'].parseReply(
      anthropic({ type: 'text', text: 'Let me look.' }, CALL, cited),
    );
    expect(DIALECTS['openai-chat'].renderReply(reply, CONTEXT)).toMatchObject({
      choices: [{ message: { annotations: [{ url_citation: { start_index: 14, end_index: 19 } }] } }],
    });
  });
});

/** A whole reply as the stream that it might have come in. */
const STREAMS: Partial<Record<DialectName, (json: object) => SseMessage[]>> = {
  'anthropic-messages': (json) => {
    const { content } = json as { content: { type: string; text?: string }[] };
    const events: object[] = [{ type: 'message_start', message: { usage: {} } }];
    for (const [index, block] of content.entries()) {
      events.push({
        type: 'content_block_start',
        index,
        content_block: { ...block, ...(block.text && { text: '' }) },
      });
      if (block.text) {
        const [half, rest] = [block.text.slice(0, 3), block.text.slice(3)];
        for (const text of [half, rest]) {
          events.push({ type: 'content_block_delta', index, delta: { type: 'text_delta', text } });
        }
      }
      events.push({ type: 'content_block_stop', index });
    }
    events.push({ type: 'message_delta', delta: { stop_reason: 'end_turn' } }, { type: 'message_stop' });
    return events.map((event) => ({ data: JSON.stringify(event) }));
  },
  'openai-responses': (json) => {
    const { output } = json as { output: { content: { text: string }[] }[] };
    const events: object[] = [{ type: 'response.created', response: {} }];
    for (const [output_index, item] of output.entries()) {
      events.push({ type: 'response.output_item.added', output_index, item: { ...item, content: [] } });
      for (const delta of item.content[0]?.text.match(/..?/g) ?? []) {
        events.push({ type: 'response.output_text.delta', output_index, content_index: 0, delta });
      }
      events.push({ type: 'response.output_item.done', output_index, item });
    }
    events.push({ type: 'response.completed', response: json });
    return events.map((event) => ({ data: JSON.stringify(event) }));
  },
};
