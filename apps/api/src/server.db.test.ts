import { once } from 'node:events';
import { createConnection } from 'node:net';
import { connect } from '@weir/db/connect';
import { createTestDatabase } from '@weir/db/testing';
import { pino } from 'pino';
import { describe, expect, inject, it } from 'vitest';
import { readConfig } from './config.ts';
import { buildServer } from './server.ts';
import { errorOf, PASSWORD, SECRET_KEY, startTestApi } from './testing/start-test-api.ts';

describe('the probes', () => {
  it('say that the process is up and that the database answers', async () => {
    await using api = await startTestApi();
    expect((await fetch(`${api.url}/healthz`)).status).toBe(200);
    expect((await fetch(`${api.url}/readyz`)).status).toBe(200);
  });

  it('say 503 while the database is not migrated, or away', async () => {
    await using migrated = await createTestDatabase(inject('clusterUrl'));
    await migrated.sql`delete from drizzle.__drizzle_migrations where created_at = (select max(created_at) from drizzle.__drizzle_migrations)`;
    const away = connect('postgres://nobody@127.0.0.1:1/none', { applicationName: 'weir test' });
    for (const database of [migrated, away]) {
      const server = buildServer({
        database,
        log: pino({ level: 'silent' }),
        secretKey: SECRET_KEY,
        trustedProxies: [],
        hasMailServer: false,
        settings: readConfig({}),
      });
      expect((await server.inject('/readyz')).statusCode).toBe(503);
      expect((await server.inject('/healthz')).statusCode).toBe(200);
      await server.close();
    }
    await away.close();
  });
});

it('an address that can’t be read is told so in words of ours, without what stood in it', async () => {
  await using api = await startTestApi();
  const refusal = await fetch(`${api.url}/v1/keys/%zz?key=canary-key`);
  expect([refusal.status, await refusal.json()]).toEqual([
    400,
    { error: { code: 'invalid_request', message: 'The request could not be read.' } },
  ]);
  expect(api.logLines.join('')).not.toContain('canary-key');
});

describe('what is logged', () => {
  it('has a line for each request, and nothing that was sent or that authenticates', async () => {
    await using api = await startTestApi();
    const { client, sessionToken } = await api.signUp('canary-email@example.com');
    const { key } = await client.keys.create.mutate({ name: 'canary-key-name' });
    await errorOf(client.usage.get.query({ requestId: 'canary-query' }));
    await errorOf(api.client('canary-header').account.balance.query());
    await api.database.sql`drop table requests cascade`;
    await errorOf(client.usage.list.query({ modelId: 'canary-model' }));
    // An answer may arrive before its line is written; the next request's answer comes after it.
    await fetch(`${api.url}/trpc/canary-path?input=canary-input`);
    await fetch(`${api.url}/healthz`);

    const log = api.logLines.join('');
    const lines = api.logLines.map((line): unknown => JSON.parse(line));
    expect(lines).toContainEqual(
      expect.objectContaining({
        method: 'POST',
        path: '/trpc/keys.create',
        status: 200,
        ms: expect.any(Number),
      }),
    );
    expect(lines).toContainEqual(
      expect.objectContaining({ procedure: 'usage.list', code: '42P01', msg: 'A procedure failed.' }),
    );
    for (const secret of [
      sessionToken,
      key,
      PASSWORD,
      'canary-email',
      'canary-key-name',
      'canary-query',
      'canary-header',
      'canary-model',
      'canary-input',
    ]) {
      expect(log).not.toContain(secret);
    }
  });
});

describe('an answer', () => {
  it('is kept by no cache', async () => {
    await using api = await startTestApi();
    for (const path of ['models.list', 'auth.me', 'auth.nothing', 'models.list,auth.me?batch=1']) {
      const response = await fetch(`${api.url}/trpc/${path}`);
      expect([path, response.headers.get('cache-control')]).toEqual([path, 'no-store']);
    }
  });
});

describe('every answer', () => {
  const ALWAYS = {
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
  };
  const KEEPS_TO_HTTPS = { 'strict-transport-security': 'max-age=31536000' };

  /** Of what is answered to these bytes. */
  async function answerOf(url: string, bytes: string) {
    const { hostname, port } = new URL(url);
    const socket = createConnection(Number(port), hostname).setEncoding('utf8');
    socket.write(bytes);
    const [text] = (await once(socket, 'data')) as [string];
    socket.destroy();
    const [head = '', body = ''] = text.split('\r\n\r\n');
    const lines = head
      .split('\r\n')
      .slice(1)
      .map((line) => line.split(/: (.*)/));
    const headers = Object.fromEntries(lines.map(([name = '', value = '']) => [name.toLowerCase(), value]));
    return { status: head.split('\r\n')[0], headers, body: JSON.parse(body) as unknown };
  }

  it.each([
    ['https://weir.example.com', KEEPS_TO_HTTPS],
    ['http://127.0.0.1:8789', {}],
  ])('does nothing in a browser, and says of https, also to what is no request: %s', async (webUrl, more) => {
    await using api = await startTestApi({}, { WEIR_PUBLIC_WEB_URL: webUrl });
    for (const path of ['/healthz', '/trpc/auth.me', '/export', '/nowhere', '/v1/key', '/%zz']) {
      const headers = Object.fromEntries((await fetch(api.url + path)).headers);
      expect([path, headers]).toMatchObject([path, { ...ALWAYS, ...more }]);
      expect('strict-transport-security' in headers).toBe('strict-transport-security' in more);
    }
    for (const [bytes, status, message] of [
      ['nonsense\r\n\r\n', '400 Bad Request', 'This is not a well-formed HTTP request.'],
      [
        `GET / HTTP/1.1\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`,
        '431 Request Header Fields Too Large',
        'The headers are too long.',
      ],
    ] as const) {
      expect(await answerOf(api.url, bytes)).toMatchObject({
        status: `HTTP/1.1 ${status}`,
        headers: { ...ALWAYS, ...more, connection: 'close' },
        body: { error: { code: 'invalid_request', message } },
      });
    }
  });
});

describe('an error', () => {
  it('inside the server shows nothing of itself', async () => {
    await using api = await startTestApi();
    const { client } = await api.signUp('ada@example.com');
    await api.database.sql`drop table requests cascade`;
    const error = await errorOf(client.usage.list.query());
    expect(error).toMatchObject({
      httpStatus: 500,
      weirCode: 'internal_error',
      param: null,
      fieldErrors: {},
    });
    expect(JSON.stringify(error)).not.toMatch(/requests|select|relation|at /);
  });

  it('of the transport has a code as well', async () => {
    await using api = await startTestApi();
    const post = (path: string, body: string) =>
      fetch(api.url + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    expect(await (await post('/trpc/auth.nothing', '{}')).json()).toMatchObject({
      error: { data: { weirCode: 'not_found' } },
    });
    expect(await (await post('/trpc/auth.signIn', '{')).json()).toMatchObject({
      error: { data: { weirCode: 'invalid_request' } },
    });
    expect(await (await fetch(`${api.url}/trpc/auth.signIn`)).json()).toMatchObject({
      error: { data: { weirCode: 'invalid_request' } },
    });
    const tooLarge = await post('/trpc/auth.signIn', `{"email":"${'x'.repeat(70_000)}"}`);
    expect([tooLarge.status, await tooLarge.json()]).toMatchObject([
      413,
      { error: { code: 'request_too_large' } },
    ]);
    const nowhere = await fetch(`${api.url}/nowhere`);
    expect([nowhere.status, await nowhere.json()]).toMatchObject([404, { error: { code: 'not_found' } }]);
  });
});
