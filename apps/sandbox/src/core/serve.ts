import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Call } from './call.ts';
import { watchClient } from './client-gone.ts';
import { composeReply, EMPTY_REPLY, type Reply } from './compose-reply.ts';
import { type Controls, readControls } from './controls.ts';
import { findModel, type SandboxModel } from './models.ts';
import type { Render, Usage } from './rendering.ts';
import { type Sending, sendJson, sendRefusal, sendStream } from './send-reply.ts';
import type { ServedOutcome, Tally } from './tally.ts';
import type { Vendor } from './vendor.ts';

/** A request that was understood, and what is needed to answer it. */
export interface Order {
  modelId: string;
  streamed: boolean;
  inputTokens: number;
  /** The name that the body gives the request in the tally. */
  requestName: string | undefined;
  /** How an id of the reply begins. */
  idPrefix: string;
  compose(model: SandboxModel, controls: Controls): Reply;
  render: Render;
}

/** The order of a reply that the model makes up from a prompt. */
export function orderReply(call: Call, way: Pick<Order, 'idPrefix' | 'render'>): Order {
  return { ...call, ...way, compose: (model, controls) => composeReply(call, model, controls) };
}

/** The order of an answer that is no reply of a model, such as vectors or a count: one JSON body, never streamed. */
export function orderBody(
  about: Pick<Order, 'modelId' | 'inputTokens' | 'requestName'>,
  body: (usage: Usage | undefined, controls: Controls) => object,
): Order {
  return {
    modelId: about.modelId,
    inputTokens: about.inputTokens,
    requestName: about.requestName,
    streamed: false,
    idPrefix: 'body_',
    compose: () => EMPTY_REPLY,
    render: (_head, _reply, usage, controls) => ({ body: () => body(usage, controls) }),
  };
}

/**
 * Composes a reply, sends it as the controls say, and keeps the tally.
 * @param tally undefined: a request that no vendor bills or counts.
 * @throws {Refusal} of an unknown model or a control out of its bounds, before anything is sent.
 */
export async function serve(
  request: FastifyRequest,
  reply: FastifyReply,
  vendor: Vendor,
  order: Order,
  tally: Tally | undefined,
): Promise<void> {
  const { modelId, streamed, inputTokens } = order;
  const model = findModel(modelId);
  if (model === undefined) throw vendor.unknownModel(modelId);
  const controls = readControls(request.headers, model);
  const composed = order.compose(model, controls);
  const id = order.idPrefix + randomUUID().replaceAll('-', '');
  const head = { id, modelId, created: Math.floor(Date.now() / 1000) };
  const { thinkingTokens, pieces } = composed;
  const usage = { inputTokens, outputTokens: composed.countTokens(pieces.length), thinkingTokens };
  const sending: Sending = {
    vendor,
    request: { id: request.id, url: request.url },
    controls,
    rendering: order.render(head, composed, controls.fault === 'no-usage' ? undefined : usage, controls),
    piecesTotal: pieces.length,
    piecesSent: 0,
    eventsSent: 0,
  };
  // A gateway passes on what a body says, and no header.
  const requestName = order.requestName ?? controls.requestName;
  const entry = tally?.begin({ id, requestName, model: modelId, streamed });

  reply.hijack();
  if (vendor.requestIdHeader !== undefined) reply.raw.setHeader(vendor.requestIdHeader, request.id);
  let outcome: ServedOutcome = 'faulted';
  try {
    outcome = await send(reply.raw, sending, streamed);
  } finally {
    if (entry !== undefined) {
      entry.events = sending.eventsSent;
      tally?.end(
        entry,
        outcome,
        billedTokens(controls, inputTokens, composed.countTokens(sending.piecesSent)),
      );
    }
  }
}

/** A vendor bills what it took in and gave out; nothing for a request that it refused or answered with nonsense. */
function billedTokens({ fault }: Controls, input: number, output: number): { input: number; output: number } {
  const isBilled = fault !== '429' && fault !== '500' && fault !== 'garbage';
  return isBilled ? { input, output } : { input: 0, output: 0 };
}

async function send(res: ServerResponse, sending: Sending, streamed: boolean): Promise<ServedOutcome> {
  const { fault, firstByteMs } = sending.controls;
  const { stream } = sending.rendering;
  using client = watchClient(res);
  try {
    if (firstByteMs > 0) await delay(firstByteMs, undefined, { signal: client.signal });
    if (fault === '429' || fault === '500') await sendRefusal(res, sending, fault, client.signal);
    else if (streamed && stream !== undefined) await sendStream(res, sending, stream, client.signal);
    else await sendJson(res, sending, client.signal);
  } catch (error) {
    if (client.signal.aborted) return 'cancelled';
    res.destroy();
    throw error;
  }
  return fault === undefined || fault === 'no-usage' || fault === 'empty' ? 'completed' : 'faulted';
}
