import { WeirError } from '@weir/core/errors';
import { describeFailure } from '@weir/core/failures';
import type { ReplyContext } from '@weir/dialects/dialect';
import type { Cost, RouteSort } from '@weir/dialects/openrouter';
import { estimateInputTokens } from '@weir/tokens/estimate';
import type { AddressRanges } from '@weir/settings/address-ranges';
import type { Logger } from 'pino';
import type { Caller, CallerDirectory } from '../callers/caller-directory.ts';
import type { Captures } from '../capture/captures.ts';
import { addressOf } from '../http/address-of.ts';
import { asWeirError, logFailure } from '../http/as-weir-error.ts';
import type { HttpExchange } from '../http/call-server.ts';
import { ClientReply } from '../http/client-reply.ts';
import type { Framing } from '../http/framing.ts';
import type { KeepAliveTimes } from '../http/keep-alive.ts';
import { presentedKey } from '../http/presented-key.ts';
import { readJsonBody } from '../http/read-json-body.ts';
import { rateHeaders } from '../http/rate-headers.ts';
import { RESTARTING, type RunningCalls } from '../http/running-calls.ts';
import type { CallMetrics } from '../metrics/call-metrics.ts';
import type { LiveRouting } from '../routing/live-routing.ts';
import type { SeenRouteStats } from '../routing/route-stats.ts';
import { NEXT_STEP } from '../steps.ts';
import type { TokenCounter } from '../tokens/token-counter.ts';
import { admitCall, admitModel } from './admit.ts';
import { authenticate } from './authenticate.ts';
import { chooseRoute, type Candidate, type Route, type RouteChoice } from './choose-route.ts';
import { NOTHING_READ, type Ending } from './ending.ts';
import { estimatePromptTokens } from './estimate-prompt.ts';
import { holdCredit, limitsOf, type HoldDeps, type Holding } from './hold-credit.ts';
import { meterCall } from './meter-call.ts';
import {
  openUpstream,
  UpstreamFailure,
  type FailedAttempt,
  type Upstream,
  type UpstreamDeps,
} from './open-upstream.ts';
import { parseCall, type ParsedCall } from './parse-call.ts';
import { pricedReply, type PricedReply } from './priced-reply.ts';
import { record } from './record.ts';
import { relayBody, type RelayedBody } from './relay-body.ts';
import { costOf, settleCharge, type CallSummary } from './settle-charge.ts';
import { Watchdog, type WatchdogTimeouts } from './watchdog.ts';

export interface CallDeps extends HoldDeps, UpstreamDeps {
  readonly callers: CallerDirectory;
  /** Absent where nobody may capture anything. */
  readonly captures: Captures | undefined;
  readonly routing: LiveRouting;
  /** The order of a model's candidates, where nobody asks for another; undefined = by priority, then by weight. */
  readonly routeSort: RouteSort | undefined;
  readonly tokens: TokenCounter;
  readonly running: RunningCalls;
  readonly stats: SeenRouteStats;
  readonly metrics: CallMetrics;
  /** Whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: AddressRanges;
  readonly log: Logger;
  readonly timeouts: WatchdogTimeouts;
  readonly keepAlive: KeepAliveTimes;
  readonly bodyBytesMax: number;
  readonly replyBytesMax: number;
  /** Whether a call's row tells where it came from. */
  readonly notesSourceIp: boolean;
}

/**
 * The path of one request, top to bottom. Until the hold is on its way, whatever is wrong is thrown, and answered by
 * the server; from then on the call owns the reply, and a hold that was granted ends in exactly one
 * settlement.
 */
