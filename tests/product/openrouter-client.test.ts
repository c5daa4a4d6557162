import { Mistral } from '@mistralai/mistralai';
import { OpenRouter } from '@openrouter/sdk';
import { Parameter, type ChatStreamChunk } from '@openrouter/sdk/models';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  answers,
  DONE,
  streams,
  textChunk,
  usageChunk,
} from '../../apps/relay/src/testing/stand-in-vendor.ts';
import { startInProcess } from './in-process.ts';

/* OpenRouter's own client, unmodified, which checks each answer against its schemas: what it has beside calls. */

const REPLY = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'upstream-model',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hello.' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 },
};
const MESSAGES = [{ role: 'user' as const, content: 'hi' }];
const BALANCE = 2_000_000_000n;

let stage: Awaited<ReturnType<typeof startInProcess>>;

beforeAll(async () => {
  stage = await startInProcess(answers(200, REPLY));
  await stage.relay.addModel({
    baseUrl: stage.vendor.baseUrl,
    modelId: 'acme/one',
    inputNanoUsdPerMtok: 150_000_000n,
    contextTokensMax: 900,
  });
}, 120_000);

afterAll(() => stage[Symbol.asyncDispose]());

async function callerWith(...scopes: ('inference' | 'read' | 'manage')[]) {
  const { key, keyId, accountId } = await stage.relay.createCaller(BALANCE);
  const { sql } = stage.relay;
  if (scopes.length > 0) await sql`update api_keys set scopes = ${scopes} where id = ${keyId}`;
  return { client: clientOf(key), key, keyId, accountId };
}

function clientOf(apiKey: string): OpenRouter {
  return new OpenRouter({
    serverURL: `${stage.relay.url}/v1`,
    apiKey,
    retryConfig: { strategy: 'none' },
  });
}

const statusOf = (call: Promise<unknown>) =>
  call.then(
    () => 200,
    (error: unknown) => (error as { statusCode?: number }).statusCode,
  );

