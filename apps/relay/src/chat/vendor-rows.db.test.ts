import { SELF_ADDRESSED_VENDORS, VENDORS } from '@weir/catalog/vendors';
import { secretBox } from '@weir/core/secret-box';
import { channelKeys, channels, models, prices, routes } from '@weir/db/schema';
import { connectSql } from '@weir/db/sql';
import { createTestDatabase } from '@weir/db/testing';
import type { ClientRequest } from '@weir/dialects/dialect';
import { DIALECTS } from '@weir/dialects/dialects';
import { expect, inject, it } from 'vitest';
import { loadRoutingTable, type RoutingTable } from '../routing/routing-table.ts';
import { chooseRoute, type Candidate } from './choose-route.ts';
import { writeRequest } from './write-request.ts';

/** A vendor's request, but for the model's name and what is said. */
interface Written {
  url: string;
  key: Record<string, string>;
  fields: object;
  /** The same of a request that is written anew, where a client of the vendor's own format may say it in two ways. */
  ofGoogles?: object;
  /** What stands in a turn of the model's beside its words, where it is written anew. */
  turn?: object;
}

const BEARER = { authorization: 'Bearer hush-hush' };
const LOW = { reasoning_effort: 'low' };
const STREAM = { stream: true, stream_options: { include_usage: true } };
/** As most take it. */
const PLAIN = { ...STREAM, max_tokens: 2_000, seed: 7, ...LOW };
const OPENAIS = { ...STREAM, max_completion_tokens: 2_000, seed: 7, ...LOW };

/** One for each row of the catalog. */
const WRITTEN: Readonly<Record<string, Written>> = {
  openai: { url: 'https://api.openai.com/v1/chat/completions', key: BEARER, fields: OPENAIS },
  anthropic: {
    url: 'https://api.anthropic.com/v1/messages',
    key: { 'x-api-key': 'hush-hush', 'anthropic-version': '2023-06-01' },
    fields: { stream: true, max_tokens: 2_000 },
  },
  google: {
    url: 'https://generativelanguage.googleapis.com/v1beta/models/m:streamGenerateContent?alt=sse',
    key: { 'x-goog-api-key': 'hush-hush' },
    fields: { generationConfig: { maxOutputTokens: 2_000, seed: 7 } },
  },
  mistral: {
    url: 'https://api.mistral.ai/v1/chat/completions',
    key: BEARER,
    fields: { stream: true, max_tokens: 2_000, random_seed: 7, ...LOW },
  },
  deepseek: {
    url: 'https://api.deepseek.com/v1/chat/completions',
    key: BEARER,
    fields: { ...PLAIN, thinking: { type: 'enabled' } },
    turn: { reasoning_content: '' },
  },
  xai: { url: 'https://api.x.ai/v1/chat/completions', key: BEARER, fields: PLAIN },
  groq: { url: 'https://api.groq.com/openai/v1/chat/completions', key: BEARER, fields: PLAIN },
  together: { url: 'https://api.together.xyz/v1/chat/completions', key: BEARER, fields: PLAIN },
  fireworks: { url: 'https://api.fireworks.ai/inference/v1/chat/completions', key: BEARER, fields: PLAIN },
  moonshot: { url: 'https://api.moonshot.ai/v1/chat/completions', key: BEARER, fields: PLAIN },
  qwen: {
    url: 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1/chat/completions',
    key: BEARER,
    fields: { ...STREAM, max_tokens: 2_000, seed: 7, enable_thinking: true, thinking_budget: 1_000 },
  },
  openrouter: {
    url: 'https://openrouter.ai/api/v1/chat/completions',
    key: BEARER,
    fields: PLAIN,
    ofGoogles: { ...STREAM, max_tokens: 2_000, seed: 7, reasoning: { effort: 'low' } },
  },
  azure: {
    url: 'https://azure.test/v1/chat/completions',
    key: { 'api-key': 'hush-hush' },
    fields: OPENAIS,
  },
  ollama: { url: 'https://ollama.test/v1/chat/completions', key: BEARER, fields: PLAIN },
  vllm: { url: 'https://vllm.test/v1/chat/completions', key: BEARER, fields: PLAIN },
  'llama.cpp': { url: 'https://llama.cpp.test/v1/chat/completions', key: BEARER, fields: PLAIN },
};

