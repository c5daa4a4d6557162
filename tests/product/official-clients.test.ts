import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AI_SDK_CLIENTS } from './clients/ai-sdk.ts';
import { anthropicClient } from './clients/anthropic.ts';
import { googleClient } from './clients/google.ts';
import { langchainClient } from './clients/langchain.ts';
import { mistralClient } from './clients/mistral.ts';
import type { Gateway, OfficialClient } from './clients/official-client.ts';
import { openaiChatClient, openaiResponsesClient } from './clients/openai.ts';
import { embedWithOpenRouter, openRouterClient } from './clients/openrouter.ts';
import { openRouterResponsesClient } from './clients/openrouter-responses.ts';
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

/**
 * A vendor that fails too often is left alone for a while: so each of a few clients has a model of its own to fail, and none
 * of them is told of the failures of the others instead.
 */
const FAILING_MODELS = 3;

async function addVendor(dialect: string, path: string): Promise<void> {
  const baseUrl = `http://127.0.0.1:${product.settings['SANDBOX_PORT']}${path}`;
  const channel = ['--vendor', 'sandbox', '--dialect', dialect, '--base-url', baseUrl, '--secret', 's'];
  const added = await product.weir('channel', 'add', ...channel);
  const { channelId } = added.json as { channelId: string };
  await addModel(channelId, `${dialect}/echo`, 'sandbox/echo');
  await addModel(channelId, `${dialect}/report`, 'sandbox/report');
  for (let i = 0; i < FAILING_MODELS; i++) {
    await addModel(channelId, `${dialect}/cut-${i}`, 'sandbox/cut');
    if (dialect === 'openai-chat') await addModel(channelId, `broken-${i}`, 'sandbox/error-500');
  }
}

async function addModel(channelId: string, id: string, upstreamModel: string): Promise<void> {
  const model = ['--id', id, '--channel', channelId, '--upstream-model', upstreamModel];
  const price = ['--input-usd-per-mtok', '1', '--output-usd-per-mtok', '2'];
  expect(await product.weir('model', 'add', ...model, ...price)).toMatchObject({ code: 0 });
}

const CLIENTS: readonly ((gateway: Gateway) => OfficialClient)[] = [
  openaiChatClient,
  openaiResponsesClient,
  anthropicClient,
  googleClient,
  mistralClient,
  openRouterClient,
  openRouterResponsesClient,
  langchainClient,
  ...AI_SDK_CLIENTS,
];
const ANYWHERE: Gateway = { url: 'http://127.0.0.1:9', apiKey: 'none' };

/** What the gateway says, or that it is no chunk of a reply, to a client that checks each of them. */
const NOTICED = /broke off|Invalid input|validation failed/;

describe.each(CLIENTS.map((make, index) => [make(ANYWHERE).name, make, index % FAILING_MODELS] as const))(
  '%s',
  (_name, make, failing) => {
    describe.each(Object.keys(VENDORS) as VendorDialect[])('with a vendor of %s', (dialect) => {
      it('gets a reply', async () => {
        const { text, outputTokens } = await make(gateway).ask(`${dialect}/echo`, 'one two three');
        expect(text).toBe('one two three');
        expect(outputTokens).toBe(3);
      });

      it('streams', async () => {
        const { text, outputTokens } = await make(gateway).stream(`${dialect}/echo`, 'one two three');
        expect(text).toBe('one two three');
        expect(outputTokens).toBe(3);
      });

      it('calls a tool, and gets an answer that is made of its result', async () => {
        const { call, text } = await make(gateway).useTool(
          `${dialect}/report`,
          'call get_weather',
          '12 degrees, rain',
        );
        expect(call).toEqual({ name: 'get_weather', arguments: { city: expect.any(String) } });
        expect(text).toMatch(/^get_weather: .*12 degrees, rain/);
      });

      it('notices a stream that was cut', async () => {
        const reading = make(gateway).stream(`${dialect}/cut-${failing}`, 'x');
        await expect(reading).rejects.toThrow(NOTICED);
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
      expect(await statusOf(`broken-${failing}`)).toBe(502);
      expect(await statusOf('openai-chat/echo', make({ ...gateway, apiKey: 'sk-weir-wrong' }))).toBe(401);
    });
  },
);

it('@openrouter/sdk gets vectors, one for each text', async () => {
  const [one, two, same] = await embedWithOpenRouter(gateway, 'openai-chat/echo', ['one', 'two', 'one']);
  expect(one?.length).toBeGreaterThan(100);
  expect(same).toEqual(one);
  expect(two).not.toEqual(one);
});

describe('after all that', () => {
  it('the ledger adds up', async () => {
    expect(await product.weir('ledger', 'verify')).toMatchObject({ code: 0, json: { ok: true } });
  });
});
