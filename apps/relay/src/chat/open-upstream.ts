import { toWeirError, WeirError } from '@weir/core/errors';
import { readVendorError, renderRequest, type ChatCall } from '@weir/dialects/openai-chat';
import type { Cancellation } from '../cancellation.ts';
import type { UpstreamClient } from '../upstream/upstream-client.ts';
import type { UpstreamBody, UpstreamReply } from '../upstream/upstream-exchange.ts';
import type { Candidate } from './choose-route.ts';

/** A vendor's reply with a status of success; its body has not been read. */
export interface Upstream {
  readonly candidate: Candidate;
  readonly status: number;
  readonly contentType: string;
  readonly body: UpstreamBody;
}

export interface UpstreamCall {
  readonly chat: ChatCall;
  readonly candidates: readonly [Candidate, ...Candidate[]];
  readonly outputTokensMax: number;
  readonly cancellation: Cancellation;
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

/** A vendor's error body is read up to here; what matters of it stands at its beginning. */
const ERROR_BYTES_MAX = 64 * 1024;

/**
 * Sends the call to the candidates in turn until one accepts it. Goes on to the next only after an error that the
 * error table calls retryable: the client has been sent nothing yet, so it never notices.
 * @throws {UpstreamFailure} of the last one tried.
 */
export async function openUpstream(client: UpstreamClient, call: UpstreamCall): Promise<Upstream> {
  let failure: UpstreamFailure | undefined;
  for (const candidate of call.candidates) {
    try {
      return await openOne(client, call, candidate);
    } catch (thrown) {
      failure =
        thrown instanceof UpstreamFailure ? thrown : new UpstreamFailure(toWeirError(thrown), candidate);
      if (!failure.error.retryable || call.cancellation.reason) break;
    }
  }
  throw failure ?? new Error('a call without candidates');
}

async function openOne(client: UpstreamClient, call: UpstreamCall, candidate: Candidate): Promise<Upstream> {
  const { upstreamModel, quirks, baseUrl, apiKey } = candidate;
  const body = renderRequest(call.chat, { upstreamModel, ...quirks, outputTokensMax: call.outputTokensMax });
  let reply: UpstreamReply;
  try {
    reply = await client.post({
      url: `${baseUrl}/chat/completions`,
      apiKey,
      body,
      cancellation: call.cancellation,
    });
  } catch (thrown) {
    throw new UpstreamFailure(connectionError(thrown, call.cancellation), candidate);
  }
  const { status, headers } = reply;
  if (status >= 200 && status < 300) {
    return { candidate, status, contentType: headers['content-type'] ?? '', body: reply.body };
  }
  throw new UpstreamFailure(await statusError(reply, call.cancellation), candidate, status);
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

/** What the vendor refused. Only an error of the caller's own making is told in the vendor's words. */
async function statusError(reply: UpstreamReply, cancellation: Cancellation): Promise<WeirError> {
  const { status } = reply;
  const said = readVendorError(await readErrorBody(reply));
  if (cancellation.reason) return cancellation.reason;
  if (status === 400 || status === 413 || status === 415 || status === 422) {
    const message = said?.message ?? 'The model’s vendor refused the request without giving a reason.';
    return new WeirError(status === 413 ? 'request_too_large' : 'invalid_request', message, {
      param: said?.param,
    });
  }
  if (status === 429) {
    return new WeirError(
      'rate_limited',
      'The model’s vendor is limiting requests. Try again in a moment, or another model.',
      {
        retryAfterSeconds: retryAfterSeconds(reply.headers['retry-after']),
      },
    );
  }
  if (status === 401 || status === 403) {
    return new WeirError(
      'upstream_error',
      'The model’s vendor refused the gateway’s own credentials. The operator has to mend this; try another model.',
    );
  }
  return new WeirError(
    'upstream_error',
    `The model’s vendor failed with status ${status}. Try again, or another model.`,
  );
}

async function readErrorBody({ body }: UpstreamReply): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for (let chunk = await body.read(); chunk; chunk = await body.read()) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > ERROR_BYTES_MAX) break;
    }
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    return undefined;
  } finally {
    body.discard();
  }
}

const DEFAULT_RETRY_AFTER_SECONDS = 5;
const RETRY_AFTER_SECONDS_MAX = 600;

/** In seconds; a date, which the header may hold as well, is answered with the default. */
function retryAfterSeconds(header: string | undefined): number {
  const seconds = Math.ceil(Number(header));
  return Number.isFinite(seconds) && seconds > 0
    ? Math.min(seconds, RETRY_AFTER_SECONDS_MAX)
    : DEFAULT_RETRY_AFTER_SECONDS;
}
