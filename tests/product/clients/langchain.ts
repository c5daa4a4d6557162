import { HumanMessage, ToolMessage, type AIMessageChunk } from '@langchain/core/messages';
import { ChatOpenAI } from '@langchain/openai';
import { statusOfError, WEATHER, type Gateway, type OfficialClient } from './official-client.ts';

export function langchainClient({ url, apiKey, retries }: Gateway): OfficialClient {
  const chatOf = (model: string) =>
    new ChatOpenAI({
      model,
      apiKey,
      ...(!retries && { maxRetries: 0 }),
      configuration: { baseURL: `${url}/v1` },
    });
  const textOf = (content: unknown) => (typeof content === 'string' ? content : '');
  return {
    name: '@langchain/openai',
    async ask(model, prompt) {
      const { content, usage_metadata: usage } = await chatOf(model).invoke(prompt);
      return { text: textOf(content), outputTokens: outputTokensOf(usage) };
    },
    async stream(model, prompt) {
      let text = '';
      let outputTokens: number | undefined;
      for await (const { content, usage_metadata: usage } of await chatOf(model).stream(prompt)) {
        text += textOf(content);
        outputTokens = outputTokensOf(usage) ?? outputTokens;
      }
      return { text, outputTokens };
    },
    async useTool(model, prompt, result) {
      const bound = chatOf(model).bindTools([{ type: 'function', function: WEATHER }]);
      const asked = new HumanMessage(prompt);
      let message: AIMessageChunk | undefined;
      for await (const chunk of await bound.stream([asked])) message = message?.concat(chunk) ?? chunk;
      const [call] = message?.tool_calls ?? [];
      if (!message || !call) throw new Error('no call of a tool');
      const answer = new ToolMessage({ tool_call_id: call.id ?? '', content: result });
      const { content } = await bound.invoke([asked, message, answer]);
      return { call: { name: call.name, arguments: call.args }, text: textOf(content) };
    },
    statusOf: statusOfError,
  };
}

/** Its type is lost on the way through the package's generics. */
function outputTokensOf(usage: unknown): number | undefined {
  return (usage as { output_tokens?: number } | undefined)?.output_tokens;
}
