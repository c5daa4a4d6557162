import { OpenRouter } from '@openrouter/sdk';
import { statusOfError, WEATHER, type Gateway, type OfficialClient } from './official-client.ts';

export function openRouterResponsesClient({ url, apiKey, retries }: Gateway): OfficialClient {
  const { responses } = new OpenRouter({
    serverURL: `${url}/v1`,
    apiKey,
    ...(!retries && { retryConfig: { strategy: 'none' } }),
  });
  type Request = Parameters<typeof responses.send>[0]['responsesRequest'];
  const whole = async (request: Request) => {
    const reply = await responses.send({ responsesRequest: { ...request, stream: false } });
    if (!('output' in reply)) throw new Error('a stream, where a reply was asked for');
    return reply;
  };
  type Whole = Awaited<ReturnType<typeof whole>>;
  /** Text as it comes, and the whole of it at its end. */
  const streamed = async (request: Request) => {
    const stream = await responses.send({ responsesRequest: { ...request, stream: true } });
    if ('output' in stream) throw new Error('a reply, where a stream was asked for');
    let text = '';
    for await (const event of stream) {
      if (event.type === 'response.output_text.delta') text += event.delta;
      if (event.type === 'error') throw new Error(event.message);
      if (event.type === 'response.failed') throw new Error(event.response.error?.message ?? 'failed');
      if (event.type === 'response.completed') return { text, response: event.response };
    }
    throw new Error('a stream without an end');
  };
  const textOf = ({ output }: Pick<Whole, 'output'>) =>
    output
      .flatMap((item) => (item.type === 'message' && 'content' in item ? (item.content ?? []) : []))
      .map((part) => (typeof part === 'object' && part.type === 'output_text' ? part.text : ''))
      .join('');
  return {
    name: '@openrouter/sdk (responses)',
    async ask(model, input) {
      const reply = await whole({ model, input });
      return { text: textOf(reply), outputTokens: reply.usage?.outputTokens };
    },
    async stream(model, input) {
      const { text, response } = await streamed({ model, input });
      return { text, outputTokens: response.usage?.outputTokens };
    },
    async useTool(model, content, result) {
      const tools = [{ type: 'function' as const, ...WEATHER }];
      const asked = { type: 'message' as const, role: 'user' as const, content };
      const { response } = await streamed({ model, input: [asked], tools });
      const call = response.output.find((item) => item.type === 'function_call');
      if (!call) throw new Error('no call of a tool');
      const { callId, name, arguments: json } = call;
      const answer = { type: 'function_call_output' as const, callId, output: result };
      const reply = await whole({ model, input: [asked, call, answer], tools });
      return { call: { name, arguments: JSON.parse(json) }, text: textOf(reply) };
    },
    statusOf: statusOfError,
  };
}
