import { createServer, type ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { UpstreamCounts, UpstreamMessage } from './upstream-control.ts';
import { Pacer } from './upstream-pacer.ts';
import {
  JSON_REPLY,
  MODELS,
  stamped,
  STREAM_20,
  STREAM_200,
  VENDOR_DELAY_MS,
  type BenchModel,
} from './upstream-replies.ts';

/*
 * A vendor that does as little as can be: `node upstream.ts PORT`. Which reply is wanted stands in the call's model.
 */

const SSE = { 'content-type': 'text/event-stream; charset=utf-8' };
const JSON_HEADERS = { 'content-type': 'application/json', 'content-length': JSON_REPLY.length };

let complete = 0;
let events = 0;
const pacer = new Pacer((sent, isEnd) => {
  events += sent;
  if (isEnd) complete++;
});

function sendJson(response: ServerResponse, reply: Buffer): void {
  response.writeHead(200, JSON_HEADERS).end(reply);
  complete++;
}

async function sendStream(
  response: ServerResponse,
  stream: typeof STREAM_200 | typeof STREAM_20,
  opening = stream.writes[0],
): Promise<void> {
  response.writeHead(200, SSE);
  for (const [i, bytes] of stream.writes.entries()) {
    response.write(i === 0 ? opening : bytes);
    // Its own write to the socket: node:http joins what is written within one turn.
    if (i < stream.writes.length - 1) await nextTurn();
    if (response.destroyed) return;
  }
  response.end();
  complete++;
  events += stream.events;
}

function serveSlowly(send: (tookMs: number) => void): void {
  const arrivedMs = performance.now();
  setTimeout(() => send(performance.now() - arrivedMs), VENDOR_DELAY_MS);
}

const REPLIES: Readonly<Record<BenchModel, (response: ServerResponse) => void>> = {
  [MODELS.json]: (response) => sendJson(response, JSON_REPLY),
  [MODELS.stream200]: (response) => void sendStream(response, STREAM_200),
  [MODELS.stream20]: (response) => void sendStream(response, STREAM_20),
  [MODELS.slowJson]: (response) => serveSlowly((tookMs) => sendJson(response, stamped(JSON_REPLY, tookMs))),
  [MODELS.slowStream20]: (response) =>
    serveSlowly((tookMs) => {
      const [opening] = STREAM_20.writes;
      void sendStream(response, STREAM_20, opening && stamped(opening, tookMs));
    }),
  [MODELS.paced]: (response) => pacer.add(response),
  [MODELS.paced50]: (response) => pacer.add(response, 50),
  [MODELS.converted200]: (response) => void sendStream(response, STREAM_200),
  [MODELS.convertedPaced]: (response) => pacer.add(response),
};

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { model } = JSON.parse(Buffer.concat(chunks).toString()) as { model: BenchModel };
    REPLIES[model](response);
  });
});
// Told to the other side, which closes them a little earlier: it must not run into one that is just being closed.
server.keepAliveTimeout = 35_000;
server.listen(Number(process.argv[2]), '127.0.0.1');

process.on('message', (message: UpstreamMessage) => {
  switch (message.kind) {
    case 'pace':
      return pacer.setPace(message.eventsPerSecond);
    case 'finish':
      return pacer.finishAll();
    case 'count':
      return process.send?.({ complete, events, pacedOpen: pacer.open } satisfies UpstreamCounts);
  }
});
process.on('disconnect', () => process.exit());
