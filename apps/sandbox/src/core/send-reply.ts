import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Controls } from './controls.ts';
import { Refusal } from './refusal.ts';
import type { Rendering, StreamRendering } from './rendering.ts';
import type { ErrorAnswer, RefusedRequest, Vendor } from './vendor.ts';

/** The last text before a stream is cut: nothing, in server-sent events as in a JSON array. */
const STREAM_CUT = '\n';

/** A reply that is about to be sent, and how far it has been sent. */
export interface Sending {
  vendor: Vendor;
  request: RefusedRequest;
  controls: Controls;
  rendering: Rendering;
  piecesTotal: number;
  /** Counted up as pieces of the reply are handed to the socket. */
  piecesSent: number;
  /** Content events of a stream that have been handed to the socket. */
  eventsSent: number;
}

/** Answers with the error that the fault asks for. */
export async function sendRefusal(
  res: ServerResponse,
  { vendor, request }: Sending,
  fault: '429' | '500',
  signal: AbortSignal,
): Promise<void> {
  const refusal = new Refusal(fault === '429' ? 'rate-limited' : 'failed', vendor.simulated[fault]);
  return sendBody(res, vendor, vendor.refuse(refusal, request), signal);
}

/** @throws {Error} of name `AbortError` when the client goes first. */
export async function sendJson(res: ServerResponse, sending: Sending, signal: AbortSignal): Promise<void> {
  const { vendor, controls, rendering } = sending;
  if (controls.fault === 'stall') return untilAborted(signal);
  if (controls.fault === 'garbage') {
    return endWith(res, 200, vendor.jsonContentType, '<html>502 Bad Gateway (simulated)</html>', signal);
  }
  const body = rendering.body();
  if (controls.fault === 'cut') return cutBody(res, vendor, JSON.stringify(body), signal);
  sending.piecesSent = sending.piecesTotal;
  return sendBody(res, vendor, { status: 200, headers: {}, body }, signal);
}

/**
 * Sends the reply as a stream, no faster than the client reads it.
 * @throws {Error} of name `AbortError` when the client goes first.
 */
export async function sendStream(
  res: ServerResponse,
  sending: Sending,
  rendering: StreamRendering,
  signal: AbortSignal,
): Promise<void> {
  const { controls } = sending;
  const { fault, eventMs } = controls;
  const endsEarly = fault === 'stall' || fault === 'cut';
  const eventsMax = endsEarly ? (controls.events ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;

  res.writeHead(200, { 'content-type': rendering.contentType, 'cache-control': 'no-cache' });
  for (const { text, pieceCount, isClosing } of rendering.events()) {
    if (endsEarly && (isClosing === true || sending.eventsSent >= eventsMax)) break;
    if (pieceCount !== undefined && eventMs > 0) await delay(eventMs, undefined, { signal });
    await write(res, text, signal);
    if (fault === 'garbage') {
      await write(res, rendering.garbled, signal);
      return end(res, undefined, signal);
    }
    if (pieceCount !== undefined) {
      sending.piecesSent = pieceCount;
      sending.eventsSent++;
    }
  }
  if (fault === 'stall') return untilAborted(signal);
  if (fault === 'cut') return cutConnection(res, STREAM_CUT, signal);
  sending.piecesSent = sending.piecesTotal;
  return end(res, undefined, signal);
}

async function write(res: ServerResponse, text: string, signal: AbortSignal): Promise<void> {
  if (!res.write(text)) await once(res, 'drain', { signal });
}

async function sendBody(
  res: ServerResponse,
  vendor: Vendor,
  { status, headers, body }: ErrorAnswer,
  signal: AbortSignal,
): Promise<void> {
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
  return endWith(res, status, vendor.jsonContentType, JSON.stringify(body), signal);
}

async function endWith(
  res: ServerResponse,
  status: number,
  contentType: string,
  body: string,
  signal: AbortSignal,
): Promise<void> {
  res.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) });
  await end(res, body, signal);
}

async function cutBody(
  res: ServerResponse,
  vendor: Vendor,
  body: string,
  signal: AbortSignal,
): Promise<void> {
  res.writeHead(200, {
    'content-type': vendor.jsonContentType,
    'content-length': Buffer.byteLength(body),
  });
  await cutConnection(res, body.slice(0, Math.floor(body.length / 2)), signal);
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
