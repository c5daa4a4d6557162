import { toWeirError, WeirError } from '@weir/core/errors';
import type { WireFormat } from '@weir/dialects/dialect';
import type { Cancellation } from '../cancellation.ts';
import { blameFor } from '../routing/blame.ts';
import type { UpstreamAttempt } from '../routing/upstream-attempt.ts';
import type { PassedBy, UpstreamHealth } from '../routing/upstream-health.ts';
import { NEXT_STEP } from '../steps.ts';
import type { UpstreamClient } from '../upstream/upstream-client.ts';
import type { UpstreamBody, UpstreamReply } from '../upstream/upstream-exchange.ts';
import type { Candidate } from './choose-route.ts';
import { readRefusal } from './read-refusal.ts';
import { withHeaders, writeRequest, type RequestToWrite, type WrittenRequest } from './write-request.ts';

/** A vendor's reply with a status of success. */
export interface Upstream {
  readonly candidate: Candidate;
  /** Has to be ended when the reply is over. */
  readonly attempt: UpstreamAttempt;
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
  readonly health: UpstreamHealth;
  /** No further candidate is tried when a call has been waiting for so long. */
  readonly fallbackMs: number;
}

export interface UpstreamCall<Taken> extends RequestToWrite {
  readonly candidates: readonly [Candidate, ...Candidate[]];
  /** Of the call: nobody else is tried then. */
  readonly cancellation: Cancellation;
  /** A candidate is called. @returns what ends this try. */
  readonly beginAttempt: () => Cancellation;
  /** Passes a reply on; its body has not been read. */
  readonly take: (upstream: Upstream) => Promise<Taken>;
  /** @returns why what was taken came to nothing, as long as the client has been sent nothing of it. */
  readonly failureOf: (taken: Taken) => WeirError | undefined;
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

/** Keys of one channel that a call tries: where several are refused in a row, the next will be too. */
const KEYS_TRIED_MAX = 3;

/**
 * Sends the call to the candidates in turn until one serves it. Goes on only after an error that the error table calls
 * retryable: to another key of the same channel where it was the key's own, else to the next candidate. Past one that
 * rests, one whose channel is full, and one whose dialect can't say what the client wants; the request is written for
 * those alone that are free to take it. The client has been sent nothing yet of a reply, so it never notices.
 * @throws {UpstreamFailure} of the last one that was called.
 * @throws {WeirError} if none was: why the first of those that are free could not be written for; else `vendors_full` or
 * `vendors_resting`.
 */
export async function openUpstream<Taken>(
  deps: UpstreamDeps,
  call: UpstreamCall<Taken>,
): Promise<{ upstream: Upstream; taken: Taken }> {
  const { candidates } = call;
  const startedAtMs = performance.now();
  let failure: UpstreamFailure | undefined;
  let notWritten: WeirError | undefined;
  let passedBy: PassedBy | undefined;
  for (const candidate of candidates) {
    let written: WrittenRequest | undefined;
    let triedKeys: Set<string> | undefined;
    do {
      if (failure && performance.now() - startedAtMs > deps.fallbackMs) throw failure;
      const attempt = deps.health.begin(candidate, triedKeys);
      if (typeof attempt === 'string') {
        if (passedBy !== 'full') passedBy = attempt;
        break;
      }
      try {
        written ??= writeRequest(call, candidate);
      } catch (thrown) {
        attempt.end();
        notWritten ??= toWeirError(thrown);
        break;
      }
      const cancellation = call.beginAttempt();
      try {
        const upstream = await send(deps.upstream, written, { candidate, attempt, cancellation });
        const taken = await call.take(upstream);
        const nothing = call.failureOf(taken);
        if (!nothing) return { upstream, taken };
        upstream.body.destroy();
        throw new UpstreamFailure(nothing, candidate, upstream.status);
      } catch (thrown) {
        failure =
          thrown instanceof UpstreamFailure ? thrown : new UpstreamFailure(toWeirError(thrown), candidate);
        const { error, status } = failure;
        call.onFailed(failedAttempt(failure, performance.now() - attempt.startedAtMs));
        attempt.end(isVendors(cancellation) ? error : undefined, status);
        if (!error.retryable || call.cancellation.reason) throw failure;
        triedKeys ??= new Set();
        triedKeys.add(attempt.key.keyId);
      }
    } while (triedKeys.size < KEYS_TRIED_MAX && isOfKey(failure));
  }
  if (failure) throw failure;
  // What one of them can't be told, another may take once it is free.
  if (notWritten && !passedBy) throw notWritten;
  throw noneFree(deps.health, candidates, passedBy);
}

/** Of what ends a call before its time, only the vendor's silence is its own doing. */
function isVendors({ reason }: Cancellation): boolean {
  return reason === undefined || reason.code === 'upstream_timeout';
}

function isOfKey({ error, status }: UpstreamFailure): boolean {
  const blame = blameFor(error.code, status);
  return blame === 'key' || blame === 'key_on_route';
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

/** Places become free as calls end; nobody knows when. */
const FULL_RETRY_SECONDS = 1;

function noneFree(
  health: UpstreamHealth,
  candidates: readonly Candidate[],
  passedBy: PassedBy | undefined,
): WeirError {
  if (passedBy === 'full') {
    return new WeirError(
      'vendors_full',
      'The vendors of this model have as many calls under way as they may. Try again in a moment, or another model.',
      { retryAfterSeconds: FULL_RETRY_SECONDS },
    );
  }
  return new WeirError(
    'vendors_resting',
    'The vendors of this model are failing, or limit requests. Try again in a moment, or another model.',
    { retryAfterSeconds: health.secondsUntilRested(candidates) },
  );
}

interface Sending {
  readonly candidate: Candidate;
  readonly attempt: UpstreamAttempt;
  readonly cancellation: Cancellation;
}

async function send(
  client: UpstreamClient,
  { url, passedHeaders, body, format }: WrittenRequest,
  { candidate, attempt, cancellation }: Sending,
): Promise<Upstream> {
  let reply: UpstreamReply;
  try {
    const headers = withHeaders(attempt.key.headers, passedHeaders);
    await NEXT_STEP;
    reply = await client.post({ url, headers, body, cancellation });
  } catch (thrown) {
    throw new UpstreamFailure(connectionError(thrown, cancellation), candidate);
  }
  const { status } = reply;
  if (status < 200 || status >= 300) {
    const error = await readRefusal(format, reply, { candidate, cancellation });
    throw new UpstreamFailure(error, candidate, status);
  }
  const contentType = reply.headers['content-type'] ?? '';
  return { candidate, attempt, format, status, contentType, body: reply.body };
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
