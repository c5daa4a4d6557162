import { OpenRouter } from '@openrouter/sdk';
import { statusOfError, WEATHER, type Gateway, type OfficialClient } from './official-client.ts';

/** @returns the vectors of these texts. */
export async function embedWithOpenRouter(
  { url, apiKey }: Gateway,
  model: string,
  input: string[],
): Promise<unknown[][]> {
  const { embeddings } = new OpenRouter({ serverURL: `${url}/v1`, apiKey });
  const reply = await embeddings.generate({ requestBody: { model, input } });
  if (typeof reply === 'string') throw new Error('a text, where vectors were asked for');
  return reply.data.map(({ embedding }) => (Array.isArray(embedding) ? embedding : []));
}

export function openRouterClient({ url, apiKey, retries }: Gateway): OfficialClient {
  const { chat } = new OpenRouter({
    serverURL: `${url}/v1`,
    apiKey,
    ...(!retries && { retryConfig: { strategy: 'none' } }),
  });
  const body = (model: string, content: string) => ({
    model,
    messages: [{ role: 'user' as const, content }],
  });
  const textOf = (content: unknown) => (typeof content === 'string' ? content : '');
  return {
    name: '@openrouter/sdk',
    async ask(model, prompt) {
      const reply = await chat.send({ chatRequest: { ...body(model, prompt), stream: false } });
      if (!('choices' in reply)) throw new Error('a stream, where a reply was asked for');
      return {
        text: textOf(reply.choices[0]?.message.content),
        outputTokens: reply.usage?.completionTokens,
      };
    },
    async stream(model, prompt) {
      const stream = await chat.send({ chatRequest: { ...body(model, prompt), stream: true } });
      if ('choices' in stream) throw new Error('a reply, where a stream was asked for');
      let text = '';
      let outputTokens: number | undefined;
      for await (const { choices, usage, error } of stream) {
        if (error) throw new Error(error.message);
        text += choices[0]?.delta.content ?? '';
        outputTokens = usage?.completionTokens ?? outputTokens;
      }
      return { text, outputTokens };
    },
    async useTool(model, prompt, result) {
      const asked = { ...body(model, prompt), tools: [{ type: 'function' as const, function: WEATHER }] };
      const stream = await chat.send({ chatRequest: { ...asked, stream: true } });
      if ('choices' in stream) throw new Error('a reply, where a stream was asked for');
      let [id, name, json] = ['', '', ''];
      for await (const { choices } of stream) {
        const [call] = choices[0]?.delta.toolCalls ?? [];
        id = call?.id ?? id;
        name = call?.function?.name ?? name;
        json += call?.function?.arguments ?? '';
      }
      const toolCalls = [{ id, type: 'function' as const, function: { name, arguments: json } }];
      const messages = [
        ...asked.messages,
        { role: 'assistant' as const, toolCalls },
        { role: 'tool' as const, toolCallId: id, content: result },
      ];
      const reply = await chat.send({ chatRequest: { ...asked, messages, stream: false } });
      if (!('choices' in reply)) throw new Error('a stream, where a reply was asked for');
      return {
        call: { name, arguments: JSON.parse(json) },
        text: textOf(reply.choices[0]?.message.content),
      };
    },
    statusOf: statusOfError,
  };
}
