import { WeirError } from '@weir/core/errors';
import type { Db } from '@weir/db/connect';
import { requests } from '@weir/db/schema';
import { readFinish } from '@weir/dialects/finish-reason';
import { and, eq } from 'drizzle-orm';
import { usdNumber } from './usd.ts';

/** A call's id, as `x-request-id` has it or as a reply of one dialect or the other does. */
const ID = /^(?:req_|gen-|chatcmpl-)([0-9a-z]{26})$/;

/**
 * What became of a call of this account's.
 * @throws {WeirError} `not_found`, for another account's call as for none, and while it is under way.
 * @see https://openrouter.ai/docs/api-reference/get-a-generation
 */
export async function readGeneration(db: Db, accountId: string, id: string) {
  const digits = ID.exec(id)?.[1];
  const [row] =
    digits === undefined
      ? []
      : await db
          .select()
          .from(requests)
          .where(and(eq(requests.accountId, accountId), eq(requests.id, `req_${digits}`)));
  if (!row || row.state === 'held') {
    throw new WeirError(
      'not_found',
      'There is no generation of this id, or it has not ended yet. It is the id of the reply, or its x-request-id.',
      { param: 'id' },
    );
  }
  return { data: viewGeneration(row) };
}

type Row = typeof requests.$inferSelect;

function viewGeneration(row: Row) {
  const { firstByteMs, latencyMs, finishReason, inputTokens, outputTokens } = row;
  const cost = usdNumber(row.chargeNanoUsd);
  return {
    id: row.id.replace('req_', 'gen-'),
    request_id: row.id,
    created_at: row.createdAt.toISOString(),
    model: row.modelId,
    provider_name: row.vendor,
    api_type: row.dialect === 'openai-embeddings' ? 'embeddings' : 'completions',
    streamed: row.streamed,
    cancelled: row.outcome === 'client_closed',
    total_cost: cost,
    usage: cost,
    tokens_prompt: inputTokens,
    tokens_completion: outputTokens,
    native_tokens_prompt: inputTokens,
    native_tokens_completion: outputTokens,
    native_tokens_cached: row.cachedInputTokens,
    native_tokens_reasoning: row.reasoningTokens,
    num_media_prompt: row.images,
    finish_reason: finishReason && readFinish({ word: finishReason }, NOTHING_PRODUCED).reason,
    native_finish_reason: finishReason,
    latency: firstByteMs,
    generation_time: latencyMs === null || firstByteMs === null ? latencyMs : latencyMs - firstByteMs,
    provider_responses: viewAttempts(row),
    ...NOTHING_KNOWN,
  };
}

const NOTHING_PRODUCED = { toolCalls: false, refusal: false };

/** All that were tried, in order. */
function viewAttempts({ failedAttempts, vendor, upstreamStatus, upstreamMs }: Row) {
  const failed = failedAttempts ?? [];
  const last =
    vendor === null
      ? []
      : [
          {
            provider_name: vendor,
            status: upstreamStatus,
            is_byok: false,
            ...(upstreamMs !== null && { latency: upstreamMs }),
          },
        ];
  return [
    ...failed.map((attempt) => ({
      provider_name: attempt.vendor,
      status: attempt.status ?? null,
      latency: attempt.ms,
      is_byok: false,
    })),
    ...last,
  ];
}

/** What their client's schema asks for, and nothing here tells of. */
const NOTHING_KNOWN = {
  app_id: null,
  cache_discount: null,
  data_region: 'global',
  external_user: null,
  http_referer: null,
  is_byok: false,
  moderation_latency: null,
  native_tokens_completion_images: null,
  num_fetches: null,
  num_input_audio_prompt: null,
  num_media_completion: null,
  num_search_results: null,
  origin: '',
  preset_id: null,
  router: null,
  service_tier: null,
  upstream_id: null,
  upstream_inference_cost: null,
  user_agent: null,
  web_search_engine: null,
  workspace_id: null,
};
