import { affordableOutputTokens, maxChargeNanoUsd } from '@weir/catalog/charge';
import type { Hold, HoldResult, Ledger } from '@weir/ledger';
import { estimateInputTokens } from '@weir/tokens/estimate';
import type { Caller } from '../callers/caller-directory.ts';
import type { KnownBalances } from '../callers/known-balances.ts';
import type { Candidate, Route } from './choose-route.ts';
import { describeRefusal } from './describe-refusal.ts';
import type { ParsedCall } from './parse-call.ts';

export interface HoldSettings {
  /** Output limit where neither the client nor the model sets one. */
  readonly outputTokensDefault: number;
  /** How long the hold lives if nobody closes it. */
  readonly ttlMs: number;
  /** The vendor is called while the hold is being written only if the balance is so many times the hold. */
  readonly balanceFactor: bigint;
}

export interface HoldDeps {
  readonly ledger: Ledger;
  readonly balances: KnownBalances;
  readonly hold: HoldSettings;
}

/** Credit that is reserved for one call. */
export interface HeldCredit {
  readonly requestId: string;
  readonly caller: Caller;
  readonly holdNanoUsd: bigint;
  /** Per choice: the limit that the vendor is told. */
  readonly outputTokensMax: number;
  /** Whether it is the balance, or a budget, that made the limit so low. */
  readonly limitedByCredit: boolean;
  /** What the hold was made for, all choices together: nothing that is counted may go beyond it. */
  readonly tokensMax: { readonly inputTokens: number; readonly outputTokens: number };
}

/** A hold on its way. */
export interface Holding {
  readonly held: HeldCredit;
  /**
   * Resolves when the hold is durable; nothing may be sent to the client before.
   * @throws {WeirError} `insufficient_credit`, `budget_exceeded` or `concurrency_limited`, saying what is left.
   */
  readonly durable: Promise<void>;
}

interface HoldRequest {
  readonly requestId: string;
  readonly caller: Caller;
  readonly call: ParsedCall;
  readonly route: Route;
  /** Where the call came from, if that is to be noted. */
  readonly sourceIp?: string | undefined;
}

/** Fewer tokens than this are no reply that anybody would pay a prompt for. */
const AFFORDABLE_TOKENS_MIN = 16;

/** Others spend from the same balance meanwhile; who loses so many races is near enough to its end. */
const AFFORDABLE_TRIES = 3;

/**
 * Reserves the most that this call can cost with the dearest of its candidates. An account far from the end of its
 * balance need not wait for the hold to be written before its call goes out; any other is held first. Where the client
 * set no output limit and the credit does not cover the model's, the limit is what the credit affords.
 * @throws {WeirError} as `Holding.durable`, when held first.
 */
export async function holdCredit(deps: HoldDeps, request: HoldRequest): Promise<Holding> {
  const { balances, hold: settings } = deps;
  const { caller, call } = request;
  const terms = fullTerms(request, settings);
  const known = caller.limited ? undefined : balances.find(caller.accountId);
  if (known !== undefined && known >= terms.holdNanoUsd * settings.balanceFactor) {
    const durable = reserve(deps, request, terms).then((result) => accept(request, terms, result));
    // Awaited when the vendor has answered; until then nobody listens.
    durable.catch(() => {});
    return { held: terms, durable };
  }
  const canLimit = call.request.outputTokensMax === undefined;
  let tried = terms;
  for (let tries = 1; ; tries++) {
    const result = await reserve(deps, request, tried);
    const affordable =
      canLimit && tries < AFFORDABLE_TRIES ? affordableTerms(request, terms, result) : undefined;
    if (!affordable) {
      accept(request, tried, result);
      return { held: tried, durable: Promise.resolve() };
    }
    tried = affordable;
  }
}

/** Whoever was refused, or could not be asked, is asked first the next time. */
async function reserve(
  { ledger, balances, hold: settings }: HoldDeps,
  request: HoldRequest,
  terms: HeldCredit,
): Promise<HoldResult> {
  const { accountId } = request.caller;
  let result: HoldResult | undefined;
  try {
    result = await ledger.hold(holdOf(request, terms, settings));
    return result;
  } finally {
    if (result?.granted) balances.remember(accountId, result.availableNanoUsd);
    else balances.forget(accountId);
  }
}

