import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the vendor does with a call; `body` is the parsed request. */
export type VendorScript = (
  response: ServerResponse,
  body: VendorRequest,
  request: IncomingMessage,
) => unknown;

export interface VendorRequest {
  model: string;
  stream?: boolean;
  stream_options?: { include_usage?: boolean };
  max_tokens?: number;
  max_completion_tokens?: number;
  [field: string]: unknown;
}

export interface StandInVendor extends AsyncDisposable {
  /** `http://127.0.0.1:port/v1` */
  readonly baseUrl: string;
  /** `127.0.0.1:port` */
  readonly host: string;
  /** The calls it got, in order. */
  readonly calls: VendorRequest[];
  /** The same, as they came. */
  readonly raw: string[];
  /** Where they went: path and query. */
  readonly urls: string[];
  readonly headers: IncomingHttpHeaders[];
  script: VendorScript;
}

/** A vendor that does, byte by byte, what a test tells it to. */
export async function standInVendor(script: VendorScript): Promise<StandInVendor> {
  const calls: VendorRequest[] = [];
  const raw: string[] = [];
  const urls: string[] = [];
  const headers: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      raw.push(Buffer.concat(chunks).toString());
      const body = JSON.parse(raw.at(-1) ?? '') as VendorRequest;
      calls.push(body);
      urls.push(request.url ?? '');
      headers.push(request.headers);
      await vendor.script(response, body, request);
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const vendor: StandInVendor = {
    baseUrl: `http://${host}/v1`,
    host,
    calls,
    raw,
    urls,
    headers,
    script,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return vendor;
}

/** One `data:` event with this JSON. */
export function sse(json: unknown): string {
  return `data: ${JSON.stringify(json)}\n\n`;
}

export const DONE = 'data: [DONE]\n\n';

/** A chunk with this text, as OpenAI sends it. */
export function textChunk(content: string, finishReason: string | null = null): string {
  return sse({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'upstream-model',
    choices: [{ index: 0, delta: { content }, finish_reason: finishReason }],
  });
}

export function usageChunk(promptTokens: number, completionTokens: number): string {
  return sse({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'upstream-model',
    choices: [],
    usage: {
      prompt_tokens: promptTokens,
      completion_tokens: completionTokens,
      total_tokens: promptTokens + completionTokens,
    },
  });
}

/** Answers as a stream of these pieces, each written by itself. */
export function streams(...pieces: readonly string[]): VendorScript {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const piece of pieces) response.write(piece);
    response.end();
  };
}

/** Answers with this status and JSON. */
export function answers(status: number, json: unknown, headers: Record<string, string> = {}): VendorScript {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof json === 'string' ? json : JSON.stringify(json));
  };
}
