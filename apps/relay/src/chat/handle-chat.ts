import { toWeirError, WeirError } from '@weir/core/errors';
import { describeFailure } from '@weir/core/failures';
import type { Sql } from '@weir/db/connect';
import { streamMeter } from '@weir/dialects/openai-chat';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { CallerDirectory } from '../callers/caller-directory.ts';
import { countInSlices } from '../count-in-slices.ts';
import { clientReply, type ClientReply } from '../http/client-reply.ts';
import type { KeepAliveTimes } from '../http/keep-alive.ts';
import { readJsonBody } from '../http/read-json-body.ts';
import { RESTARTING, type RunningCalls } from '../http/running-calls.ts';
import type { LiveRouting } from '../routing/live-routing.ts';
import type { UpstreamClient } from '../upstream/upstream-client.ts';
import { admit } from './admit.ts';
import { authenticate } from './authenticate.ts';
import { chooseRoute, type Route } from './choose-route.ts';
import type { Ending, Reading } from './ending.ts';
import { holdCredit, type HeldCredit, type HoldSettings } from './hold-credit.ts';
import { meterCall } from './meter-call.ts';
import { openUpstream, UpstreamFailure, type Upstream } from './open-upstream.ts';
import { parseCall, type ParsedCall } from './parse-call.ts';
import { record } from './record.ts';
import { relayReply } from './relay-reply.ts';
import { relayStream } from './relay-stream.ts';
import { settleCharge, type CallSummary } from './settle-charge.ts';
import { watchdog, type Watchdog, type WatchdogTimeouts } from './watchdog.ts';

export interface ChatDeps {
  readonly sql: Sql;
  readonly callers: CallerDirectory;
  readonly routing: LiveRouting;
  readonly upstream: UpstreamClient;
  readonly running: RunningCalls;
  readonly log: Logger;
  readonly hold: HoldSettings;
  readonly timeouts: WatchdogTimeouts;
  readonly keepAlive: KeepAliveTimes;
  readonly bodyBytesMax: number;
  readonly replyBytesMax: number;
}

/**
 * The path of one request, top to bottom. Until the credit is held, whatever is wrong is thrown, and answered by the
 * server's error handler; from then on the call owns the reply, and ends in exactly one settlement.
 */
export async function handleChat(
  deps: ChatDeps,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const startedAtMs = performance.now();
  const nowMs = Date.now();
  const watch = watchdog(deps.timeouts);
  const finished = deps.running.begin(watch);
  try {
    const caller = await authenticate(deps.callers, request.headers.authorization);
    const call = parseCall(
      await readJsonBody(request.raw, { bytesMax: deps.bodyBytesMax, signal: watch.signal }),
    );
    admit(caller, nowMs);
    const route = chooseRoute(routingTable(deps), { modelId: call.chat.model, nowMs, random: Math.random });
    const held = await holdCredit(deps.sql, { requestId: request.id, caller, call, route, nowMs }, deps.hold);
    const client = takeOver(reply, call, deps.keepAlive, watch);
    await carryOut(deps, { call, route, held, client, watch, startedAtMs });
  } finally {
    watch.stop();
    finished();
  }
}

interface HeldCall {
  readonly call: ParsedCall;
  readonly route: Route;
  readonly held: HeldCredit;
  readonly client: ClientReply;
  readonly watch: Watchdog;
  readonly startedAtMs: number;
}

/** From the hold to the settlement. Never throws: the reply is the client's, and has its end here. */
async function carryOut(deps: ChatDeps, heldCall: HeldCall): Promise<void> {
  const { held, client } = heldCall;
  const served = await serve(deps, heldCall);
  const { ending } = served;
  try {
    const summary = await summarise(heldCall, served);
    const chargeNanoUsd = await settleCharge(deps.sql, summary);
    record(deps.log, summary, chargeNanoUsd);
    if (ending.outcome === 'ok') client.finish(ending.lastBytes);
    if (ending.outcome === 'failed') client.fail(ending.error);
  } catch (thrown) {
    deps.log.error(
      { requestId: held.requestId, ...describeFailure(thrown) },
      'A call could not be settled; its hold will expire.',
    );
    client.fail(
      new WeirError(
        'service_unavailable',
        'The gateway could not settle this call, and has not charged it. Try again.',
      ),
    );
  }
  await letGo(served.upstream, ending);
}

