import Anthropic from '@anthropic-ai/sdk';
import { statusOfError, WEATHER, type Gateway, type OfficialClient } from './official-client.ts';

export function anthropicClient({ url, apiKey, retries }: Gateway): OfficialClient {
  const { messages } = new Anthropic({ baseURL: url, apiKey, ...(!retries && { maxRetries: 0 }) });
  const body = (model: string, content: string) => ({
    model,
    max_tokens: 1_000,
    messages: [{ role: 'user' as const, content }],
  });
  const textOf = (content: readonly Anthropic.ContentBlock[]) =>
    content.map((block) => (block.type === 'text' ? block.text : '')).join('');
  return {
    name: '@anthropic-ai/sdk',
    async ask(model, prompt) {
      const { content, usage } = await messages.create(body(model, prompt));
      return { text: textOf(content), outputTokens: usage.output_tokens };
    },
    async stream(model, prompt) {
      const { content, usage } = await messages.stream(body(model, prompt)).finalMessage();
      return { text: textOf(content), outputTokens: usage.output_tokens };
    },
    async useTool(model, prompt, result) {
      const { parameters, ...tool } = WEATHER;
      const input_schema = { ...parameters, required: [...parameters.required] };
      const asked = { ...body(model, prompt), tools: [{ ...tool, input_schema }] };
      const { role, content } = await messages.stream(asked).finalMessage();
      const call = content.find((block) => block.type === 'tool_use');
      if (!call) throw new Error('no call of a tool');
      const answer = { type: 'tool_result' as const, tool_use_id: call.id, content: result };
      const reply = await messages.create({
        ...asked,
        messages: [...asked.messages, { role, content }, { role: 'user', content: [answer] }],
      });
      return { call: { name: call.name, arguments: call.input }, text: textOf(reply.content) };
    },
    statusOf: statusOfError,
  };
}
