import { describe, expect, it } from 'vitest';
import { withoutPlaces } from '../testing/without-places.ts';
import { openaiResponses as dialect } from './index.ts';
import { CALL, parse, refusal } from './testing/fixtures.ts';

const toCall = (body: object) => withoutPlaces(dialect.toCall(parse(body)));
const messages = (input: unknown) => toCall({ input }).messages;

describe('a call', () => {
  it('has the instructions first, and items as messages', () => {
    expect(
      toCall({
        instructions: 'Be kind.',
        input: [
          { role: 'developer', content: 'd' },
          { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'u' }] },
        ],
      }).messages,
    ).toEqual([
      { role: 'system', parts: [{ kind: 'text', text: 'Be kind.' }] },
      { role: 'developer', parts: [{ kind: 'text', text: 'd' }] },
      { role: 'user', parts: [{ kind: 'text', text: 'u' }] },
    ]);
    expect(messages('x')).toEqual([{ role: 'user', parts: [{ kind: 'text', text: 'x' }] }]);
  });

  it('has what the model produced in a row as one message, and results in a row as another', () => {
    const call = (id: string) => ({ type: 'function_call', call_id: id, name: `n${id}`, arguments: '' });
    const result = (id: string, output: unknown) => ({ type: 'function_call_output', call_id: id, output });
    const conversation = messages([
      { role: 'user', content: 'u' },
      {
        type: 'reasoning',
        id: 'rs_1',
        summary: [
          { type: 'summary_text', text: 'a' },
          { type: 'summary_text', text: 'b' },
        ],
        encrypted_content: 'gAAA',
      },
      {
        type: 'message',
        id: 'msg_1',
        status: 'completed',
        role: 'assistant',
        phase: 'commentary',
        content: [
          { type: 'output_text', text: 't', annotations: [], logprobs: [] },
          { type: 'refusal', refusal: 'r' },
        ],
      },
      call('1'),
      call('2'),
      result('1', 'one'),
      result('2', [{ type: 'input_text', text: 'two' }]),
    ]);
    expect(conversation).toEqual([
      { role: 'user', parts: [{ kind: 'text', text: 'u' }] },
      {
        role: 'assistant',
        parts: [
          {
            kind: 'reasoning',
            text: 'a\n\nb',
            summary: true,
            id: 'rs_1',
            encrypted: true,
            signature: { dialect: 'openai-responses', value: 'gAAA' },
          },
          { kind: 'text', text: 't' },
          { kind: 'refusal', text: 'r' },
          { kind: 'tool_call', id: '1', name: 'n1', arguments: '{}' },
          { kind: 'tool_call', id: '2', name: 'n2', arguments: '{}' },
        ],
      },
      {
        role: 'tool',
        parts: [
          { kind: 'tool_result', callId: '1', name: 'n1', content: [{ kind: 'text', text: 'one' }] },
          { kind: 'tool_result', callId: '2', name: 'n2', content: [{ kind: 'text', text: 'two' }] },
        ],
      },
    ]);
  });

  it('has images, files and sound with their bytes or address', () => {
    const content = [
      { type: 'input_image', image_url: 'data:image/png;base64,AAAA', detail: 'original' },
      { type: 'input_image', image_url: 'https://x.test/a.png' },
      { type: 'input_file', file_data: 'data:text/plain;charset=utf-8;base64,BBBB', filename: 'a.txt' },
      { type: 'input_file', file_data: 'CCCC', filename: 'c.pdf' },
      {
        type: 'input_file',
        file_url: 'https://x.test/d.pdf',
        prompt_cache_breakpoint: { mode: 'explicit' },
      },
      { type: 'input_audio', input_audio: { data: 'DDDD', format: 'wav' } },
    ];
    expect(messages([{ role: 'user', content }])[0]?.parts).toEqual([
      { kind: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'AAAA' }, detail: 'high' },
      { kind: 'image', source: { kind: 'url', url: 'https://x.test/a.png' } },
      { kind: 'file', source: { kind: 'data', mediaType: 'text/plain', data: 'BBBB' }, name: 'a.txt' },
      { kind: 'file', source: { kind: 'data', mediaType: 'application/pdf', data: 'CCCC' }, name: 'c.pdf' },
      { kind: 'file', source: { kind: 'url', url: 'https://x.test/d.pdf' }, cache: '5m' },
      { kind: 'audio', data: 'DDDD', format: 'wav' },
    ]);
  });

  it('has the settings', () => {
    expect(
      toCall({
        stream: true,
        tools: [
          { type: 'function', name: 'f', description: 'd', parameters: { type: 'object' }, strict: true },
          { type: 'function', name: 'g', parameters: null, strict: null },
        ],
        tool_choice: { type: 'function', name: 'f' },
        parallel_tool_calls: false,
        temperature: 1.5,
        top_p: 0.5,
        top_logprobs: 3,
        include: ['message.output_text.logprobs', 'reasoning.encrypted_content'],
        text: {
          format: { type: 'json_schema', name: 'n', schema: { a: 1 }, strict: true },
          verbosity: 'low',
        },
        reasoning: { effort: 'high', summary: 'detailed' },
        metadata: { a: 'b' },
        safety_identifier: 's',
        prompt_cache_key: 'k',
        service_tier: 'flex',
        truncation: 'auto',
        max_tool_calls: 3,
        stream_options: { include_obfuscation: true },
      }),
    ).toEqual({
      stream: true,
      messages: [{ role: 'user', parts: [{ kind: 'text', text: 'hi' }] }],
      tools: [{ name: 'f', description: 'd', parameters: { type: 'object' }, strict: true }, { name: 'g' }],
      toolChoice: { kind: 'tool', name: 'f' },
      parallelToolCalls: false,
      choices: 1,
      temperature: 1.5,
      topP: 0.5,
      logprobs: { alternatives: 3 },
      format: { kind: 'json_schema', name: 'n', schema: { a: 1 }, strict: true },
      verbosity: 'low',
      reasoning: { effort: 'high', shown: true },
      hints: { user: 's', metadata: { a: 'b' }, serviceTier: 'flex', promptCacheKey: 'k' },
    });
  });

  it('has only the tools that are allowed', () => {
    const tools = ['f', 'g', 'h'].map((name) => ({ type: 'function', name }));
    const tool_choice = { type: 'allowed_tools', mode: 'required', tools: [tools[2], tools[0]] };
    expect(toCall({ tools, tool_choice })).toMatchObject({
      tools: [{ name: 'f' }, { name: 'h' }],
      toolChoice: { kind: 'required' },
    });
  });

  it('ignores a field that is null', () => {
    expect(
      toCall({ some_new_field: null, text: { format: null }, reasoning: { effort: null }, tools: null }),
    ).toEqual(CALL);
  });

  const user = (part: object) => ({ input: [{ role: 'user', content: [part] }] });
  it.each<[string, object]>([
    ['some_new_field', { some_new_field: 1 }],
    ['stop', { stop: ['x'] }],
    ['context_management', { context_management: [] }],
    ['moderation', { moderation: { model: 'm' } }],
    ['temperature', { temperature: 3 }],
    ['top_p', { top_p: '1' }],
    ['top_logprobs', { top_logprobs: 1.5 }],
    ['include[1]', { include: ['reasoning.encrypted_content', 'other'] }],
    ['parallel_tool_calls', { parallel_tool_calls: 'yes' }],
    ['metadata.a', { metadata: { a: 1 } }],
    ['instructions', { instructions: 5 }],
    ['reasoning.effort', { reasoning: { effort: 'huge' } }],
    ['reasoning.mode', { reasoning: { mode: 'pro' } }],
    ['reasoning.context', { reasoning: { context: 'all_turns' } }],
    ['reasoning.other', { reasoning: { other: 1 } }],
    ['text.verbosity', { text: { verbosity: 'none' } }],
    ['text.format.type', { text: { format: { type: 'grammar' } } }],
    ['text.format.schema', { text: { format: { type: 'json_schema', name: 'n' } } }],
    ['text.format.other', { text: { format: { type: 'text', other: 1 } } }],
    ['tools[0].type', { tools: [{ type: 'web_search' }] }],
    ['tools[0].type', { tools: [{ type: 'custom', name: 'x' }] }],
    ['tools[1].name', { tools: [{ type: 'function', name: 'x' }, { type: 'function' }] }],
    ['tools[0].defer_loading', { tools: [{ type: 'function', name: 'x', defer_loading: true }] }],
    [
      'tools[0].allowed_callers',
      { tools: [{ type: 'function', name: 'x', allowed_callers: ['programmatic'] }] },
    ],
    ['tool_choice.type', { tool_choice: { type: 'file_search' } }],
    ['tool_choice.name', { tool_choice: { type: 'function' } }],
    ['tool_choice', { tool_choice: 'maybe' }],
    [
      'tool_choice.tools[0].name',
      { tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'function', name: 'x' }] } },
    ],
    [
      'tool_choice.tools[0].type',
      { tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'mcp' }] } },
    ],
    ['tool_choice.tools', { tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [] } }],
    ['input[0].type', { input: [{ type: 'web_search_call', id: 'ws_1' }] }],
    ['input[0].type', { input: [{ type: 'custom_tool_call', name: 'x', input: 'y', call_id: 'c' }] }],
    ['input[0].type', { input: [{ type: 'compaction', encrypted_content: 'x' }] }],
    ['input[0].role', { input: [{ type: 'message', content: 'x' }] }],
    ['input[0].role', { input: [{ role: 'tool', content: 'x' }] }],
    ['input[0].content', { input: [{ role: 'user', content: 5 }] }],
    ['input[0].other', { input: [{ role: 'user', content: 'x', other: 1 }] }],
    ['input[0].content[0]', user(['text'])],
    ['input[0].content[0].type', user({ type: 'text', text: 'x' })],
    ['input[0].content[0].type', user({ type: 'refusal', refusal: 'x' })],
    ['input[0].content[0].text', user({ type: 'input_text' })],
    ['input[0].content[0].image_url', user({ type: 'input_image', image_url: 'ftp://x' })],
    ['input[0].content[0].image_url', user({ type: 'input_image', image_url: 'data:image/png,AAAA' })],
    ['input[0].content[0].file_id', user({ type: 'input_image', file_id: 'file-1' })],
    ['input[0].content[0].file_id', user({ type: 'input_file', file_id: 'file-1' })],
    ['input[0].content[0].file_data', user({ type: 'input_file', filename: 'x' })],
    [
      'input[0].content[0].file_data',
      user({ type: 'input_file', file_data: 'x', file_url: 'https://x.test' }),
    ],
    ['input[0].content[0].input_audio', user({ type: 'input_audio' })],
    ['input[0].content[0].input_audio.format', user({ type: 'input_audio', input_audio: { data: 'x' } })],
    [
      'input[0].content[0].annotations[0].type',
      user({ type: 'output_text', text: 'x', annotations: [{ type: 'file_citation', file_id: 'f' }] }),
    ],
    ['input[0].call_id', { input: [{ type: 'function_call', name: 'x', arguments: '{}' }] }],
    [
      'input[0].namespace',
      { input: [{ type: 'function_call', call_id: 'c', name: 'x', arguments: '{}', namespace: 'n' }] },
    ],
    [
      'input[0].caller',
      {
        input: [
          {
            type: 'function_call',
            call_id: 'c',
            name: 'x',
            arguments: '{}',
            caller: { type: 'program', caller_id: 'p' },
          },
        ],
      },
    ],
    ['input[0].output', { input: [{ type: 'function_call_output', call_id: 'c' }] }],
    [
      'input[0].output[0].type',
      {
        input: [
          {
            type: 'function_call_output',
            call_id: 'c',
            output: [{ type: 'input_audio', input_audio: { data: 'x', format: 'wav' } }],
          },
        ],
      },
    ],
    ['input[0].summary[0]', { input: [{ type: 'reasoning', id: 'rs', summary: ['x'] }] }],
    ['input', { input: [{ type: 'reasoning', id: 'rs', summary: [] }] }],
  ])('of which no other dialect has %s, or which is malformed there, is refused', (param, body) => {
    expect(refusal(() => toCall(body)).param).toBe(param);
  });
});

