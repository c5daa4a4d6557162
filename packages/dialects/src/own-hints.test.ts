import { expect, it } from 'vitest';
import type { DialectName } from './dialect-name.ts';
import { DIALECTS } from './dialects.ts';
import { ADDRESS } from './testing/conversion.ts';

/** A request with every hint that `ownHints` tells of, and the same without them. */
const REQUESTS: readonly [DialectName, having: object, lacking: object][] = [
  [
    'openai-chat',
    {
      model: 'm',
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Hi', prompt_cache_breakpoint: { type: 'ephemeral' } },
            { type: 'image_url', image_url: { url: 'https://example.com/a.png', detail: 'original' } },
          ],
        },
        {
          role: 'assistant',
          tool_calls: [{ index: 0, id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }],
        },
      ],
      prediction: { type: 'content', content: 'Hello' },
      stream_options: { include_obfuscation: false },
      usage: { include: true },
      prompt_cache_retention: '24h',
      prompt_cache_options: { mode: 'auto' },
      cache_control: { type: 'ephemeral' },
      reasoning: { summary: 'detailed' },
      user: 'u',
      safety_identifier: 's',
    },
    {
      model: 'm',
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Hi' },
            { type: 'image_url', image_url: { url: 'https://example.com/a.png', detail: 'high' } },
          ],
        },
        {
          role: 'assistant',
          tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }],
        },
      ],
      reasoning: { summary: 'auto' },
      user: 'u',
    },
  ],
  [
    'openai-responses',
    {
      model: 'm',
      input: [
        {
          role: 'user',
          content: [
            { type: 'input_file', file_url: 'https://example.com/a.pdf', detail: 'high' },
            { type: 'input_image', image_url: 'https://example.com/a.png', detail: 'original' },
          ],
        },
        {
          id: 'msg_1',
          status: 'completed',
          phase: 'commentary',
          role: 'assistant',
          content: [{ type: 'output_text', text: 'Hi', annotations: [], logprobs: [{ token: 'Hi' }] }],
        },
      ],
      tools: [{ type: 'function', name: 'f', output_schema: { type: 'string' } }],
      include: ['web_search_call.results'],
      reasoning: { summary: 'detailed' },
      truncation: 'auto',
      max_tool_calls: 3,
      stream_options: { include_obfuscation: false },
      prompt_cache_options: { mode: 'auto' },
      prompt_cache_retention: '24h',
      user: 'u',
      safety_identifier: 's',
    },
    {
      model: 'm',
      input: [
        {
          role: 'user',
          content: [
            { type: 'input_file', file_url: 'https://example.com/a.pdf' },
            { type: 'input_image', image_url: 'https://example.com/a.png', detail: 'high' },
          ],
        },
        { role: 'assistant', content: [{ type: 'output_text', text: 'Hi' }] },
      ],
      tools: [{ type: 'function', name: 'f' }],
      reasoning: { summary: 'auto' },
      user: 'u',
    },
  ],
  [
    'anthropic-messages',
    {
      model: 'm',
      max_tokens: 9,
      messages: [
        { role: 'user', content: 'Hi' },
        {
          role: 'assistant',
          content: [
            {
              type: 'text',
              text: 'Hi',
              citations: [
                { type: 'char_location', document_title: 'D', cited_text: 'Hi', start_char_index: 7 },
              ],
            },
          ],
        },
      ],
      tools: [{ name: 'f', input_schema: { type: 'object' }, eager_input_streaming: true }],
    },
    {
      model: 'm',
      max_tokens: 9,
      messages: [
        { role: 'user', content: 'Hi' },
        {
          role: 'assistant',
          content: [
            {
              type: 'text',
              text: 'Hi',
              citations: [{ type: 'char_location', document_title: 'D', cited_text: 'Hi' }],
            },
          ],
        },
      ],
      tools: [{ name: 'f', input_schema: { type: 'object' } }],
    },
  ],
  [
    'google-gemini',
    {
      contents: [
        {
          role: 'user',
          parts: [
            {
              inlineData: { mimeType: 'image/png', data: 'aGk=', displayName: 'a.png' },
              mediaResolution: { level: 'MEDIA_RESOLUTION_ULTRA_HIGH' },
            },
            { inlineData: { mimeType: 'audio/wav', data: 'aGk=', displayName: 'a.wav' } },
            { fileData: { fileUri: 'https://example.com/a', mimeType: 'application/pdf' } },
          ],
        },
      ],
      toolConfig: { functionCallingConfig: { mode: 'AUTO', streamFunctionCallArguments: true } },
      safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'OFF' }],
    },
    {
      contents: [
        {
          role: 'user',
          parts: [
            {
              inlineData: { mimeType: 'image/png', data: 'aGk=' },
              mediaResolution: { level: 'MEDIA_RESOLUTION_HIGH' },
            },
            { inlineData: { mimeType: 'audio/wav', data: 'aGk=' } },
            { fileData: { fileUri: 'https://example.com/a' } },
          ],
        },
      ],
      toolConfig: { functionCallingConfig: { mode: 'AUTO' } },
    },
  ],
];

it.each(REQUESTS)('what only %s has is left out of the call, as is documented', (name, having, lacking) => {
  const read = (body: object) => DIALECTS[name].toCall(DIALECTS[name].parseRequest(body, ADDRESS));
  expect(read(having)).toEqual(read(lacking));
});
