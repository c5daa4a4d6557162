import { affordableOutputTokens, chargeNanoUsd } from '@weir/catalog/charge';
import { WeirError } from '@weir/core/errors';
import { usdDecimal } from '@weir/core/money';
import type { Sql } from '@weir/db/connect';
import { hold } from '@weir/ledger';
import { estimateInputTokens } from '@weir/tokens';
import type { Caller } from '../callers/caller-directory.ts';
import type { Route } from './choose-route.ts';
import type { ParsedCall } from './parse-call.ts';

export interface HoldSettings {
  /** Output limit where neither the client nor the model sets one. */
  readonly outputTokensDefault: number;
  /** How long the hold lives if nobody closes it. */
  readonly holdTtlMs: number;
}

/** Credit that is reserved for one call. */
export interface HeldCredit {
  readonly requestId: string;
  readonly accountId: string;
  readonly holdNanoUsd: bigint;
  /** Per choice: the limit that the vendor is told. */
  readonly outputTokensMax: number;
  /** What the hold was made for, all choices together: nothing that is counted may go beyond it. */
  readonly tokensMax: { readonly inputTokens: number; readonly outputTokens: number };
}

interface HoldRequest {
  readonly requestId: string;
  readonly caller: Caller;
  readonly call: ParsedCall;
  readonly route: Route;
  readonly nowMs: number;
}

/**
 * Reserves the most that this call can cost with the dearest of its candidates.
 * @throws {WeirError} `insufficient_credit`, naming the hold, what is available, and the `max_tokens` that would fit.
 */
export async function holdCredit(
  sql: Sql,
  request: HoldRequest,
  settings: HoldSettings,
): Promise<HeldCredit> {
  const { requestId, caller, call, route, nowMs } = request;
  const { model, candidates } = route;
  const inputTokens = estimatedInput(call, model.contextTokensMax);
  const outputTokensMax = Math.min(
    call.chat.outputTokensMax ?? model.outputTokensMax ?? settings.outputTokensDefault,
    model.outputTokensMax ?? Number.MAX_SAFE_INTEGER,
  );
  const tokens = { inputTokens, outputTokens: outputTokensMax * call.chat.choices };
  const dearest = candidates
    .map(({ price }) => ({ price, costNanoUsd: chargeNanoUsd(tokens, price) }))
    .reduce((one, other) => (other.costNanoUsd > one.costNanoUsd ? other : one));

  const result = await hold(sql, {
    requestId,
    accountId: caller.accountId,
    keyId: caller.keyId,
    modelId: model.modelId,
    dialect: call.dialect,
    streamed: call.chat.stream,
    holdNanoUsd: dearest.costNanoUsd,
    expiresAt: new Date(nowMs + settings.holdTtlMs),
  });
  if (!result.granted) {
    const affordable = affordableOutputTokens(result.availableNanoUsd, inputTokens, dearest.price);
    throw refusal(dearest.costNanoUsd, result.availableNanoUsd, Math.floor(affordable / call.chat.choices));
  }
  return {
    requestId,
    accountId: caller.accountId,
    holdNanoUsd: dearest.costNanoUsd,
    outputTokensMax,
    tokensMax: tokens,
  };
}

function estimatedInput({ prompt }: ParsedCall, contextTokensMax: number | undefined): number {
  const estimate = estimateInputTokens(prompt.text) + prompt.extraTokens;
  return Math.min(estimate, contextTokensMax ?? estimate);
}

function refusal(holdNanoUsd: bigint, availableNanoUsd: bigint, maxTokensThatFit: number): WeirError {
  const advice =
    maxTokensThatFit > 0
      ? `Set max_tokens to ${maxTokensThatFit} or less, or top up.`
      : availableNanoUsd > 0n
        ? 'Top up, or send a shorter prompt.'
        : 'Top up first.';
  return new WeirError(
    'insufficient_credit',
    `This call can cost up to ${usdDecimal(holdNanoUsd)} USD, which is held while it runs; your balance has ${usdDecimal(availableNanoUsd)} USD available. ${advice}`,
    {
      details: {
        holdNanoUsd: holdNanoUsd.toString(),
        availableNanoUsd: availableNanoUsd.toString(),
        maxTokensThatFit,
      },
    },
  );
}
