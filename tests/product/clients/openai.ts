import OpenAI from 'openai';
import { statusOfError, WEATHER, type Gateway, type OfficialClient } from './official-client.ts';

export function openaiChatClient({ url, apiKey, retries }: Gateway): OfficialClient {
  const { chat } = new OpenAI({ baseURL: `${url}/v1`, apiKey, ...(!retries && { maxRetries: 0 }) });
  return {
    name: 'openai (chat completions)',
    tellsStreamUsage: true,
    async ask(model, content) {
      const reply = await chat.completions.create({ model, messages: [{ role: 'user', content }] });
      return {
        text: reply.choices[0]?.message.content ?? '',
        outputTokens: reply.usage?.completion_tokens,
      };
    },
    async stream(model, content) {
      const messages = [{ role: 'user' as const, content }];
      const options = { include_usage: true };
      const stream = await chat.completions.create({
        model,
        messages,
        stream: true,
        stream_options: options,
      });
      let text = '';
      let outputTokens: number | undefined;
      for await (const { choices, usage } of stream) {
        text += choices[0]?.delta.content ?? '';
        outputTokens = usage?.completion_tokens ?? outputTokens;
      }
      return { text, outputTokens };
    },
    async callTool(model, content) {
      const tools = [{ type: 'function' as const, function: WEATHER }];
      const runner = chat.completions.stream({ model, messages: [{ role: 'user', content }], tools });
      const [call] = (await runner.finalChatCompletion()).choices[0]?.message.tool_calls ?? [];
      const called = call?.type === 'function' ? call.function : undefined;
      return { name: called?.name, arguments: JSON.parse(called?.arguments ?? 'null') };
    },
    statusOf: statusOfError,
  };
}

export function openaiResponsesClient({ url, apiKey, retries }: Gateway): OfficialClient {
  const { responses } = new OpenAI({ baseURL: `${url}/v1`, apiKey, ...(!retries && { maxRetries: 0 }) });
  return {
    name: 'openai (responses)',
    tellsStreamUsage: true,
    async ask(model, input) {
      const reply = await responses.create({ model, input });
      return { text: reply.output_text, outputTokens: reply.usage?.output_tokens };
    },
    async stream(model, input) {
      let text = '';
      const stream = responses.stream({ model, input });
      for await (const event of stream) if (event.type === 'response.output_text.delta') text += event.delta;
      const { usage } = await stream.finalResponse();
      return { text, outputTokens: usage?.output_tokens };
    },
    async callTool(model, input) {
      const tools = [{ type: 'function' as const, strict: false, ...WEATHER }];
      const { output } = await responses.stream({ model, input, tools }).finalResponse();
      const call = output.find((item) => item.type === 'function_call');
      return { name: call?.name, arguments: JSON.parse(call?.arguments ?? 'null') };
    },
    statusOf: statusOfError,
  };
}
