import { Mistral } from '@mistralai/mistralai';
import { statusOfError, WEATHER, type Gateway, type OfficialClient } from './official-client.ts';

export function mistralClient({ url, apiKey, retries }: Gateway): OfficialClient {
  const { chat } = new Mistral({
    serverURL: url,
    apiKey,
    retryConfig: retries ? { strategy: 'backoff', retryConnectionErrors: true } : { strategy: 'none' },
  });
  const body = (model: string, content: string) => ({
    model,
    messages: [{ role: 'user' as const, content }],
  });
  const textOf = (content: unknown) => (typeof content === 'string' ? content : '');
  return {
    name: '@mistralai/mistralai',
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
    async useTool(model, prompt, result) {
      const asked = { ...body(model, prompt), tools: [{ type: 'function' as const, function: WEATHER }] };
      let [id, name, json] = ['', '', ''];
      for await (const { data } of await chat.stream(asked)) {
        const [call] = data.choices[0]?.delta.toolCalls ?? [];
        if (!call) continue;
        // The package says `null` for an id that is not in the chunk.
        if (call.id !== undefined && call.id !== 'null') id = call.id;
        name = call.function.name || name;
        const { arguments: piece } = call.function;
        json += typeof piece === 'string' ? piece : JSON.stringify(piece);
      }
      const { choices } = await chat.complete({
        ...asked,
        messages: [
          ...asked.messages,
          { role: 'assistant', toolCalls: [{ id, function: { name, arguments: json } }] },
          { role: 'tool', toolCallId: id, name, content: result },
        ],
      });
      return { call: { name, arguments: JSON.parse(json) }, text: textOf(choices?.[0]?.message?.content) };
    },
    statusOf: statusOfError,
  };
}
