import OpenAI from 'openai';
import { statusOfError, WEATHER, type Gateway, type OfficialClient } from './official-client.ts';

export function openaiChatClient({ url, apiKey, retries }: Gateway): OfficialClient {
  const { chat } = new OpenAI({ baseURL: `${url}/v1`, apiKey, ...(!retries && { maxRetries: 0 }) });
  return {
    name: 'openai (chat completions)',
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
    async useTool(model, content, result) {
      const tools = [{ type: 'function' as const, function: WEATHER }];
      const asked = { role: 'user' as const, content };
      const runner = chat.completions.stream({ model, messages: [asked], tools });
      const message = (await runner.finalChatCompletion()).choices[0]?.message;
      const [call] = message?.tool_calls ?? [];
      if (!message || call?.type !== 'function') throw new Error('no call of a tool');
      const answer = { role: 'tool' as const, tool_call_id: call.id, content: result };
      const reply = await chat.completions.create({ model, messages: [asked, message, answer], tools });
      const { name, arguments: json } = call.function;
      return {
        call: { name, arguments: JSON.parse(json) },
        text: reply.choices[0]?.message.content ?? '',
      };
    },
    statusOf: statusOfError,
  };
}

export function openaiResponsesClient({ url, apiKey, retries }: Gateway): OfficialClient {
  const { responses } = new OpenAI({ baseURL: `${url}/v1`, apiKey, ...(!retries && { maxRetries: 0 }) });
  return {
    name: 'openai (responses)',
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
    async useTool(model, content, result) {
      const tools = [{ type: 'function' as const, strict: false, ...WEATHER }];
      const asked = { role: 'user' as const, content };
      const { output } = await responses.stream({ model, input: [asked], tools }).finalResponse();
      const call = output.find((item) => item.type === 'function_call');
      if (!call) throw new Error('no call of a tool');
      const { call_id, name, arguments: json } = call;
      const answer = { type: 'function_call_output' as const, call_id, output: result };
      // The parsed arguments are the package's own.
      const { parsed_arguments: _, ...called } = call;
      const reply = await responses.create({ model, input: [asked, called, answer], tools });
      return { call: { name, arguments: JSON.parse(json) }, text: reply.output_text };
    },
    statusOf: statusOfError,
  };
}
