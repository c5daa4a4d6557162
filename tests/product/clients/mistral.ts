import { Mistral } from '@mistralai/mistralai';
import { statusOfError, WEATHER, type Gateway, type OfficialClient } from './official-client.ts';

export function mistralClient({ url, apiKey, retries }: Gateway): OfficialClient {
  const { chat } = new Mistral({
    serverURL: url,
    apiKey,
    ...(!retries && { retryConfig: { strategy: 'none' } }),
  });
  const body = (model: string, content: string) => ({
    model,
    messages: [{ role: 'user' as const, content }],
  });
  const textOf = (content: unknown) => (typeof content === 'string' ? content : '');
  return {
    name: '@mistralai/mistralai',
    tellsStreamUsage: false,
    async ask(model, prompt) {
      const { choices, usage } = await chat.complete(body(model, prompt));
      return { text: textOf(choices?.[0]?.message?.content), outputTokens: usage.completionTokens };
    },
    async stream(model, prompt) {
      let text = '';
      let outputTokens: number | undefined;
      for await (const { data } of await chat.stream(body(model, prompt))) {
        text += textOf(data.choices[0]?.delta.content);
        outputTokens = data.usage?.completionTokens ?? outputTokens;
      }
      return { text, outputTokens };
    },
    async callTool(model, prompt) {
      const tools = [{ type: 'function' as const, function: WEATHER }];
      let name = '';
      let json = '';
      for await (const { data } of await chat.stream({ ...body(model, prompt), tools })) {
        const [call] = data.choices[0]?.delta.toolCalls ?? [];
        if (!call) continue;
        name = call.function.name || name;
        const { arguments: piece } = call.function;
        json += typeof piece === 'string' ? piece : JSON.stringify(piece);
      }
      return { name, arguments: JSON.parse(json === '' ? 'null' : json) };
    },
    statusOf: statusOfError,
  };
}
