import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogle } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import { generateText, isStepCount, jsonSchema, streamText, tool, type LanguageModel } from 'ai';
import { statusOfError, WEATHER, type Gateway, type OfficialClient } from './official-client.ts';

/** Vercel's AI SDK with the provider of one vendor. */
function aiSdkClient(
  provider: string,
  { retries }: Gateway,
  modelOf: (id: string) => LanguageModel,
): OfficialClient {
  const call = (id: string, prompt: string) => ({
    model: modelOf(id),
    prompt,
    ...(!retries && { maxRetries: 0 }),
  });
  return {
    name: `ai with ${provider}`,
    async ask(id, prompt) {
      const { text, usage } = await generateText(call(id, prompt));
      return { text, outputTokens: usage.outputTokens };
    },
    async stream(id, prompt) {
      let failure: unknown;
      const result = streamText({
        ...call(id, prompt),
        onError({ error }) {
          failure ??= error;
        },
      });
      let text = '';
      for await (const delta of result.textStream) text += delta;
      if (failure !== undefined) throw failure;
      return { text, outputTokens: (await result.usage).outputTokens };
    },
    async useTool(id, prompt, given) {
      const { name, description, parameters } = WEATHER;
      const inputSchema = jsonSchema({ ...parameters, required: [...parameters.required] });
      const result = streamText({
        ...call(id, prompt),
        // It sends the result by itself.
        tools: { [name]: tool({ description, inputSchema, execute: () => given }) },
        stopWhen: isStepCount(2),
      });
      const [called] = (await result.steps)[0]?.toolCalls ?? [];
      return { call: { name: called?.toolName, arguments: called?.input }, text: await result.text };
    },
    statusOf: statusOfError,
  };
}

export const AI_SDK_CLIENTS: readonly ((gateway: Gateway) => OfficialClient)[] = [
  (gateway) => {
    const openai = createOpenAI(settings(gateway, '/v1'));
    return aiSdkClient('@ai-sdk/openai (chat)', gateway, (id) => openai.chat(id));
  },
  (gateway) => {
    const openai = createOpenAI(settings(gateway, '/v1'));
    return aiSdkClient('@ai-sdk/openai (responses)', gateway, (id) => openai.responses(id));
  },
  (gateway) => aiSdkClient('@ai-sdk/anthropic', gateway, createAnthropic(settings(gateway, '/v1'))),
  (gateway) => aiSdkClient('@ai-sdk/google', gateway, createGoogle(settings(gateway, '/v1beta'))),
];

function settings({ url, apiKey }: Gateway, path: string) {
  return { baseURL: `${url}${path}`, apiKey };
}