async function summarise(heldCall: HeldCall, served: Served): Promise<CallSummary> {
  const { call, held, watch, startedAtMs } = heldCall;
  const { ending, reading, upstream, failure } = served;
  return {
    held,
    candidate: upstream?.candidate ?? failure?.candidate,
    usage: await meterCall({
      ending,
      reading,
      prompt: call.prompt,
      tokensMax: held.tokensMax,
      countTokens: countInSlices,
    }),
    outcome: ending.outcome === 'failed' ? ending.error.code : ending.outcome,
    finishReason: reading.finishReason,
    upstreamStatus: upstream?.status ?? failure?.status,
    firstByteMs: sinceMs(startedAtMs, watch.firstByteAtMs),
    latencyMs: sinceMs(startedAtMs, performance.now()) ?? 0,
  };
}

function routingTable({ routing, running }: ChatDeps) {
  if (running.draining) throw RESTARTING;
  if (!routing.current) {
    throw new WeirError('service_unavailable', 'The gateway is starting. Send the call again.', {
      retryAfterSeconds: 1,
    });
  }
  return routing.current;
}

function takeOver(
  reply: FastifyReply,
  call: ParsedCall,
  keepAlive: KeepAliveTimes,
  watch: Watchdog,
): ClientReply {
  const headers = reply.getHeaders();
  reply.hijack();
  return clientReply({
    response: reply.raw,
    streamed: call.chat.stream,
    headers,
    keepAlive,
    signal: watch.signal,
    onGone: () => watch.abort(new WeirError('client_closed', 'The client went away.')),
  });
}

interface Served {
  readonly ending: Ending;
  readonly reading: Reading;
  readonly upstream?: Upstream;
  readonly failure?: UpstreamFailure;
}

const NOTHING_READ: Reading = { usage: undefined, finishReason: undefined, text: () => '' };

/** Opens the upstream and relays its body, all but the last bytes. */
async function serve(deps: ChatDeps, { call, route, held, client, watch }: HeldCall): Promise<Served> {
  watch.expectFirstByte();
  let upstream: Upstream;
  try {
    upstream = await openUpstream(deps.upstream, {
      chat: call.chat,
      candidates: route.candidates,
      outputTokensMax: held.outputTokensMax,
      signal: watch.signal,
    });
  } catch (thrown) {
    const failure = thrown instanceof UpstreamFailure ? thrown : undefined;
    const error = failure?.error ?? toWeirError(thrown);
    if (error.cause)
      deps.log.warn(
        { requestId: held.requestId, ...describeFailure(error.cause) },
        'The upstream could not be opened.',
      );
    const ending: Ending = client.gone ? { outcome: 'client_closed' } : { outcome: 'failed', error };
    return { ending, reading: NOTHING_READ, ...(failure && { failure }) };
  }
  if (call.chat.stream) {
    const meter = streamMeter();
    const ending = await relayStream({
      upstream,
      client,
      meter,
      watchdog: watch,
      usageWanted: call.chat.usageWanted,
    });
    return { ending, reading: meter, upstream };
  }
  const { ending, reading } = await relayReply({
    upstream,
    client,
    watchdog: watch,
    replyBytesMax: deps.replyBytesMax,
  });
  return { ending, reading, upstream };
}

const REST_BYTES_MAX = 64 * 1024;
const REST_TIMEOUT_MS = 1_000;

/** After a complete stream the connection is read to its end, so that it can be used again; any other one is closed. */
async function letGo(upstream: Upstream | undefined, ending: Ending): Promise<void> {
  if (!upstream || upstream.body.destroyed) return;
  if (ending.outcome === 'ok') {
    await upstream.body
      .dump({ limit: REST_BYTES_MAX, signal: AbortSignal.timeout(REST_TIMEOUT_MS) })
      .catch(() => upstream.body.destroy());
  } else {
    upstream.body.on('error', () => {}).destroy();
  }
}

function sinceMs(startMs: number, endMs: number | undefined): number | undefined {
  return endMs === undefined ? undefined : Math.round(endMs - startMs);
}
