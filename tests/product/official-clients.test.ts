import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aiSdkClients } from './clients/ai-sdk.ts';
import { anthropicClient } from './clients/anthropic.ts';
import { googleClient } from './clients/google.ts';
import { langchainClient } from './clients/langchain.ts';
import { mistralClient } from './clients/mistral.ts';
import type { Gateway, OfficialClient } from './clients/official-client.ts';
import { openaiChatClient, openaiResponsesClient } from './clients/openai.ts';
import { openRouterClient } from './clients/openrouter.ts';
import { startProduct } from './start-product.ts';

/*
 * Every client that people use, unmodified, against models whose vendor speaks each of the four dialects: the sandbox,
 * which knows nothing of how the gateway reads and writes them.
 */

const VENDORS = {
  'openai-chat': '/v1',
  'openai-responses': '/v1',
  'anthropic-messages': '/v1',
  'google-gemini': '/v1beta',
} as const;

type VendorDialect = keyof typeof VENDORS;

let product: Awaited<ReturnType<typeof startProduct>>;
let gateway: Gateway;

beforeAll(async () => {
  product = await startProduct();
  const { relayUrl, apiKey } = product.firstStart;
  gateway = { url: relayUrl, apiKey };
  for (const [dialect, path] of Object.entries(VENDORS)) await addVendor(dialect, path);
}, 180_000);

afterAll(() => product[Symbol.asyncDispose]());

async function addVendor(dialect: string, path: string): Promise<void> {
  const baseUrl = `http://127.0.0.1:${product.settings['SANDBOX_PORT']}${path}`;
  const channel = ['--vendor', 'sandbox', '--dialect', dialect, '--base-url', baseUrl, '--secret', 's'];
  const added = await product.weir('channel', 'add', ...channel);
  const { channelId } = added.json as { channelId: string };
  for (const name of ['echo', 'cut', 'error-500']) {
    const model = [
      '--id',
      `${dialect}/${name}`,
      '--channel',
      channelId,
      '--upstream-model',
      `sandbox/${name}`,
    ];
    const result = await product.weir(
      'model',
      'add',
      ...model,
      '--input-usd-per-mtok',
      '1',
      '--output-usd-per-mtok',
      '2',
    );
    expect(result).toMatchObject({ code: 0 });
  }
}

const CLIENTS: readonly ((gateway: Gateway) => OfficialClient)[] = [
  openaiChatClient,
  openaiResponsesClient,
  anthropicClient,
  googleClient,
  mistralClient,
  openRouterClient,
  langchainClient,
  ...[0, 1, 2, 3].map((index) => (at: Gateway) => aiSdkClients(at)[index] as OfficialClient),
];
const ANYWHERE: Gateway = { url: 'http://127.0.0.1:9', apiKey: 'none' };

describe.each(CLIENTS.map((make) => [make(ANYWHERE).name, make] as const))('%s', (_name, make) => {
  describe.each(Object.keys(VENDORS) as VendorDialect[])('with a vendor of %s', (dialect) => {
    it('gets a reply', async () => {
      const { text, outputTokens } = await make(gateway).ask(`${dialect}/echo`, 'one two three');
      expect(text).toBe('one two three');
      expect(outputTokens).toBe(3);
    });

    it('streams', async () => {
      const { text, outputTokens } = await make(gateway).stream(`${dialect}/echo`, 'one two three');
      expect(text).toBe('one two three');
      expect(outputTokens ?? 3).toBe(3);
    });

    it('calls a tool', async () => {
      const call = await make(gateway).callTool(`${dialect}/echo`, 'call get_weather');
      expect(call).toEqual({ name: 'get_weather', arguments: { city: expect.any(String) } });
    });

    it('notices a stream that was cut', async () => {
      await expect(make(gateway).stream(`${dialect}/cut`, 'x')).rejects.toBeDefined();
    });
  });

  it('tells errors by their status', async () => {
    const client = make(gateway);
    const statusOf = async (model: string, at = client) =>
      at.ask(model, 'x').then(
        () => 200,
        (error: unknown) => client.statusOf(error),
      );
    expect(await statusOf('none/at-all')).toBe(404);
    // After a few of these the gateway leaves the vendor alone for a while.
    expect(await statusOf('openai-chat/error-500')).toBeOneOf([502, 503]);
    expect(await statusOf('openai-chat/echo', make({ ...gateway, apiKey: 'sk-weir-wrong' }))).toBe(401);
  });
});

describe('after all that', () => {
  it('the ledger adds up', async () => {
    expect(await product.weir('ledger', 'verify')).toMatchObject({ code: 0, json: { ok: true } });
  });
});
