import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { arrivalLimits, hasTooManyHeaders } from '@weir/settings/http-limits';
import { Registry } from 'prom-client';

interface MetricsServerOptions {
  readonly port: number;
  readonly host: string;
  /** Within which a request has to arrive. */
  readonly headersMs: number;
}

export interface MetricsServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Answers `GET /metrics`, on a port of its own: the public one shows nothing of it. */
export async function serveMetrics(
  read: () => Promise<string>,
  { port, host, headersMs }: MetricsServerOptions,
): Promise<MetricsServer> {
  // What is asked for here has no body.
  const arrival = arrivalLimits({ headersMs, requestMs: headersMs });
  const server = createServer(arrival, (request, response) => {
    if (hasTooManyHeaders(request)) {
      response.writeHead(431, { connection: 'close' }).end();
      return;
    }
    if (request.method !== 'GET' || request.url?.split('?')[0] !== '/metrics') {
      response.writeHead(404).end('There is nothing here but GET /metrics.\n');
      return;
    }
    read().then(
      (text) => response.writeHead(200, { 'content-type': Registry.PROMETHEUS_CONTENT_TYPE }).end(text),
      () => response.writeHead(500).end('The metrics could not be read.\n'),
    );
  }).listen(port, host);
  await once(server, 'listening');
  const { address, port: listening, family } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${listening}/metrics`,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