describe('signatures', () => {
  const item = (more: object) => ({ type: 'reasoning', id: 'rs_x', summary: [], ...more });

  it('of other dialects come back as they were', () => {
    expect(
      messages([
        item({ encrypted_content: 'anthropic-messages:RED', id: 'rs_req_1_0' }),
        item({
          encrypted_content: 'anthropic-messages:SIG',
          content: [{ type: 'reasoning_text', text: 't' }],
        }),
        item({
          encrypted_content: 'anthropic-messages:HID',
          content: [{ type: 'reasoning_text', text: '' }],
        }),
        item({ encrypted_content: 'nonsense:X' }),
      ])[0]?.parts,
    ).toEqual([
      {
        kind: 'reasoning',
        text: '',
        encrypted: true,
        signature: { dialect: 'anthropic-messages', value: 'RED' },
      },
      {
        kind: 'reasoning',
        text: 't',
        id: 'rs_x',
        signature: { dialect: 'anthropic-messages', value: 'SIG' },
      },
      { kind: 'reasoning', text: '', id: 'rs_x', signature: { dialect: 'anthropic-messages', value: 'HID' } },
      {
        kind: 'reasoning',
        text: '',
        id: 'rs_x',
        encrypted: true,
        signature: { dialect: 'openai-responses', value: 'nonsense:X' },
      },
    ]);
  });

  it('of calls come back with their calls', () => {
    expect(
      messages([
        item({ id: 'rs_for_c1', encrypted_content: 'google-gemini:SIG' }),
        { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{}' },
      ])[0]?.parts,
    ).toEqual([
      {
        kind: 'tool_call',
        id: 'c1',
        name: 'f',
        arguments: '{}',
        signature: { dialect: 'google-gemini', value: 'SIG' },
      },
    ]);
  });
});