export async function handleCall(deps: CallDeps, exchange: HttpExchange): Promise<void> {
  const { requestId, endpoint, request } = exchange;
  const startedAtMs = performance.now();
  const nowMs = Date.now();
  const watch = new Watchdog(deps.timeouts);
  const running = deps.running.begin(watch);
  const address = () => addressOf(request, deps.trustedProxies);
  try {
    const dialect = endpoint.format.channelDialect;
    const caller = await authenticate(deps.callers, {
      key: presentedKey(request),
      dialect,
      address,
      connection: request.socket,
    });
    running.keyId = caller.keyId;
    admitCall(caller, nowMs, address);
    const capture = caller.capture && deps.captures?.begin(caller.capture, exchange);
    const body = await readJsonBody(request, {
      bytesMax: deps.bodyBytesMax,
      cancellation: watch.cancellation,
      onReceived: capture?.onReceived,
    });
    const call = parseCall(endpoint, body, request.headers);
    await NEXT_STEP;
    const route = chooseRoute(routingTable(deps), choiceOf(deps, { call, caller, nowMs }));
    capture?.callsModel(route.candidates[0].model.modelId);
    // Fallbacks too: that one of them may not be called would be found on a bad day only.
    for (const { model } of route.candidates) admitModel(caller, model.modelId);
    const sourceIp = deps.notesSourceIp ? address() || undefined : undefined;
    const holding = await holdCredit(deps, { requestId, caller, call, route, sourceIp }, (rate) => {
      exchange.limitHeaders = rateHeaders(rate);
    });
    const priced = pricedReply(exchange, call, nowMs);
    const framing = priced?.framing ?? endpoint.framing();
    const client = takeOver(deps, exchange, { call, caller, framing, watch });
    await carryOut(deps, {
      call,
      route,
      holding,
      client,
      framing,
      priced,
      watch,
      nowMs,
      startedAtMs,
    });
  } finally {
    watch.stop();
    running.end();
  }
}

interface HeldCall {
  readonly call: ParsedCall;
  readonly route: Route;
  readonly holding: Holding;
  readonly client: ClientReply;
  readonly framing: Framing;
  /** Where the client wants to be told what the reply cost. */
  readonly priced: PricedReply | undefined;
  readonly watch: Watchdog;
  /** When it came: by the calendar, and on the clock of `performance.now()`. */
  readonly nowMs: number;
  readonly startedAtMs: number;
}

/**
 * From the hold to the settlement. The hold is written while the vendor answers; the client gets nothing before it
 * stands. Never throws: the reply is the client's, and has its end here.
 */
async function carryOut(deps: CallDeps, heldCall: HeldCall): Promise<void> {
  const { holding, client, watch } = heldCall;
  const serving = serve(deps, heldCall);
  holding.outcome
    .then((refusal) => (refusal ? turnAway(deps, heldCall, refusal) : client.begin()))
    .catch((thrown: unknown) => watch.abort(asWeirError(thrown)));
  const served = await serving;
  if (holding.refusal) {
    // Nothing is held, so nothing is to be settled; and what ended the call was not the vendor.
    served.upstream?.attempt.end();
  } else {
    endAttempt(deps, heldCall, served);
    await settle(deps, heldCall, served);
  }
  letGo(served);
}

/** The client is told why, and the vendor to forget it. */
function turnAway({ log }: CallDeps, { holding, client, watch }: HeldCall, refusal: WeirError): void {
  logFailure(log, holding.held.requestId, refusal);
  watch.abort(refusal);
  client.fail(refusal);
}

async function settle(deps: CallDeps, heldCall: HeldCall, served: Served): Promise<void> {
  const { client, holding } = heldCall;
  const { requestId } = holding.held;
  let summary: CallSummary;
  let chargeNanoUsd: bigint;
  try {
    const usage = await meter(deps, heldCall, served);
    if (holding.refusal) return;
    summary = summarise(heldCall, served, usage);
    // The hold may still be on its way, and then goes with this.
    chargeNanoUsd = await settleCharge(deps.ledger, summary);
    await holding.outcome;
  } catch (thrown) {
    if (await holding.outcome) return;
    deps.log.error(
      { requestId, ...describeFailure(thrown) },
      'A call could not be settled; its hold will expire.',
    );
    client.fail(
      new WeirError(
        'service_unavailable',
        'The gateway could not settle this call, and has not charged it. Try again.',
      ),
    );
    return;
  }
  try {
    finish(heldCall, served, () => costOf(summary, chargeNanoUsd));
    await NEXT_STEP;
    record(deps.log, summary, chargeNanoUsd);
    if (summary.candidate) deps.metrics.add(summary.candidate, summary);
    else deps.metrics.addUncalled(heldCall.route.candidates[0].model.modelId, summary.outcome);
  } catch (thrown) {
    deps.log.error({ requestId, ...describeFailure(thrown) }, 'A call that was settled could not be ended.');
    client.fail(asWeirError(thrown));
  }
}

