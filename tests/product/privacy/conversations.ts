/** A distinct word for each place that content can stand in. */
export interface Canaries {
  readonly prompt: string;
  readonly system: string;
  readonly toolArguments: string;
  readonly toolResult: string;
  /** Good base64. */
  readonly file: string;
}

export interface HttpCall {
  readonly path: string;
  readonly body: unknown;
}

type Write = (model: string, words: Canaries, stream: boolean) => HttpCall;

const PARAMETERS = { type: 'object', properties: { q: { type: 'string' } } };
const MAX_TOKENS = 200;

/** A conversation with a word of each kind in it, as a client of each dialect writes it; the last message is the prompt's. */
export const CONVERSATIONS: Readonly<Record<string, Write>> = {
  'openai-chat': (model, words, stream) => ({
    path: '/v1/chat/completions',
    body: {
      model,
      stream,
      max_tokens: MAX_TOKENS,
      messages: [
        { role: 'system', content: words.system },
        {
          role: 'user',
          content: [
            { type: 'text', text: words.prompt },
            { type: 'image_url', image_url: { url: `data:image/png;base64,${words.file}` } },
          ],
        },
        {
          role: 'assistant',
          content: null,
          tool_calls: [
            { id: 'call_1', type: 'function', function: { name: 'look', arguments: argumentsOf(words) } },
          ],
        },
        { role: 'tool', tool_call_id: 'call_1', content: words.toolResult },
        { role: 'user', content: words.prompt },
      ],
      tools: [{ type: 'function', function: { name: 'look', parameters: PARAMETERS } }],
    },
  }),
  'openai-responses': (model, words, stream) => ({
    path: '/v1/responses',
    body: {
      model,
      stream,
      max_output_tokens: MAX_TOKENS,
      instructions: words.system,
      input: [
        {
          role: 'user',
          content: [
            { type: 'input_text', text: words.prompt },
            { type: 'input_image', detail: 'auto', image_url: `data:image/png;base64,${words.file}` },
          ],
        },
        { type: 'function_call', call_id: 'call_1', name: 'look', arguments: argumentsOf(words) },
        { type: 'function_call_output', call_id: 'call_1', output: words.toolResult },
        { role: 'user', content: words.prompt },
      ],
      tools: [{ type: 'function', name: 'look', parameters: PARAMETERS, strict: false }],
    },
  }),
  'anthropic-messages': (model, words, stream) => ({
    path: '/v1/messages',
    body: {
      model,
      stream,
      max_tokens: MAX_TOKENS,
      system: words.system,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: words.prompt },
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: words.file } },
          ],
        },
        {
          role: 'assistant',
          content: [{ type: 'tool_use', id: 'toolu_1', name: 'look', input: { q: words.toolArguments } }],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'toolu_1', content: words.toolResult },
            { type: 'text', text: words.prompt },
          ],
        },
      ],
      tools: [{ name: 'look', input_schema: PARAMETERS }],
    },
  }),
  'google-gemini': (model, words, stream) => ({
    path: `/v1beta/models/${model}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    body: {
      systemInstruction: { parts: [{ text: words.system }] },
      generationConfig: { maxOutputTokens: MAX_TOKENS },
      contents: [
        {
          role: 'user',
          parts: [{ text: words.prompt }, { inlineData: { mimeType: 'image/png', data: words.file } }],
        },
        { role: 'model', parts: [{ functionCall: { name: 'look', args: { q: words.toolArguments } } }] },
        {
          role: 'user',
          parts: [{ functionResponse: { name: 'look', response: { result: words.toolResult } } }],
        },
        { role: 'user', parts: [{ text: words.prompt }] },
      ],
      tools: [{ functionDeclarations: [{ name: 'look', parametersJsonSchema: PARAMETERS }] }],
    },
  }),
};

function argumentsOf({ toolArguments }: Canaries): string {
  return JSON.stringify({ q: toolArguments });
}
