import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { initTRPC, TRPCError } from '@trpc/server';
import { createHTTPHandler } from '@trpc/server/adapters/standalone';
import type { GatewayErrorCode } from '../weir-error.ts';
import type { UsageRow } from '../weir.ts';

export interface ReceivedCall {
  method: string | undefined;
  path: string | undefined;
  headers: IncomingMessage['headers'];
  body: string;
}

export type Answer = (res: ServerResponse, call: ReceivedCall) => void;

/** A server that speaks the gateway's protocol: `/v1` as a test says, `/trpc` by tRPC's own server. */
export interface StandInGateway extends AsyncDisposable {
  url: string;
  calls: ReceivedCall[];
  /** What answers the next call, whatever its path; several wait in line. The last one stays. */
  answer(...answers: Answer[]): void;
  /** Resolves when the connection of the latest answer is closed. */
  closed(): Promise<void>;
}

export async function startStandInGateway(): Promise<StandInGateway> {
  const calls: ReceivedCall[] = [];
  const management = createHTTPHandler({
    router: managementRouter,
    basePath: '/trpc/',
    createContext: ({ req }) => ({ authorization: req.headers.authorization }),
  });
  let answers: Answer[] = [];
  let latest: ServerResponse | undefined;
  const handle = async (req: IncomingMessage, res: ServerResponse) => {
    latest = res;
    const call = { method: req.method, path: req.url, headers: req.headers, body: '' };
    calls.push(call);
    res.setHeader('x-request-id', `req_${calls.length}`);
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer === undefined) return management(req, res);
    for await (const bytes of req) call.body += String(bytes);
    return answer(res, call);
  };
  const server = createServer((req, res) => void handle(req, res)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    calls,
    answer: (...next) => void (answers = next),
    closed: async () => {
      if (latest !== undefined && !latest.closed) await once(latest, 'close');
    },
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

export const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  (res) => {
    res.writeHead(status, { 'content-type': 'application/json', ...headers });
    res.end(typeof body === 'string' ? body : JSON.stringify(body));
  };

/** Server-sent events, one per text; the connection then ends in order unless `stayOpen`. */
export const events =
  (data: readonly string[], { stayOpen = false } = {}): Answer =>
  (res) => {
    res.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    res.flushHeaders();
    for (const text of data) res.write(`data: ${text}\n\n`);
    if (!stayOpen) res.end();
  };

export const KEY = 'sk-weir-test';

const t = initTRPC.context<{ authorization: string | undefined }>().create({
  errorFormatter: ({ shape, error }) => {
    const weirCode: GatewayErrorCode = error.code === 'NOT_FOUND' ? 'not_found' : 'invalid_request';
    return { ...shape, data: { ...shape.data, weirCode, param: 'requestId', fieldErrors: {} } };
  },
});

const input = (value: unknown): unknown => value;

/** Three requests on pages of one. */
const managementRouter = t.router({
  models: t.router({ list: t.procedure.query(() => [{ modelId: 'sandbox/echo', simulated: true }]) }),
  account: t.router({
    balance: t.procedure.query(({ ctx }) => ({ accountId: ctx.authorization, balanceNanoUsd: '5000000000' })),
  }),
  usage: t.router({
    list: t.procedure.input(input).query(({ input: query }) => {
      const given = typeof query === 'object' && query !== null ? query : {};
      const page = 'cursor' in given ? Number(given.cursor) : 1;
      const items = [{ requestId: `req_page${page}`, modelId: JSON.stringify(given) }];
      return { items, nextCursor: page < 3 ? String(page + 1) : null };
    }),
    get: t.procedure.input(input).query((): UsageRow => {
      throw new TRPCError({ code: 'NOT_FOUND', message: 'There is no such request.' });
    }),
    summary: t.procedure.input(input).query(({ input: query }) => ({ requests: 3, query })),
  }),
});
