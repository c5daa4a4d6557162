import { OpenAI } from 'openai';
import { buildSandbox } from '../server.ts';
import type { TallyEntry, TallySnapshot } from '../core/tally.ts';

/** A sandbox that listens on a free port, and the ways in which the tests talk to it. */
export interface RunningSandbox extends AsyncDisposable {
  url: string;
  /** What was served and is over, in that order. */
  served: readonly TallyEntry[];
  /** The first entry of `served`, as soon as there is one. */
  firstServed(): Promise<TallyEntry>;
  tally(requestName?: string): Promise<TallySnapshot>;
  /** OpenAI's official client. */
  client(headers?: Record<string, string>): OpenAI;
  /** A chat request whose body is sent as it is, if it is a string. */
  post(body: unknown, headers?: Record<string, string>): Promise<Response>;
  /** Any request with a JSON body; a string is sent as it is. */
  send(path: string, body: unknown, headers: Record<string, string>): Promise<Response>;
}

export async function startSandbox(): Promise<RunningSandbox> {
  const served: TallyEntry[] = [];
  const first = Promise.withResolvers<TallyEntry>();
  const app = buildSandbox({
    arrival: { headersMs: 10_000, requestMs: 30_000 },
    onServed: (entry) => {
      served.push(entry);
      first.resolve(entry);
    },
  });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const send: RunningSandbox['send'] = (path, body, headers) =>
    fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  return {
    url,
    served,
    firstServed: () => first.promise,
    tally: async (requestName) => {
      const query: Record<string, string> = requestName === undefined ? {} : { request: requestName };
      return (await app.inject({ url: '/sandbox/tally', query })).json<TallySnapshot>();
    },
    client: (headers = {}) =>
      new OpenAI({ apiKey: 'any', baseURL: `${url}/v1`, maxRetries: 0, defaultHeaders: headers }),
    post: (body, headers = {}) =>
      send('/v1/chat/completions', body, { authorization: 'Bearer any', ...headers }),
    send,
    [Symbol.asyncDispose]: () => app.close(),
  };
}

/** The `data:` of each event. */
export function dataLines(text: string): string[] {
  return text.split('\n\n').flatMap((event) => (event.startsWith('data: ') ? [event.slice(6)] : []));
}

/** The events of a stream that names them, each with its data parsed. */
export function namedEvents(text: string): { event: string; data: Record<string, unknown> }[] {
  return text
    .split('\n\n')
    .filter((block) => block !== '')
    .map((block) => {
      const [, event = '', data = ''] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? [];
      return { event, data: JSON.parse(data) };
    });
}

export const user = (content: string) => [{ role: 'user' as const, content }];

export const hello = { model: 'sandbox/echo', messages: user('hello big world') };