/** The client gets its last bytes, or is told what went wrong. */
function finish({ client, priced }: HeldCall, { ending }: Served, cost: () => Cost): void {
  if (ending.outcome === 'ok') {
    client.finish(priced?.finish(ending.lastBytes, cost()) ?? ending.lastBytes);
  }
  if (ending.outcome === 'failed') client.fail(ending.error);
}

/** Who served, or was the last to be tried. */
function candidateOf({ upstream, failure }: Served): Candidate | undefined {
  return upstream?.candidate ?? failure?.candidate;
}

function meter({ tokens }: CallDeps, { call, route, holding }: HeldCall, served: Served) {
  const { model } = candidateOf(served) ?? route.candidates[0];
  return meterCall({
    ending: served.ending,
    reading: served.reading,
    prompt: call.prompt,
    tokensMax: limitsOf(holding.held, model).tokensMax,
    // Should the counting fail, a call is not free for that.
    countTokens: (text) => tokens.count(text).catch(() => estimateInputTokens(text)),
  });
}

function summarise(
  { holding, watch, startedAtMs }: HeldCall,
  served: Served,
  usage: CallSummary['usage'],
): CallSummary {
  const { ending, reading, upstream, failure, failedAttempts } = served;
  return {
    held: holding.held,
    candidate: candidateOf(served),
    usage,
    outcome: ending.outcome === 'failed' ? ending.error.code : ending.outcome,
    finishReason: reading.finishReason,
    upstreamStatus: upstream?.status ?? failure?.status,
    // The last one is what the rest of the row tells of.
    failedAttempts: upstream ? failedAttempts : failedAttempts.slice(0, -1),
    upstreamMs: upstream
      ? sinceMs(upstream.attempt.startedAtMs, performance.now())
      : failedAttempts.at(-1)?.ms,
    firstByteMs: sinceMs(startedAtMs, watch.firstByteAtMs),
    latencyMs: sinceMs(startedAtMs, performance.now()) ?? 0,
  };
}

function routingTable({ routing, running }: CallDeps) {
  if (running.draining) throw RESTARTING;
  if (!routing.current) {
    throw new WeirError('service_unavailable', 'The gateway is starting. Send the call again.', {
      retryAfterSeconds: 1,
    });
  }
  return routing.current;
}

function choiceOf(
  { stats, routeSort }: CallDeps,
  { call, caller, nowMs }: { call: ParsedCall; caller: Caller; nowMs: number },
): RouteChoice {
  return {
    modelIds: call.modelIds,
    preferences: call.preferences,
    limits: caller.routeLimits,
    sort: routeSort,
    stats,
    marginPpm: caller.marginPpm,
    promptTokensMax: (model) => estimatePromptTokens(call.prompt, model),
    nowMs,
    random: Math.random,
  };
}

function takeOver(
  { keepAlive, log }: CallDeps,
  exchange: HttpExchange,
  { call, caller, framing, watch }: Pick<HeldCall, 'call' | 'framing' | 'watch'> & { caller: Caller },
): ClientReply {
  const { requestId } = exchange;
  return new ClientReply({
    exchange,
    streamed: call.request.stream,
    framing,
    keepAlive,
    cancellation: watch.cancellation,
    onGone() {
      if (caller.disconnectPolicy === 'cancel') {
        watch.abort(new WeirError('client_closed', 'The client went away.'));
      } else {
        log.debug({ requestId }, 'The client went away; its call goes on to its end.');
      }
    },
  });
}