describe('OpenRouter’s client', () => {
  it('is told what a call cost by the reply, and afterwards by the id of the reply', async () => {
    const { client } = await callerWith();
    const reply = await client.chat.send({
      chatRequest: {
        models: ['nobody/knows', 'acme/one'],
        messages: MESSAGES,
        provider: { sort: 'price', allowFallbacks: true, maxPrice: { prompt: '1' } },
        stream: false,
      },
    });
    if (!('choices' in reply)) throw new Error('a stream, where a reply was asked for');
    expect(reply).toMatchObject({ model: 'acme/one', usage: { cost: 0.000000752 } });

    const { data } = await client.generations.getGeneration({ id: reply.id });
    expect(data).toMatchObject({
      id: reply.id,
      model: 'acme/one',
      providerName: 'stand-in',
      totalCost: 0.000000752,
      usage: 0.000000752,
      tokensPrompt: 5,
      tokensCompletion: 2,
      finishReason: 'stop',
      streamed: false,
      cancelled: false,
      providerResponses: [{ providerName: 'stand-in', status: 200 }],
    });
    const other = await callerWith();
    expect(await statusOf(other.client.generations.getGeneration({ id: reply.id }))).toBe(404);
    expect(await statusOf(client.generations.getGeneration({ id: 'gen-none' }))).toBe(404);
  });

  it('reads a stream to its cost, and an error within it', async () => {
    const { client } = await callerWith();
    const chunks = async () => {
      const chatRequest = { model: 'acme/one', messages: MESSAGES, stream: true as const };
      const stream = await client.chat.send({ chatRequest });
      if ('choices' in stream) throw new Error('a reply, where a stream was asked for');
      const read: ChatStreamChunk[] = [];
      for await (const chunk of stream) read.push(chunk);
      return read;
    };
    stage.vendor.script = streams(textChunk('Hello.', 'stop'), usageChunk(5, 2), DONE);
    expect((await chunks()).at(-1)).toMatchObject({ usage: { cost: 0.000000752 } });
    stage.vendor.script = streams(textChunk('Hello.'));
    expect((await chunks()).at(-1)).toMatchObject({
      choices: [{ finishReason: 'error' }],
      error: { code: 502, message: expect.stringContaining('cut') },
    });
    stage.vendor.script = answers(200, REPLY);
  });

  it('asks for credits and for its own key', async () => {
    const { client, key } = await callerWith();
    await client.chat.send({ chatRequest: { model: 'acme/one', messages: MESSAGES, stream: false } });
    const { data: credits } = await client.credits.getCredits();
    expect(credits).toEqual({ totalCredits: 2, totalUsage: 0.000000752 });
    const { data: own } = await client.apiKeys.getCurrentKeyMetadata();
    expect(own).toMatchObject({
      limit: null,
      usage: 0.000000752,
      usageDaily: 0.000000752,
      isManagementKey: false,
    });
    expect(own.label).toBe(`${key.slice(0, own.label.indexOf('...'))}...${key.slice(-4)}`);
  });

  it('makes, lists, changes and revokes keys of its account, with a key that may', async () => {
    const { client, accountId } = await callerWith('manage', 'read');
    const stranger = await callerWith('manage');
    const created = await client.apiKeys.create({
      requestBody: { name: 'CI', limit: 5, limitReset: 'monthly', expiresAt: new Date('2090-01-01') },
    });
    const { hash } = created.data;
    expect(created.data).toMatchObject({ name: 'CI', limit: 5, limitRemaining: 5, limitReset: 'monthly' });
    expect(created.data.workspaceId).toBe(accountId);
    const asked = clientOf(created.key).chat.send({
      chatRequest: { model: 'acme/one', messages: MESSAGES, stream: false },
    });
    expect(await statusOf(asked)).toBe(200);

    const listed = async () => (await client.apiKeys.list()).data.map(({ name }) => name);
    expect(await listed()).toEqual(['CI', 'test']);
    expect((await client.apiKeys.get({ hash })).data).toMatchObject({ usage: 0.000000752 });
    const changed = await client.apiKeys.update({ hash, requestBody: { name: 'CI 2', limitReset: 'daily' } });
    expect(changed.data).toMatchObject({ name: 'CI 2', limit: 5, limitReset: 'daily' });
    for (const theirs of [
      () => stranger.client.apiKeys.get({ hash }),
      () => stranger.client.apiKeys.update({ hash, requestBody: { name: 'mine' } }),
      () => stranger.client.apiKeys.delete({ hash }),
    ]) {
      expect(await statusOf(theirs())).toBe(404);
    }
    expect(await client.apiKeys.delete({ hash })).toEqual({ deleted: true });
    expect(await listed()).toEqual(['test']);
    expect((await client.apiKeys.list({ includeDisabled: true })).data[0]).toMatchObject({ disabled: true });
  });

  it('is refused what its key is not for', async () => {
    const chat = (client: OpenRouter) =>
      client.chat.send({ chatRequest: { model: 'acme/one', messages: MESSAGES, stream: false } });
    const inference = (await callerWith('inference')).client;
    const manage = (await callerWith('manage')).client;
    expect(await statusOf(chat(inference))).toBe(200);
    expect(await statusOf(inference.credits.getCredits())).toBe(403);
    expect(await statusOf(inference.generations.getGeneration({ id: 'gen-none' }))).toBe(403);
    expect(await statusOf(inference.apiKeys.list())).toBe(403);
    expect(await statusOf(chat(manage))).toBe(403);
    expect(await statusOf(manage.models.list())).toBe(200);
    expect(await statusOf(clientOf('sk-weir-wrong').credits.getCredits())).toBe(401);
  });

  it('and Mistral’s list the models, with the prices that the account pays', async () => {
    const { client, key, accountId } = await callerWith();
    const { data } = (await client.models.list()).result;
    expect(data[0]).toMatchObject({
      id: 'acme/one',
      contextLength: 900,
      pricing: { prompt: '0.00000015', completion: '0.000000001' },
    });
    const { sql } = stage.relay;
    await sql`insert into account_groups (id, margin_ppm) values (${accountId}, 100000)`;
    await sql`update accounts set group_id = ${accountId} where id = ${accountId}`;
    await vi.waitFor(async () => {
      const dearer = (await client.models.list()).result.data[0]?.pricing;
      expect(dearer).toMatchObject({ prompt: '0.000000165', completion: '0.0000000011' });
    });
    const { data: endpoints } = await client.endpoints.list({ author: 'acme', slug: 'one' });
    expect(endpoints.endpoints).toMatchObject([{ providerName: 'stand-in', modelId: 'acme/one' }]);
    const { data: own } = await client.models.get({ author: 'acme', slug: 'one' });
    expect(own.id).toBe('acme/one');
    const known = new Set<string>(Object.values(Parameter));
    for (const { supportedParameters } of [own, ...endpoints.endpoints]) {
      expect(supportedParameters).toContain('temperature');
      expect(supportedParameters.filter((name) => !known.has(name))).toEqual([]);
    }

    const mistral = new Mistral({ serverURL: stage.relay.url, apiKey: key });
    const card = {
      type: 'base',
      id: 'acme/one',
      maxContextLength: 900,
      capabilities: { completionChat: true, functionCalling: true },
    };
    expect((await mistral.models.list()).data).toMatchObject([card]);
    expect(await mistral.models.retrieve({ modelId: 'acme/one' })).toMatchObject(card);
  });
});
