import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { ApiError } from './api-error.ts';
import type { Reply } from './compose-reply.ts';
import type { Controls } from './controls.ts';
import { chunkRenderer, completionBody, type ReplyHead } from './wire.ts';

/** What `retry-after` says on a simulated 429. */
export const RETRY_AFTER_SECONDS = 1;

/** A reply that is about to be sent, and how far it has been sent. */
export interface Sending {
  head: ReplyHead;
  reply: Reply;
  controls: Controls;
  inputTokens: number;
  /** `stream_options.include_usage`. */
  usageAsked: boolean;
  /** Counted up as pieces of the reply are handed to the socket. */
  piecesSent: number;
}

/** Answers with the error that the fault asks for. */
export async function sendRefusal(
  res: ServerResponse,
  fault: '429' | '500',
  signal: AbortSignal,
): Promise<void> {
  if (fault === '429') {
    res.setHeader('retry-after', String(RETRY_AFTER_SECONDS));
    const message = `Rate limit reached (simulated). Please try again in ${RETRY_AFTER_SECONDS}s.`;
    const error = new ApiError(429, message, { type: 'requests', code: 'rate_limit_exceeded' });
    return sendBody(res, 429, JSON.stringify(error), signal);
  }
  const message = 'The server had an error while processing your request (simulated).';
  return sendBody(res, 500, JSON.stringify(new ApiError(500, message, { type: 'server_error' })), signal);
}

/** @throws {Error} of name `AbortError` when the client goes first. */
export async function sendJson(res: ServerResponse, sending: Sending, signal: AbortSignal): Promise<void> {
  const { head, reply, controls } = sending;
  if (controls.fault === 'stall') return untilAborted(signal);
  if (controls.fault === 'garbage')
    return sendBody(res, 200, '<html>502 Bad Gateway (simulated)</html>', signal);
  const usage =
    controls.fault === 'no-usage'
      ? undefined
      : { inputTokens: sending.inputTokens, outputTokens: reply.countTokens(reply.pieces.length) };
  const body = JSON.stringify(completionBody(head, reply, usage));
  if (controls.fault === 'cut') return cutBody(res, body, signal);
  sending.piecesSent = reply.pieces.length;
  return sendBody(res, 200, body, signal);
}

/**
 * Sends the reply as server-sent events, no faster than the client reads them.
 * @throws {Error} of name `AbortError` when the client goes first.
 */
export async function sendStream(res: ServerResponse, sending: Sending, signal: AbortSignal): Promise<void> {
  const { head, reply, controls } = sending;
  const withUsage = sending.usageAsked && controls.fault !== 'no-usage';
  const chunks = chunkRenderer(head, withUsage);
  const endsEarly = controls.fault === 'stall' || controls.fault === 'cut';
  const pieces = endsEarly ? reply.pieces.slice(0, controls.events) : reply.pieces;

  res.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
  await writeEvent(res, chunks.role(reply.pieces[0]?.kind === 'call'), signal);
  if (controls.fault === 'garbage') {
    await writeEvent(res, `{"id":"${head.id}","choices":[{"delta":{"content":"Th`, signal);
    return endStream(res, signal);
  }
  for (const piece of pieces) {
    if (controls.eventMs > 0) await delay(controls.eventMs, undefined, { signal });
    await writeEvent(res, chunks.piece(piece), signal);
    sending.piecesSent++;
  }
  if (controls.fault === 'stall') return untilAborted(signal);
  if (controls.fault === 'cut') return cutConnection(res, ': the connection is cut here\n\n', signal);

  await writeEvent(res, chunks.finish(reply.finishReason), signal);
  if (withUsage) {
    const outputTokens = reply.countTokens(reply.pieces.length);
    await writeEvent(res, chunks.usage({ inputTokens: sending.inputTokens, outputTokens }), signal);
  }
  return endStream(res, signal);
}

async function writeEvent(res: ServerResponse, data: string, signal: AbortSignal): Promise<void> {
  if (!res.write(`data: ${data}\n\n`)) await once(res, 'drain', { signal });
}

async function endStream(res: ServerResponse, signal: AbortSignal): Promise<void> {
  await writeEvent(res, '[DONE]', signal);
  await end(res, undefined, signal);
}

async function sendBody(
  res: ServerResponse,
  status: number,
  body: string,
  signal: AbortSignal,
): Promise<void> {
  writeJsonHead(res, status, body);
  await end(res, body, signal);
}

async function cutBody(res: ServerResponse, body: string, signal: AbortSignal): Promise<void> {
  writeJsonHead(res, 200, body);
  await cutConnection(res, body.slice(0, Math.floor(body.length / 2)), signal);
}

function writeJsonHead(res: ServerResponse, status: number, body: string): void {
  res.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
}

/** Resolves when all of the reply has been handed to the operating system. */
async function end(res: ServerResponse, body: string | undefined, signal: AbortSignal): Promise<void> {
  const finished = once(res, 'finish', { signal });
  res.end(body);
  await finished;
}

/** Destroys the socket once the last bytes are on their way. */
async function cutConnection(res: ServerResponse, lastText: string, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    res.write(lastText, () => resolve());
  });
  signal.throwIfAborted();
  res.destroy();
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await once(signal, 'abort');
  signal.throwIfAborted();
}