interface Served extends RelayedBody {
  readonly upstream?: Upstream;
  readonly failure?: UpstreamFailure | undefined;
  readonly failedAttempts: readonly FailedAttempt[];
}

/** Never throws: the hold may still be on its way, and its outcome comes first. */
async function serve(deps: CallDeps, heldCall: HeldCall): Promise<Served> {
  const { call, route, holding, client, watch } = heldCall;
  const failedAttempts: FailedAttempt[] = [];
  try {
    await NEXT_STEP;
    const { upstream, taken } = await openUpstream(deps, {
      format: call.format,
      request: call.request,
      passedHeaders: call.passedHeaders,
      candidates: route.candidates,
      outputTokensMax: (model) => limitsOf(holding.held, model).outputTokensMax,
      cancellation: watch.cancellation,
      beginAttempt: () => watch.beginAttempt(),
      onFailed: (attempt) => failedAttempts.push(attempt),
      take: (upstream) => relay(deps, heldCall, upstream),
      failureOf: ({ ending }) => (ending.outcome === 'failed' && client.isOpen ? ending.error : undefined),
    });
    return { ...taken, upstream, failedAttempts };
  } catch (thrown) {
    const failure = thrown instanceof UpstreamFailure ? thrown : undefined;
    const ending = notServed(deps, heldCall, failure?.error ?? asWeirError(thrown));
    return { ending, reading: NOTHING_READ, failure, failedAttempts };
  }
}

function relay(deps: CallDeps, heldCall: HeldCall, upstream: Upstream): Promise<RelayedBody> {
  const { call, client, framing, priced, watch } = heldCall;
  const { replyBytesMax } = deps;
  priced?.servedBy?.(upstream.candidate);
  client.onFirstWrite = () => upstream.attempt.accept();
  return relayBody({
    upstream,
    client,
    watchdog: watch,
    framing,
    format: call.format,
    streamed: call.request.stream,
    context: replyContext(heldCall, upstream.candidate),
    replyBytesMax,
  });
}

function replyContext({ call, holding, nowMs }: HeldCall, { model }: Candidate): ReplyContext {
  const { held } = holding;
  const { outputTokensMax } = limitsOf(held, model);
  return {
    requestId: held.requestId,
    model: model.modelId,
    createdAtMs: nowMs,
    usageWanted: call.request.usageWanted,
    hidesReasoning: call.request.hidesReasoning,
    creditLimitTokens: outputTokensMax === held.affordableOutputTokens ? outputTokensMax : undefined,
  };
}

function notServed({ log }: CallDeps, { client, holding }: HeldCall, error: WeirError): Ending {
  if (error.cause) {
    log.warn(
      { requestId: holding.held.requestId, ...describeFailure(error.cause) },
      'No vendor served a call.',
    );
  }
  return client.gone ? { outcome: 'client_closed' } : { outcome: 'failed', error };
}

/** After a complete reply the connection can be used again; any other one is closed. */
function letGo({ upstream, ending }: Served): void {
  if (!upstream) return;
  if (ending.outcome === 'ok') upstream.body.discard();
  else upstream.body.destroy();
}

/** What the attempt came to is known with the reply's end, however long its settlement takes. */
function endAttempt({ stats }: CallDeps, { watch }: HeldCall, { upstream, ending, reading }: Served): void {
  if (!upstream) return;
  const { attempt, candidate } = upstream;
  if (ending.outcome === 'ok') attempt.accept();
  attempt.end(ending.outcome === 'failed' ? ending.error : undefined, upstream.status);
  const outputTokens = reading.usage?.outputTokens;
  if (ending.outcome !== 'ok' || watch.firstByteAtMs === undefined || outputTokens === undefined) return;
  stats.add(candidate.routeId, {
    firstByteMs: watch.firstByteAtMs - attempt.startedAtMs,
    totalMs: performance.now() - attempt.startedAtMs - watch.clientMs,
    outputTokens,
  });
}

function sinceMs(startMs: number, endMs: number | undefined): number | undefined {
  return endMs === undefined ? undefined : Math.round(endMs - startMs);
}
