import type { WeirError } from '@weir/core/errors';
import { affordableOutputTokens, maxChargeNanoUsd } from '@weir/catalog/charge';
import type { Hold, HoldResult, KeyRate, Ledger } from '@weir/ledger';
import type { Caller } from '../callers/caller-directory.ts';
import type { KnownBalances } from '../callers/known-balances.ts';
import { asWeirError } from '../http/as-weir-error.ts';
import type { ModelEntry } from '../routing/routing-table.ts';
import type { Candidate, Route } from './choose-route.ts';
import { describeRefusal } from './describe-refusal.ts';
import { estimatePromptTokens } from './estimate-prompt.ts';
import type { ParsedCall } from './parse-call.ts';

export interface HoldSettings {
  /** Output limit where neither the client nor the model sets one. */
  readonly outputTokensDefault: number;
  /** How long the hold lives if nobody closes it. */
  readonly ttlMs: number;
  /** The vendor is called while the hold is being written only if the balance is so many times the hold. */
  readonly balanceFactor: bigint;
  /** Where this deployment runs, if that is to be noted. */
  readonly deploymentRegion?: string | undefined;
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
  /** The most output per choice that the balance, or a budget, pays for; undefined where they pay for all of it. */
  readonly affordableOutputTokens: number | undefined;
  /** With each of the models that may serve. */
  readonly limits: readonly HeldLimits[];
  /** What counts against the key's tokens per minute until the call is settled. */
  readonly countedTokens: number;
}

/** What was held for, should a model serve. */
export interface HeldLimits {
  readonly model: ModelEntry;
  /** Per choice: the limit that the vendor is told. */
  readonly outputTokensMax: number;
  /** All choices together: nothing that is counted may go beyond it. */
  readonly tokensMax: { readonly inputTokens: number; readonly outputTokens: number };
}

export function limitsOf({ limits }: HeldCredit, model: ModelEntry): HeldLimits {
  const found = limits.find((one) => one.model === model);
  if (!found) throw new Error('a model that nothing was held for');
  return found;
}

/** A hold on its way. */
export interface Holding {
  readonly held: HeldCredit;
  /**
   * Resolves when the hold is durable, and nothing may be sent to the client before; or to why there is none:
   * `insufficient_credit`, `budget_exceeded`, `rate_limited` or `concurrency_limited`, saying what is left;
   * `service_unavailable` while the database is away. Never rejects.
   */
  readonly outcome: Promise<WeirError | undefined>;
  /** What `outcome` resolved to, once it has. */
  readonly refusal: WeirError | undefined;
}

class HoldUnderWay implements Holding {
  readonly held: HeldCredit;
  readonly outcome: Promise<WeirError | undefined>;
  refusal: WeirError | undefined;

  constructor(deps: HoldDeps, request: HoldRequest, terms: HeldCredit) {
    this.held = terms;
    this.outcome = deps.ledger.hold(holdOf(request, terms, deps.hold), 'soon').then(
      (result) => {
        noteBalance(deps.balances, request.caller, result);
        return (this.refusal = refusalOf(request, terms, result));
      },
      (thrown: unknown) => {
        noteBalance(deps.balances, request.caller, undefined);
        return (this.refusal = asWeirError(thrown));
      },
    );
  }
}

/** A hold that has been granted already. */
const GRANTED = Promise.resolve(undefined);

/** Told what a key with limits of a minute may still do in it. */
type OnRate = (rate: KeyRate) => void;

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
 * @throws {WeirError} what `Holding.outcome` resolves to, when held first.
 */
export function holdCredit(deps: HoldDeps, request: HoldRequest, onRate: OnRate): Holding | Promise<Holding> {
  const { balances, hold: settings } = deps;
  const { caller } = request;
  const terms = termsFor(request, settings);
  const known = caller.limited ? undefined : balances.find(caller.accountId);
  return known !== undefined && known >= terms.holdNanoUsd * settings.balanceFactor
    ? new HoldUnderWay(deps, request, terms)
    : holdFirst(deps, request, terms, onRate);
}

async function holdFirst(
  deps: HoldDeps,
  request: HoldRequest,
  terms: HeldCredit,
  onRate: OnRate,
): Promise<Holding> {
  const canLimit = request.call.request.outputTokensMax === undefined;
  let tried = terms;
  for (let tries = 1; ; tries++) {
    const result = await reserve(deps, request, tried);
    if (result.rate) onRate(result.rate);
    const affordable =
      canLimit && tries < AFFORDABLE_TRIES ? affordableTerms(request, deps.hold, terms, result) : undefined;
    if (!affordable) {
      const refusal = refusalOf(request, tried, result);
      if (refusal) throw refusal;
      return { held: tried, outcome: GRANTED, refusal: undefined };
    }
    tried = affordable;
  }
}

