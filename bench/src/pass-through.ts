import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { Pool, type Dispatcher } from 'undici';

/*
 * What the relay is measured against: `node:http` → `undici`, and nothing else. `node pass-through.ts PORT UPSTREAM`.
 * Written for speed: no promise and no stream object per call, bodies handed on as they come, at the client's pace.
 */

const [port, upstream] = process.argv.slice(2);
const pool = new Pool(upstream ?? '', { headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout: 30_000 });

/** These speak of one connection, not of the reply. */
function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const kept: IncomingHttpHeaders = {};
  for (const name in headers) {
    if (name !== 'connection' && name !== 'keep-alive' && name !== 'transfer-encoding') {
      kept[name] = headers[name];
    }
  }
  return kept;
}

class Exchange implements Dispatcher.DispatchHandler {
  readonly #response: ServerResponse;
  #controller: Dispatcher.DispatchController | undefined;
  #ended = false;

  constructor(response: ServerResponse) {
    this.#response = response;
    response.once('close', () => {
      if (!this.#ended) this.#controller?.abort(new Error('the client has gone'));
    });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#response.destroyed) controller.abort(new Error('the client has gone'));
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.#response.writeHead(status, endToEnd(headers));
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#response.write(chunk)) return;
    controller.pause();
    this.#response.once('drain', () => controller.resume());
  }

  onResponseEnd(): void {
    this.#ended = true;
    this.#response.end();
  }

  onResponseError(): void {
    this.#ended = true;
    if (this.#response.headersSent) this.#response.destroy();
    else this.#response.writeHead(502).end();
  }
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { authorization, 'content-type': contentType } = request.headers;
    pool.dispatch(
      {
        method: 'POST',
        path: request.url ?? '/',
        headers: { authorization, 'content-type': contentType },
        body: chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks),
      },
      new Exchange(response),
    );
  });
});
server.listen(Number(port), '127.0.0.1');

for (const event of ['SIGTERM', 'disconnect']) process.on(event, () => process.exit());