/** A channel and a model for every row, as the relay reads them. */
async function tableOfAll(): Promise<RoutingTable> {
  await using database = await createTestDatabase(inject('clusterUrl'));
  const { db } = database;
  const secrets = secretBox('a secret key of at least 32 characters');
  const hosted = VENDORS.map(({ id, dialect, baseUrl }) => ({ id, dialect, baseUrl }));
  const others = SELF_ADDRESSED_VENDORS.map(({ id, dialect }) => ({
    id,
    dialect,
    baseUrl: `https://${id}.test/v1`,
  }));
  for (const { id, ...channel } of [...hosted, ...others]) {
    await db.insert(channels).values({ id, vendor: id, ...channel });
    await db.insert(channelKeys).values({ id, channelId: id, sealedSecret: secrets.seal('hush-hush', id) });
    await db.insert(models).values({ id });
    await db.insert(routes).values({ id, modelId: id, channelId: id, upstreamModel: 'm' });
    await db.insert(prices).values({ id, routeId: id, inputNanoUsdPerMtok: 1n, outputNanoUsdPerMtok: 1n });
  }
  const relays = connectSql(database.url, { applicationName: 'weir test', connectionsMax: 1 });
  const table = await loadRoutingTable(relays, secrets, (...problem) => expect.fail(problem.join(': ')));
  await relays.close();
  return table;
}

function candidateOf(table: RoutingTable, modelId: string): Candidate {
  return chooseRoute(table, {
    modelIds: [modelId],
    preferences: undefined,
    limits: undefined,
    sort: undefined,
    stats: { firstByteMs: () => undefined, outputTokensPerSecond: () => undefined },
    marginPpm: 0,
    promptTokensMax: () => 10,
    nowMs: Date.now(),
    random: () => 0,
  }).candidates[0];
}

/** Anthropic's requests have no seed; how they and Google's say how much to think has tests of its own. */
function requestsFor(vendor: string): { chat: ClientRequest; google: ClientRequest } {
  const seed = vendor === 'anthropic' ? {} : { seed: 7 };
  const hasOpenAis = !['anthropic', 'google'].includes(vendor);
  return {
    chat: DIALECTS['openai-chat'].parseRequest(
      {
        model: vendor,
        stream: true,
        max_tokens: 2_000,
        ...seed,
        ...(hasOpenAis && LOW),
        messages: [
          { role: 'user', content: 'a' },
          { role: 'assistant', content: 'b' },
          { role: 'user', content: 'c' },
        ],
      },
      {},
    ),
    google: DIALECTS['google-gemini'].parseRequest(
      {
        generationConfig: {
          maxOutputTokens: 2_000,
          ...seed,
          ...(hasOpenAis && { thinkingConfig: { thinkingLevel: 'low' } }),
        },
        contents: [
          { role: 'user', parts: [{ text: 'a' }] },
          { role: 'model', parts: [{ text: 'b' }] },
          { role: 'user', parts: [{ text: 'c' }] },
        ],
      },
      { model: vendor, stream: true },
    ),
  };
}

/** What the vendor is sent. */
function sentTo(candidate: Candidate, format: 'openai-chat' | 'google-gemini', request: ClientRequest) {
  const call = { format: DIALECTS[format], request, passedHeaders: [], outputTokensMax: () => 2_000 };
  const { url, body } = writeRequest(call, candidate);
  const headers = candidate.keys[0]?.headers ?? [];
  const pairs = headers.flatMap((name, at) => (at % 2 === 0 ? [[name, headers[at + 1]] as const] : []));
  const { 'content-type': type, ...key } = Object.fromEntries(pairs);
  const { model: _, messages, contents: __, ...fields } = JSON.parse(body) as Record<string, unknown>;
  return { url, type, key, fields, turn: Array.isArray(messages) ? (messages[1] as object) : {} };
}

it('each vendor of the catalog is called where, with what key and in which fields it takes a call', async () => {
  const table = await tableOfAll();
  expect([...table.keys()].sort()).toEqual(Object.keys(WRITTEN).sort());
  for (const [vendor, { url, key, fields, ofGoogles = fields, turn }] of Object.entries(WRITTEN)) {
    const candidate = candidateOf(table, vendor);
    const { chat, google } = requestsFor(vendor);
    const ofChats = sentTo(candidate, 'openai-chat', chat);
    expect([vendor, ofChats]).toMatchObject([vendor, { url, key, type: 'application/json' }]);
    expect([vendor, ofChats.fields, ofChats.key]).toEqual([vendor, fields, key]);
    const anew = sentTo(candidate, 'google-gemini', google);
    expect([vendor, anew.url, anew.fields]).toEqual([vendor, url, ofGoogles]);
    const { role: _, content: __, ...beside } = anew.turn as Record<string, unknown>;
    expect([vendor, beside]).toEqual([vendor, turn ?? {}]);
  }
});