/** @throws {WeirError} when the hold was refused. */
function accept(request: HoldRequest, terms: HeldCredit, result: HoldResult): void {
  if (result.granted) return;
  throw describeRefusal(result.refusal, {
    holdNanoUsd: terms.holdNanoUsd,
    maxTokensThatFit: (leftNanoUsd) => tokensThatFit(request, terms, leftNanoUsd),
    nowMs: Date.now(),
  });
}

function fullTerms(request: HoldRequest, settings: HoldSettings): HeldCredit {
  const { call, route } = request;
  const { model } = route;
  const outputTokensMax = Math.min(
    call.request.outputTokensMax ?? model.outputTokensMax ?? settings.outputTokensDefault,
    model.outputTokensMax ?? Number.MAX_SAFE_INTEGER,
  );
  return termsFor(request, estimatedInput(call, model.contextTokensMax), outputTokensMax, false);
}

function termsFor(
  { requestId, caller, call, route }: HoldRequest,
  inputTokens: number,
  outputTokensMax: number,
  limitedByCredit: boolean,
): HeldCredit {
  const tokensMax = { inputTokens, outputTokens: outputTokensMax * call.request.choices };
  const totals = { ...tokensMax, images: call.prompt.images };
  let holdNanoUsd = 0n;
  for (const { price } of route.candidates) {
    const cost = maxChargeNanoUsd(totals, price, caller.marginPpm);
    if (cost > holdNanoUsd) holdNanoUsd = cost;
  }
  return { requestId, caller, holdNanoUsd, outputTokensMax, limitedByCredit, tokensMax };
}

/** What the credit left would pay for; undefined when the hold was granted, or that is too little. */
function affordableTerms(
  request: HoldRequest,
  terms: HeldCredit,
  result: HoldResult,
): HeldCredit | undefined {
  if (result.granted || !('leftNanoUsd' in result.refusal)) return undefined;
  const tokens = Math.min(tokensThatFit(request, terms, result.refusal.leftNanoUsd), terms.outputTokensMax);
  if (tokens < AFFORDABLE_TOKENS_MIN) return undefined;
  return termsFor(request, terms.tokensMax.inputTokens, tokens, true);
}

/** Output tokens per choice, with whichever candidate. */
function tokensThatFit({ caller, call, route }: HoldRequest, terms: HeldCredit, leftNanoUsd: bigint): number {
  const { inputTokens } = terms.tokensMax;
  const fits = ({ price }: Candidate) =>
    affordableOutputTokens(leftNanoUsd, inputTokens, price, caller.marginPpm, call.prompt.images);
  return Math.floor(Math.min(...route.candidates.map(fits)) / call.request.choices);
}

function holdOf(
  { caller, call, route, sourceIp }: HoldRequest,
  terms: HeldCredit,
  settings: HoldSettings,
): Hold {
  return {
    requestId: terms.requestId,
    accountId: caller.accountId,
    keyId: caller.keyId,
    modelId: route.model.modelId,
    dialect: call.format.name,
    streamed: call.request.stream,
    holdNanoUsd: terms.holdNanoUsd,
    ttlMs: settings.ttlMs,
    marginPpm: caller.marginPpm,
    disconnectPolicy: caller.disconnectPolicy,
    affordableOutputTokens: terms.limitedByCredit ? terms.outputTokensMax : undefined,
    sourceIp,
  };
}

function estimatedInput({ prompt }: ParsedCall, contextTokensMax: number | undefined): number {
  const { text, extraTokens, texts = 1, unbounded = false } = prompt;
  const estimate = estimateInputTokens(text) + extraTokens;
  if (contextTokensMax === undefined) return estimate;
  const most = contextTokensMax * texts;
  return unbounded ? most : Math.min(estimate, most);
}
