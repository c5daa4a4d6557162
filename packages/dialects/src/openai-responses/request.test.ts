import { describe, expect, it } from 'vitest';
import { openaiResponses as dialect } from './index.ts';
import { parse, refusal, TARGET } from './testing/fixtures.ts';

describe('the light layer', () => {
  it('reads what the gateway acts on', () => {
    expect(parse({ stream: true, max_output_tokens: 7, some_new_field: 1 })).toMatchObject({
      model: 'm',
      stream: true,
      usageWanted: true,
      outputTokensMax: 7,
      choices: 1,
      body: { some_new_field: 1 },
    });
    expect(parse({})).toMatchObject({ stream: false, usageWanted: true, outputTokensMax: undefined });
  });

  it.each([
    ['previous_response_id', { previous_response_id: 'resp_1' }],
    ['conversation', { conversation: { id: 'conv_1' } }],
    ['conversation', { conversation: 'conv_1' }],
    ['prompt', { prompt: { id: 'pmpt_1' }, input: undefined }],
    ['background', { background: true }],
    ['store', { store: true }],
    [
      'input[1]',
      {
        input: [
          { role: 'user', content: 'a' },
          { type: 'item_reference', id: 'msg_1' },
        ],
      },
    ],
    ['input[0]', { input: [{ id: 'msg_1' }] }],
    ['input[0]', { input: [{ id: 'msg_1', type: null }] }],
  ])('refuses what would have to be kept: %s %j', (param, body) => {
    const refused = refusal(() => parse(body));
    expect(refused.param).toBe(param);
    expect(refused.message).toContain('keeps nothing');
  });

  it('takes what is null or false for not asked for', () => {
    const body = {
      previous_response_id: null,
      conversation: null,
      prompt: null,
      background: false,
      store: null,
    };
    expect(() => parse(body)).not.toThrow();
    expect(() => parse({ store: false })).not.toThrow();
  });

  it.each([
    ['model', { model: '' }],
    ['model', { model: 5 }],
    ['input', { input: undefined }],
    ['input', { input: 5 }],
    ['stream', { stream: 'yes' }],
    ['max_output_tokens', { max_output_tokens: 0 }],
    ['store', { store: 'no' }],
  ])('refuses a malformed %s: %j', (param, body) => {
    expect(refusal(() => parse(body)).param).toBe(param);
  });

  it.each([null, 'text', [], 5])('refuses a body that is no object: %j', (body) => {
    expect(refusal(() => dialect.parseRequest(body, {})).param).toBeUndefined();
  });

  it('passes everything on but the model, the limit and what would be stored', () => {
    const body = {
      input: [
        { role: 'user', content: 'x' },
        { type: 'web_search_call', id: 'ws_1' },
      ],
      include: ['reasoning.encrypted_content'],
      tools: [{ type: 'local_shell' }],
      stream: true,
      stream_options: { include_obfuscation: false },
      some_new_field: { deep: [null] },
    };
    expect(JSON.parse(dialect.passRequest(parse({ ...body, max_output_tokens: 10_000 }), TARGET))).toEqual({
      ...body,
      model: 'up',
      max_output_tokens: 900,
      store: false,
    });
  });

  it('goes where the vendor takes it, with its key', () => {
    expect(dialect.endpoint({ upstreamModel: 'm', stream: true })).toBe('/responses');
    expect(dialect.authHeaders('k')).toEqual({ authorization: 'Bearer k' });
  });
});

describe('the prompt', () => {
  it('is all that the model reads, without names and states', () => {
    const { text, images, extraTokens } = dialect.promptOf(
      parse({
        instructions: 'Be kind.',
        input: [
          { role: 'user', content: [{ type: 'input_text', text: 'look' }] },
          { type: 'function_call', id: 'fc_1', call_id: 'c1', name: 'f', arguments: '{"a":1}' },
          { type: 'function_call_output', call_id: 'c1', output: 'sunny' },
        ],
        tools: [{ type: 'function', name: 'f', parameters: { properties: { city: { type: 'string' } } } }],
        text: { format: { type: 'json_schema', name: 'n', schema: { title: 'T' } } },
      }),
    );
    expect(text.split('\n')).toEqual([
      'Be kind.',
      'user',
      'look',
      'f',
      '{"a":1}',
      'sunny',
      'f',
      'properties',
      'city',
      'type',
      'string',
      'n',
      'title',
      'T',
    ]);
    expect(images).toBe(0);
    expect(extraTokens).toBe(12);
  });

  it('counts what is no text by what it is', () => {
    const data = 'A'.repeat(320_000);
    const { text, images, extraTokens } = dialect.promptOf(
      parse({
        input: [
          {
            role: 'user',
            content: [
              { type: 'input_image', image_url: `data:image/png;base64,${data}` },
              { type: 'input_file', file_data: data },
            ],
          },
          { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'A'.repeat(1_200) },
        ],
      }),
    );
    expect(text).toBe('user');
    expect(images).toBe(1);
    expect(extraTokens).toBe(1_700 + 10_000 + 100 + 8);
  });

  it('is read as deep as it goes', () => {
    let deep: unknown = 'end';
    for (let i = 0; i < 100_000; i++) deep = [deep];
    expect(dialect.promptOf(parse({ input: [{ role: 'user', content: deep }] })).text).toBe('user\nend');
  });
});
