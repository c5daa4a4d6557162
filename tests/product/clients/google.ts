import { GoogleGenAI } from '@google/genai';
import { statusOfError, WEATHER, type Gateway, type OfficialClient } from './official-client.ts';

export function googleClient({ url, apiKey }: Gateway): OfficialClient {
  const { models } = new GoogleGenAI({ apiKey, httpOptions: { baseUrl: url } });
  return {
    name: '@google/genai',
    tellsStreamUsage: true,
    async ask(model, contents) {
      const { text = '', usageMetadata } = await models.generateContent({ model, contents });
      return { text, outputTokens: usageMetadata?.candidatesTokenCount };
    },
    async stream(model, contents) {
      let text = '';
      let outputTokens: number | undefined;
      for await (const chunk of await models.generateContentStream({ model, contents })) {
        text += chunk.text ?? '';
        outputTokens = chunk.usageMetadata?.candidatesTokenCount ?? outputTokens;
      }
      return { text, outputTokens };
    },
    async callTool(model, contents) {
      const { parameters: parametersJsonSchema, ...tool } = WEATHER;
      const config = { tools: [{ functionDeclarations: [{ ...tool, parametersJsonSchema }] }] };
      for await (const { functionCalls } of await models.generateContentStream({ model, contents, config })) {
        const [call] = functionCalls ?? [];
        if (call) return { name: call.name, arguments: call.args };
      }
      return { name: undefined, arguments: undefined };
    },
    statusOf: statusOfError,
  };
}
