import { GoogleGenAI, type Part } from '@google/genai';
import { statusOfError, WEATHER, type Gateway, type OfficialClient } from './official-client.ts';

export function googleClient({ url, apiKey, retries }: Gateway): OfficialClient {
  const httpOptions = { baseUrl: url, ...(retries && { retryOptions: {} }) };
  const { models } = new GoogleGenAI({ apiKey, httpOptions });
  return {
    name: '@google/genai',
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
    async useTool(model, prompt, result) {
      const { parameters: parametersJsonSchema, ...tool } = WEATHER;
      const config = { tools: [{ functionDeclarations: [{ ...tool, parametersJsonSchema }] }] };
      const asked = { role: 'user', parts: [{ text: prompt }] };
      const parts: Part[] = [];
      for await (const chunk of await models.generateContentStream({ model, contents: [asked], config })) {
        parts.push(...(chunk.candidates?.[0]?.content?.parts ?? []));
      }
      const call = parts.find(({ functionCall }) => functionCall)?.functionCall;
      if (!call) throw new Error('no call of a tool');
      const { id, name, args } = call;
      const functionResponse = { ...(id && { id }), ...(name && { name }), response: { output: result } };
      const contents = [asked, { role: 'model', parts }, { role: 'user', parts: [{ functionResponse }] }];
      const { text = '' } = await models.generateContent({ model, contents, config });
      return { call: { name, arguments: args }, text };
    },
    statusOf: statusOfError,
  };
}
