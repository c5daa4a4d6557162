import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProduct } from './start-product.ts';

let product: Awaited<ReturnType<typeof startProduct>>;
let client: OpenAI;

beforeAll(async () => {
  product = await startProduct();
  const { relayUrl, apiKey } = product.firstStart;
  client = new OpenAI({ baseURL: `${relayUrl}/v1`, apiKey, maxRetries: 0 });
}, 120_000);

afterAll(() => product[Symbol.asyncDispose]());

const messages = [{ role: 'user', content: 'one two three' }] as const;

describe('the official openai package', () => {
  it('gets a reply with its usage', async () => {
    const completion = await client.chat.completions.create({
      model: 'sandbox/echo',
      messages: [...messages],
    });
    expect(completion.choices[0]?.message.content).toBe('one two three');
    expect(completion.usage?.completion_tokens).toBe(3);
  });

  it('streams, and sees the usage chunk only when it asks for it', async () => {
    for (const include_usage of [true, false]) {
      const stream = await client.chat.completions.create({
        model: 'sandbox/echo',
        messages: [...messages],
        stream: true,
        stream_options: { include_usage },
      });
      let text = '';
      let usage: OpenAI.CompletionUsage | null | undefined;
      for await (const chunk of stream) {
        text += chunk.choices[0]?.delta.content ?? '';
        usage = chunk.usage ?? usage;
      }
      expect(text).toBe('one two three');
      expect(usage?.completion_tokens).toBe(include_usage ? 3 : undefined);
    }
  });

  it('calls a tool, its arguments arriving in pieces', async () => {
    const tools = [
      {
        type: 'function' as const,
        function: {
          name: 'get_weather',
          parameters: { type: 'object', properties: { city: { type: 'string' } } },
        },
      },
    ];
    const runner = client.chat.completions.stream({
      model: 'sandbox/echo',
      messages: [{ role: 'user', content: 'call get_weather' }],
      tools,
    });
    const completion = await runner.finalChatCompletion();
    const [call] = completion.choices[0]?.message.tool_calls ?? [];
    expect(completion.choices[0]?.finish_reason).toBe('tool_calls');
    expect(call?.type === 'function' && call.function.name).toBe('get_weather');
    expect(() => JSON.parse(call?.type === 'function' ? call.function.arguments : '')).not.toThrow();
  });

  it('lists models and finds one', async () => {
    const ids = [];
    for await (const model of client.models.list()) ids.push(model.id);
    expect(ids).toContain('sandbox/story');
    expect(await client.models.retrieve('sandbox/story')).toMatchObject({
      object: 'model',
      owned_by: 'sandbox (simulated)',
    });
  });

  it('gets typed errors it knows how to handle', async () => {
    const wrongKey = new OpenAI({
      baseURL: `${product.firstStart.relayUrl}/v1`,
      apiKey: 'sk-weir-wrong',
      maxRetries: 0,
    });
    const call = (model: string) => client.chat.completions.create({ model, messages: [...messages] });
    await expect(wrongKey.models.list()).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
    await expect(call('sandbox/none')).rejects.toBeInstanceOf(OpenAI.NotFoundError);
    await expect(call('sandbox/error-429')).rejects.toBeInstanceOf(OpenAI.RateLimitError);
    await expect(call('sandbox/error-500')).rejects.toBeInstanceOf(OpenAI.InternalServerError);
    await expect(
      client.chat.completions.create({ model: 'sandbox/echo', messages: [] }),
    ).rejects.toBeInstanceOf(OpenAI.BadRequestError);
  });

  it.each(['sandbox/cut', 'sandbox/garbage'])('notices that a stream of %s went wrong', async (model) => {
    const read = async () => {
      const stream = await client.chat.completions.create({ model, messages: [...messages], stream: true });
      for await (const chunk of stream) expect(chunk).not.toHaveProperty('error');
    };
    await expect(read()).rejects.toBeInstanceOf(OpenAI.APIError);
  });

  it('leaves the ledger adding up', async () => {
    expect(await product.weir('ledger', 'verify')).toMatchObject({
      code: 0,
      json: { ok: true, mismatches: [] },
    });
  });
});
