import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { endOnUncaught } from '@weir/settings/end-on-uncaught';
import { explainFailure } from '@weir/core/failures';
import { arrivalLimits, hasTooManyHeaders } from '@weir/settings/http-limits';
import { answerMalformed } from '@weir/settings/malformed-request';
import { isForeignMutation } from './src/lib/server/foreign-mutation.ts';
import { log } from './src/lib/server/log.ts';
import { ORIGIN_HEADERS, setOrigin } from './src/lib/server/origin-headers.ts';
import { securityHeaders } from './src/lib/server/security-headers.ts';
import { readWebSettings, type WebSettings } from './src/lib/server/settings.ts';

type Handler = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

const GRACE_MS = 2_000;

/** Forms are what is sent here; the api, where they go, takes no more. */
const BODY_BYTES_MAX = 64 * 1024;

/* The production server: `node server.ts`, after `vite build`. */

endOnUncaught();

const { host, port, publicUrl, arrival } = startOrExit();
const headers = securityHeaders(publicUrl);

// adapter-node reads these once, when its module is loaded.
process.env['PROTOCOL_HEADER'] = ORIGIN_HEADERS.protocol;
process.env['HOST_HEADER'] = ORIGIN_HEADERS.host;
process.env['BODY_SIZE_LIMIT'] = String(BODY_BYTES_MAX);
const built = new URL('./build/handler.js', import.meta.url).href;
const handler = handlerOf(await import(built));

const server = createServer(arrivalLimits(arrival), (request, response) => {
  // Whatever answers below: a page, a file, a redirect, a refusal.
  response.setHeaders(headers);
  if (hasTooManyHeaders(request)) {
    response.writeHead(431, { connection: 'close' }).end();
    return;
  }
  if (request.url === '/healthz') {
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end('ok\n');
    return;
  }
  setOrigin(request.headers, publicUrl);
  if (isForeignMutation(request)) {
    response
      .writeHead(403, { 'content-type': 'text/plain; charset=utf-8' })
      .end('This was not sent from a page of this site.\n');
    return;
  }
  handler(request, response, () => {
    response.writeHead(404).end();
  });
});

server.on('clientError', (error, socket) => {
  answerMalformed(error, socket as Socket, (message) => ({
    headers: [...headers, ['content-type', 'text/plain; charset=utf-8']],
    body: `${message}\n`,
  }));
});

server.listen(port, host, () => {
  log().info({ url: publicUrl.origin, host, port }, 'listening');
});

server.once('error', (error) => {
  process.stderr.write(`${explainFailure(error, 'WEB_PORT')}\n`);
  process.exit(1);
});

process.once('SIGTERM', stop);
process.once('SIGINT', stop);
// Started by another process, it goes when that one goes.
process.once('disconnect', stop);

/** Lets answers under way finish for a moment, and keeps no idle connection waiting for a next request. */
function stop(): void {
  process.removeListener('disconnect', stop);
  server.close(() => {
    if (process.connected) process.disconnect?.();
  });
  server.closeIdleConnections();
  setTimeout(() => server.closeAllConnections(), GRACE_MS).unref();
}

function handlerOf(module: unknown): Handler {
  if (isBuild(module)) return module.handler;
  throw new Error(`${built} has no handler: build the app first`);
}

function isBuild(module: unknown): module is { handler: Handler } {
  return (
    typeof module === 'object' &&
    module !== null &&
    'handler' in module &&
    typeof module.handler === 'function'
  );
}

function startOrExit(): WebSettings {
  try {
    return readWebSettings();
  } catch (error) {
    process.stderr.write(`${explainFailure(error, 'WEB_PORT')}\n`);
    return process.exit(1);
  }
}
