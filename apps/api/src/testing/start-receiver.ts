import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  method: string | undefined;
  path: string | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}

type Answer = (response: ServerResponse) => void;

/** Somebody's own server that takes webhooks; `answer` can be changed at any time. */
export async function startReceiver() {
  const received: Received[] = [];
  const state: { answer: Answer } = { answer: (response) => void response.writeHead(204).end() };
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => (body += part));
    request.once('end', () => {
      const { method, url: path, headers } = request;
      received.push({ method, path, headers, body });
      state.answer(response);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    received,
    port,
    /** How it is named in a setting. */
    host: `127.0.0.1:${port}`,
    url: `http://127.0.0.1:${port}/notices?from=weir`,
    answerWith(answer: number | Answer) {
      state.answer =
        typeof answer === 'number' ? (response) => void response.writeHead(answer).end() : answer;
    },
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}
