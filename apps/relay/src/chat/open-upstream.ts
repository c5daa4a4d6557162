import { toWeirError, WeirError } from '@weir/core/errors';
import type { WireFormat } from '@weir/dialects/dialect';
import type { Cancellation } from '../cancellation.ts';
import type { RouteHealth, RouteTry } from '../routing/route-health.ts';
import type { UpstreamClient } from '../upstream/upstream-client.ts';
import type { UpstreamBody, UpstreamReply } from '../upstream/upstream-exchange.ts';
import type { Candidate } from './choose-route.ts';
import { readRefusal } from './read-refusal.ts';
import { writeRequest, type RequestToWrite, type WrittenRequest } from './write-request.ts';

/** A vendor's reply with a status of success; its body has not been read. */
export interface Upstream {
  readonly candidate: Candidate;
  /** In which the reply is written. */
  readonly format: WireFormat;
  readonly status: number;
  readonly contentType: string;
  readonly body: UpstreamBody;
}

/** One vendor's failure, as it is kept with the call. */
export interface FailedAttempt {
  readonly channelId: string;
  readonly vendor: string;
  /** The HTTP status; absent when there was no reply. */
  readonly status?: number;
  /** The error's code. */
  readonly outcome: string;
  readonly ms: number;
}

export interface UpstreamDeps {
  readonly upstream: UpstreamClient;
  readonly health: RouteHealth;
  /** No further candidate is tried when a call has been waiting for so long. */
  readonly fallbackMs: number;
}

export interface UpstreamCall extends RequestToWrite {
  readonly candidates: readonly [Candidate, ...Candidate[]];
  readonly cancellation: Cancellation;
  /** Told of each candidate that was called and failed. */
  readonly onFailed: (attempt: FailedAttempt) => void;
}

/** What the attempt with one vendor came to when it failed. */
export class UpstreamFailure extends Error {
  override readonly name = 'UpstreamFailure';
  readonly error: WeirError;
  readonly candidate: Candidate;
  readonly status: number | undefined;

  constructor(error: WeirError, candidate: Candidate, status?: number) {
    super(error.message, { cause: error });
    this.error = error;
    this.candidate = candidate;
    this.status = status;
  }
}

/**
 * Sends the call to the candidates in turn until one accepts it. Goes on to the next only after an error that the
 * error table calls retryable, past one that rests, and past one whose dialect can't say what the client
 * wants: the client has been sent nothing yet, so it never notices.
 * @throws {UpstreamFailure} of the last one that was called; if none was, why not.
 */
export async function openUpstream(deps: UpstreamDeps, call: UpstreamCall): Promise<Upstream> {
  const { candidates, cancellation } = call;
  const startedAtMs = performance.now();
  let failure: UpstreamFailure | undefined;
  let notWritten: UpstreamFailure | undefined;
  for (const candidate of candidates) {
    if (failure && performance.now() - startedAtMs > deps.fallbackMs) break;
    let written: WrittenRequest;
    try {
      written = writeRequest(call, candidate);
    } catch (thrown) {
      notWritten ??= new UpstreamFailure(toWeirError(thrown), candidate);
      continue;
    }
    const attempt = deps.health.begin(candidate.routeId);
    if (!attempt) continue;
    const sentAtMs = performance.now();
    try {
      const upstream = await send(deps.upstream, written, candidate, cancellation);
      attempt.succeed();
      return upstream;
    } catch (thrown) {
      failure =
        thrown instanceof UpstreamFailure ? thrown : new UpstreamFailure(toWeirError(thrown), candidate);
      call.onFailed(failedAttempt(failure, performance.now() - sentAtMs));
      conclude(attempt, failure.error, cancellation);
      if (!failure.error.retryable || cancellation.reason) break;
    }
  }
  throw failure ?? notWritten ?? new UpstreamFailure(allResting(deps.health, candidates), candidates[0]);
}

/** Whose fault it was, as far as the vendor is concerned. */
function conclude(attempt: RouteTry, error: WeirError, { reason }: Cancellation): void {
  if (error.retryable && reason?.code !== 'client_closed') attempt.fail(error);
  else attempt.abandon();
}

function failedAttempt({ candidate, status, error }: UpstreamFailure, ms: number): FailedAttempt {
  const { channelId, vendor } = candidate;
  return {
    channelId,
    vendor,
    ...(status !== undefined && { status }),
    outcome: error.code,
    ms: Math.round(ms),
  };
}

function allResting(health: RouteHealth, candidates: readonly Candidate[]): WeirError {
  return new WeirError(
    'service_unavailable',
    'The vendors of this model are failing, or limit requests. Try again in a moment, or another model.',
    { retryAfterSeconds: health.secondsUntilRested(candidates.map(({ routeId }) => routeId)) },
  );
}

async function send(
  client: UpstreamClient,
  { url, headers, body, format }: WrittenRequest,
  candidate: Candidate,
  cancellation: Cancellation,
): Promise<Upstream> {
  let reply: UpstreamReply;
  try {
    reply = await client.post({ url, headers, body, cancellation });
  } catch (thrown) {
    throw new UpstreamFailure(connectionError(thrown, cancellation), candidate);
  }
  const { status } = reply;
  if (status >= 200 && status < 300) {
    return { candidate, format, status, contentType: reply.headers['content-type'] ?? '', body: reply.body };
  }
  throw new UpstreamFailure(await readRefusal(format, reply, { candidate, cancellation }), candidate, status);
}

function connectionError(thrown: unknown, { reason }: Cancellation): WeirError {
  if (reason) return reason;
  if (thrown instanceof WeirError) return thrown;
  return new WeirError(
    'upstream_unreachable',
    'The model’s vendor can’t be reached. Try again, or another model.',
    {
      cause: thrown,
    },
  );
}
