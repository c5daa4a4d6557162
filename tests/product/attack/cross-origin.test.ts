import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startInProcess } from '../in-process.ts';

const ORIGIN = 'https://app.example';

/** The headers that the vendors' own clients send from a browser, by where they send them. */
const CLIENTS: readonly [method: string, path: string, headers: string[]][] = [
  ['POST', '/v1/chat/completions', ['authorization', 'content-type', 'x-stainless-lang', 'idempotency-key']],
  ['POST', '/v1/responses', ['authorization', 'content-type', 'openai-beta']],
  ['POST', '/v1/embeddings', ['authorization', 'content-type']],
  ['POST', '/v1/completions', ['authorization', 'content-type']],
  [
    'POST',
    '/v1/messages',
    [
      'x-api-key',
      'anthropic-version',
      'anthropic-beta',
      'anthropic-dangerous-direct-browser-access',
      'content-type',
    ],
  ],
  [
    'POST',
    '/v1beta/models/test/model:streamGenerateContent',
    ['x-goog-api-key', 'x-goog-api-client', 'content-type'],
  ],
  ['GET', '/v1/models', ['authorization']],
  ['GET', '/v1/credits', ['authorization']],
  ['PATCH', '/v1/keys/key_none', ['authorization', 'content-type']],
  ['DELETE', '/v1/keys/key_none', ['authorization']],
  ['GET', '/trpc/account.balance', ['authorization']],
];

let scene: Awaited<ReturnType<typeof startInProcess>>;

beforeAll(async () => {
  scene = await startInProcess((response) => response.writeHead(500).end());
}, 60_000);

afterAll(async () => scene[Symbol.asyncDispose]());

const hasBody = (method: string): boolean => method === 'POST' || method === 'PATCH';

/** Nothing that a browser keeps is asked for, given or sent along. */
function expectNoCookies({ headers }: Response): void {
  expect(headers.get('access-control-allow-credentials')).toBeNull();
  expect(headers.get('set-cookie')).toBeNull();
}

describe('a page of another origin', () => {
  it.each(CLIENTS)(
    'may send %s %s to the relay, with the headers of its client and a key',
    async (method, path, wanted) => {
      const preflight = await fetch(scene.relay.url + path, {
        method: 'OPTIONS',
        headers: {
          origin: ORIGIN,
          'access-control-request-method': method,
          'access-control-request-headers': wanted.join(','),
        },
      });
      const allowed = (name: string) =>
        (preflight.headers.get(`access-control-allow-${name}`) ?? '').toLowerCase().split(/,\s*/);
      expect([preflight.status, allowed('origin')]).toEqual([204, ['*']]);
      expect(allowed('methods')).toContain(method.toLowerCase());
      expect(allowed('headers')).toEqual(expect.arrayContaining(wanted));
      expectNoCookies(preflight);

      const refused = await fetch(scene.relay.url + path, {
        method,
        headers: {
          origin: ORIGIN,
          authorization: 'Bearer none',
          cookie: 'weir_session=x',
          ...(hasBody(method) && { 'content-type': 'application/json' }),
        },
        ...(hasBody(method) && { body: '{}' }),
      });
      expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([401, '*']);
      expect(refused.headers.get('x-content-type-options')).toBe('nosniff');
      expectNoCookies(refused);
    },
  );

  it('reads the id of its request and when to come again, also from a refusal', async () => {
    const response = await fetch(`${scene.relay.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { origin: ORIGIN },
      body: '{}',
    });
    const exposed = response.headers.get('access-control-expose-headers')?.split(/,\s*/);
    expect(exposed).toEqual(expect.arrayContaining(['x-request-id', 'request-id', 'retry-after']));
  });

  it('gets nothing of the api itself', async () => {
    for (const [method, path] of CLIENTS.filter(([, path]) => /^\/(trpc|v1\/(keys|credits))/.test(path))) {
      for (const sent of ['OPTIONS', method]) {
        const { headers } = await fetch(scene.apiUrl + path, {
          method: sent,
          headers: {
            origin: ORIGIN,
            'access-control-request-method': method,
            'content-type': 'application/json',
          },
          ...(hasBody(sent) && { body: '{}' }),
        });
        const cors = [...headers.keys()].filter((name) => name.startsWith('access-control-'));
        expect([sent, path, cors]).toEqual([sent, path, []]);
        expect(Object.fromEntries(headers)).toMatchObject({
          'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
          'x-content-type-options': 'nosniff',
          'referrer-policy': 'no-referrer',
          'cross-origin-resource-policy': 'same-origin',
        });
      }
    }
  });

  it('asks the api through the relay with a key only: it has no visitor guess a password', async () => {
    const guess = (headers: Record<string, string>) =>
      fetch(`${scene.relay.url}/trpc/auth.signIn`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: '{}',
      });
    // Of a program it is the api that says what is wrong.
    expect((await guess({})).status).toBe(400);
    for (const origin of [ORIGIN, 'null']) {
      for (const authorization of [undefined, 'Session x', `Bearer ${'a'.repeat(40)}`]) {
        const refused = await guess({ origin, ...(authorization !== undefined && { authorization }) });
        expect([refused.status, await refused.json()]).toMatchObject([
          401,
          { error: { code: 'missing_api_key' } },
        ]);
      }
    }
  });

  it('is nobody by a cookie', async () => {
    for (const url of [scene.relay.url, scene.apiUrl]) {
      const response = await fetch(`${url}/trpc/auth.me`, {
        headers: { cookie: 'weir_session=x; __Host-weir_session=x' },
      });
      expect(response.status).toBe(401);
    }
  });
});

describe('what a caller names', () => {
  it('comes back in no header', async () => {
    const evil = 'x\r\nset-cookie: a=1';
    const encoded = encodeURIComponent(evil);
    for (const path of [
      `/v1/models/${encoded}`,
      `/v1/keys/${encoded}`,
      `/v1/generation?id=${encoded}`,
      `/${encoded}`,
      `/trpc/${encoded}`,
    ]) {
      for (const url of [scene.relay.url, scene.apiUrl]) {
        const { headers, status } = await fetch(url + path, {
          headers: { 'x-request-id': 'chosen-by-the-caller' },
        });
        expect([path, status < 500, headers.get('set-cookie')]).toEqual([path, true, null]);
        expect([...headers.values()].join()).not.toContain('chosen-by-the-caller');
      }
    }
  });
});