async function reserve(
  { ledger, balances, hold: settings }: HoldDeps,
  request: HoldRequest,
  terms: HeldCredit,
): Promise<HoldResult> {
  let result: HoldResult | undefined;
  try {
    result = await ledger.hold(holdOf(request, terms, settings));
    return result;
  } finally {
    noteBalance(balances, request.caller, result);
  }
}

/**
 * Whoever was refused, or could not be asked, is asked first the next time.
 * @param result undefined where there was none.
 */
function noteBalance(balances: KnownBalances, { accountId }: Caller, result: HoldResult | undefined): void {
  if (result?.granted) balances.remember(accountId, result.availableNanoUsd);
  else balances.forget(accountId);
}

function refusalOf(request: HoldRequest, terms: HeldCredit, result: HoldResult): WeirError | undefined {
  if (result.granted) return undefined;
  return describeRefusal(result.refusal, {
    holdNanoUsd: terms.holdNanoUsd,
    countedTokens: terms.countedTokens,
    maxTokensThatFit: (leftNanoUsd) => tokensThatFit(request, terms, leftNanoUsd),
    nowMs: Date.now(),
  });
}

/** What the call can come to with the dearest of its candidates. */
function termsFor(
  { requestId, caller, call, route }: HoldRequest,
  settings: HoldSettings,
  affordableOutputTokens?: number,
): HeldCredit {
  const limits: HeldLimits[] = [];
  let holdNanoUsd = 0n;
  for (const { model, price } of route.candidates) {
    let held = limits.find((one) => one.model === model);
    if (!held) limits.push((held = heldLimits(call, model, settings, affordableOutputTokens)));
    const totals = { ...held.tokensMax, images: call.prompt.images };
    const cost = maxChargeNanoUsd(totals, price, caller.marginPpm);
    if (cost > holdNanoUsd) holdNanoUsd = cost;
  }
  return {
    requestId,
    caller,
    holdNanoUsd,
    affordableOutputTokens,
    limits,
    countedTokens: countedTokens(call, limits),
  };
}

/**
 * The prompt, and the output that its client asked for at most. A limit that the client did not set is the model's,
 * which hardly a reply comes near: what such a call produces counts when it has ended.
 */
function countedTokens({ request }: ParsedCall, limits: HeldCredit['limits']): number {
  let inputTokens = 0;
  let outputTokens = 0;
  for (const { tokensMax } of limits) {
    inputTokens = Math.max(inputTokens, tokensMax.inputTokens);
    outputTokens = Math.max(outputTokens, tokensMax.outputTokens);
  }
  return request.outputTokensMax === undefined ? inputTokens : inputTokens + outputTokens;
}

function heldLimits(
  { request, prompt }: ParsedCall,
  model: ModelEntry,
  { outputTokensDefault }: HoldSettings,
  affordableOutputTokens = Number.MAX_SAFE_INTEGER,
): HeldLimits {
  const outputTokensMax = Math.min(
    request.outputTokensMax ?? model.outputTokensMax ?? outputTokensDefault,
    model.outputTokensMax ?? Number.MAX_SAFE_INTEGER,
    affordableOutputTokens,
  );
  const inputTokens = estimatePromptTokens(prompt, model);
  return {
    model,
    outputTokensMax,
    tokensMax: { inputTokens, outputTokens: outputTokensMax * request.choices },
  };
}

/** What the credit left would pay for; undefined when the hold was granted, or that is too little. */
function affordableTerms(
  request: HoldRequest,
  settings: HoldSettings,
  terms: HeldCredit,
  result: HoldResult,
): HeldCredit | undefined {
  if (result.granted || !('leftNanoUsd' in result.refusal)) return undefined;
  const most = Math.max(...terms.limits.map(({ outputTokensMax }) => outputTokensMax));
  const tokens = Math.min(tokensThatFit(request, terms, result.refusal.leftNanoUsd), most);
  if (tokens < AFFORDABLE_TOKENS_MIN) return undefined;
  return termsFor(request, settings, tokens);
}

/** Output tokens per choice, with whichever candidate. */
function tokensThatFit({ caller, call, route }: HoldRequest, terms: HeldCredit, leftNanoUsd: bigint): number {
  const { images } = call.prompt;
  const fits = ({ model, price }: Candidate) => {
    const { inputTokens } = limitsOf(terms, model).tokensMax;
    return affordableOutputTokens(leftNanoUsd, inputTokens, price, caller.marginPpm, images);
  };
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
    modelId: route.candidates[0].model.modelId,
    dialect: call.format.name,
    streamed: call.request.stream,
    holdNanoUsd: terms.holdNanoUsd,
    ttlMs: settings.ttlMs,
    marginPpm: caller.marginPpm,
    disconnectPolicy: caller.disconnectPolicy,
    affordableOutputTokens: terms.affordableOutputTokens,
    countedTokens: terms.countedTokens,
    usesPreviousSecret: caller.usesPreviousSecret,
    sourceIp,
    deploymentRegion: settings.deploymentRegion,
  };
}
