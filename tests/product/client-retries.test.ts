import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, it, vi } from 'vitest';
import type { VendorRequest } from '../../apps/relay/src/testing/stand-in-vendor.ts';
import { AI_SDK_CLIENTS } from './clients/ai-sdk.ts';
import { anthropicClient } from './clients/anthropic.ts';
import { googleClient } from './clients/google.ts';
import { langchainClient } from './clients/langchain.ts';
import { mistralClient } from './clients/mistral.ts';
import type { Gateway, OfficialClient } from './clients/official-client.ts';
import { openaiChatClient, openaiResponsesClient } from './clients/openai.ts';
import { openRouterClient } from './clients/openrouter.ts';
import { openRouterResponsesClient } from './clients/openrouter-responses.ts';
import { startInProcess } from './in-process.ts';

/*
 * Every client with the retries that it has by itself, Google's and Mistral's with those that they have once they are told
 * to, and a vendor that fails the first call: whoever sends it again ends with one reply and one charge. There is no second
 * vendor, which the gateway would turn to by itself.
 */

const FAILURES: Readonly<Record<string, (response: ServerResponse) => void>> = {
  '429': (response) => response.writeHead(429, { 'retry-after': '1' }).end('{"error":{"message":"Later."}}'),
  '500': (response) => response.writeHead(500).end('{"error":{"message":"It broke."}}'),
  '503': (response) => response.writeHead(503, { 'retry-after': '1' }).end('{"error":{"message":"Full."}}'),
  cut: (response) => response.destroy(),
};

/** What a client doesn't send again: OpenRouter's nothing but what is the server's fault. */
const PASSED_ON: readonly (readonly [(gateway: Gateway) => OfficialClient, readonly string[]])[] = [
  [openaiChatClient, []],
  [openaiResponsesClient, []],
  [anthropicClient, []],
  [langchainClient, []],
  ...AI_SDK_CLIENTS.map((make) => [make, []] as const),
  [openRouterClient, ['429']],
  [openRouterResponsesClient, ['429']],
  [mistralClient, []],
  [googleClient, []],
];

const WAIT = { timeout: 20_000, interval: 200 };
const BALANCE = 1_000_000_000n;
const CHARGE = 7n;
const REPLY = JSON.stringify({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'upstream-model',
  system_fingerprint: null,
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hello.' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 },
});

let stage: Awaited<ReturnType<typeof startInProcess>>;
/** How often each prompt came. */
const seen = new Map<string, number>();

/** A prompt says how its first call fails, and who asks. */
function fail(response: ServerResponse, { messages }: VendorRequest): void {
  const prompt = JSON.stringify(messages);
  const kind = /first (\w+)/.exec(prompt)?.[1] ?? '';
  const times = (seen.get(prompt) ?? 0) + 1;
  seen.set(prompt, times);
  response.setHeader('content-type', 'application/json');
  if (kind === 'mistake') response.writeHead(400).end('{"error":{"message":"Bad."}}');
  else if (times === 1) FAILURES[kind]?.(response);
  else response.end(REPLY);
}

beforeAll(async () => {
  stage = await startInProcess(fail);
}, 120_000);

afterAll(() => stage[Symbol.asyncDispose]());

/** An account and a model of its own, so that no client is told of another's failures. */
async function clientOf(make: (gateway: Gateway) => OfficialClient) {
  const { relay, vendor } = stage;
  const { key, accountId } = await relay.createCaller(BALANCE);
  const { modelId } = await relay.addModel({ baseUrl: vendor.baseUrl, modelId: `of/${accountId}` });
  return {
    client: make({ url: relay.url, apiKey: key, retries: true }),
    modelId,
    accountId,
    charges: async () =>
      (await relay.rows())
        .filter((row) => row.accountId === accountId && row.state === 'settled')
        .map(({ chargeNanoUsd }) => chargeNanoUsd),
  };
}

const CLIENTS = PASSED_ON.map(
  ([make, passedOn]) => [make({ url: 'http://127.0.0.1:9', apiKey: 'none' }).name, make, passedOn] as const,
);

describe.concurrent.each(CLIENTS)('%s', (name, make, passedOn) => {
  it(
    'ends with one reply and one charge when the first call fails',
    { timeout: 60_000 },
    async ({ expect }) => {
      const { client, modelId, accountId, charges } = await clientOf(make);
      const failures = Object.keys(FAILURES);
      for (const [index, kind] of failures.entries()) {
        const ask = () => client.ask(modelId, `first ${kind}, ${name}`);
        if (passedOn.includes(kind)) {
          const status = await ask().then(
            () => undefined,
            (error: unknown) => client.statusOf(error),
          );
          expect([kind, status]).toEqual([kind, kind === '429' ? 429 : 502]);
          expect(await charges()).toHaveLength(index);
        }
        // Where nobody retries, a vendor that said it is busy is left alone for a second first.
        const { text } = await (passedOn.includes(kind) ? vi.waitFor(ask, WAIT) : ask());
        expect([kind, text]).toEqual([kind, 'Hello.']);
        expect([kind, await charges()]).toEqual([kind, Array(index + 1).fill(CHARGE)]);
      }
      expect(await stage.relay.money(accountId)).toEqual({
        balance: BALANCE - CHARGE * BigInt(failures.length),
        held: 0n,
      });
    },
  );

  it('does not send again what is its own mistake', async ({ expect }) => {
    const { client, modelId, charges } = await clientOf(make);
    const status = await client.ask(modelId, `first mistake, ${name}`).then(
      () => undefined,
      (error: unknown) => client.statusOf(error),
    );
    expect(status).toBe(400);
    const times = [...seen].filter(([prompt]) => prompt.includes(`first mistake, ${name}`));
    expect(times.map(([, count]) => count)).toEqual([1]);
    expect(await charges()).toEqual([]);
  });
});
