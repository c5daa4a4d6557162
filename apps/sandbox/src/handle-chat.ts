import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiError } from './api-error.ts';
import { parseChatRequest } from './chat-request.ts';
import { watchClient } from './client-gone.ts';
import { composeReply } from './compose-reply.ts';
import { readControls } from './controls.ts';
import { countInputTokens } from './count-input.ts';
import { MODELS } from './models.ts';
import { type Sending, sendJson, sendRefusal, sendStream } from './send-reply.ts';
import type { ServedOutcome, Tally, TallyEntry } from './tally.ts';

/** `POST /v1/chat/completions`: read the call, compose the reply, send it, keep the tally. */
export async function handleChat(
  request: FastifyRequest,
  reply: FastifyReply,
  tally: Tally,
  onServed: (entry: Readonly<TallyEntry>) => void,
): Promise<void> {
  const call = parseChatRequest(request.body);
  const model = MODELS[call.model];
  if (model === undefined) throw modelNotFound(call.model);
  const controls = readControls(request.headers, model);
  const id = `chatcmpl-${randomUUID().replaceAll('-', '')}`;
  const sending: Sending = {
    head: { id, model: call.model, created: Math.floor(Date.now() / 1000) },
    reply: composeReply(call, model, controls),
    controls,
    inputTokens: countInputTokens(call),
    usageAsked: call.stream_options?.include_usage === true,
    piecesSent: 0,
  };
  const streamed = call.stream === true;
  // A gateway passes a body's metadata on, and no header.
  const requestName = call.metadata?.['sandbox-request'] ?? controls.requestName;
  const entry = tally.begin({ id, requestName, model: call.model, streamed });

  reply.hijack();
  reply.raw.setHeader('x-request-id', request.id);
  let outcome: ServedOutcome = 'faulted';
  try {
    outcome = await send(reply.raw, sending, streamed);
  } finally {
    entry.events = streamed ? sending.piecesSent : 0;
    tally.end(entry, outcome, billedTokens(sending));
    onServed(entry);
  }
}

/** The error of a model that isn't there, as OpenAI words it. */
export function modelNotFound(model: string): ApiError {
  const message = `The model \`${model}\` does not exist or you do not have access to it.`;
  return new ApiError(404, message, { code: 'model_not_found' });
}

/** A vendor bills what it took in and gave out; nothing for a request that it refused or answered with nonsense. */
function billedTokens({ controls, inputTokens, reply, piecesSent }: Sending): {
  input: number;
  output: number;
} {
  const { fault } = controls;
  if (fault === '429' || fault === '500' || fault === 'garbage') return { input: 0, output: 0 };
  return { input: inputTokens, output: reply.countTokens(piecesSent) };
}

async function send(res: ServerResponse, sending: Sending, streamed: boolean): Promise<ServedOutcome> {
  const { fault, firstByteMs } = sending.controls;
  using client = watchClient(res);
  try {
    if (firstByteMs > 0) await delay(firstByteMs, undefined, { signal: client.signal });
    if (fault === '429' || fault === '500') await sendRefusal(res, fault, client.signal);
    else if (streamed) await sendStream(res, sending, client.signal);
    else await sendJson(res, sending, client.signal);
  } catch (error) {
    if (client.signal.aborted) return 'cancelled';
    res.destroy();
    throw error;
  }
  return fault === undefined || fault === 'no-usage' || fault === 'empty' ? 'completed' : 'faulted';
}
