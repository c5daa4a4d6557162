import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePorts, startProduct } from '../start-product.ts';
import { sendRaw } from './raw-http.ts';

/** As short as a test's patience, and of different lengths, so that it shows which of them ended a connection. */
const TIMEOUTS = {
  WEIR_HEADERS_TIMEOUT_MS: '700',
  WEIR_REQUEST_TIMEOUT_MS: '1500',
  WEIR_UPLOAD_TIMEOUT_MS: '1500',
};

const QUIET = { quietMs: 300 };

const SERVERS = ['web', 'api', 'relay', 'sandbox'] as const;
type ServerName = (typeof SERVERS)[number];

/** Where each of them takes a body. */
const POSTS: Readonly<Record<ServerName, string>> = {
  web: '/preferences',
  api: '/trpc/auth.signIn',
  relay: '/v1/chat/completions',
  sandbox: '/v1/chat/completions',
};

describe('what arrives at', () => {
  let product: Awaited<ReturnType<typeof startProduct>>;
  let urls: Readonly<Record<ServerName, string>>;
  let metricsUrl: string;

  beforeAll(async () => {
    const metrics = await freePorts('WEIR_METRICS_PORT');
    product = await startProduct({ ...TIMEOUTS, ...metrics });
    const { dashboardUrl, apiUrl, relayUrl } = product.firstStart;
    const sandbox = `http://127.0.0.1:${product.settings['SANDBOX_PORT']}`;
    urls = { web: dashboardUrl, api: apiUrl, relay: relayUrl, sandbox };
    metricsUrl = `http://127.0.0.1:${metrics.WEIR_METRICS_PORT}/metrics`;
  }, 120_000);

  afterAll(async () => product[Symbol.asyncDispose]());

  /** The head of a POST that everything is right with but what a test adds. */
  const head = (server: ServerName, ...more: string[]): string =>
    [
      `POST ${POSTS[server]} HTTP/1.1`,
      `Host: ${new URL(urls[server]).host}`,
      `Origin: ${urls.web}`,
      `Authorization: Bearer ${product.firstStart.apiKey}`,
      `Content-Type: ${server === 'web' ? 'application/x-www-form-urlencoded' : 'application/json'}`,
      ...more,
    ].join('\r\n');

  describe.each(SERVERS)('the %s', (server) => {
    it('has to have its headers whole in time', async () => {
      const { status, closed } = await sendRaw(urls[server], 'GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ');
      expect([status, closed]).toEqual([408, true]);
    });

    it('has to have its body whole in time', async () => {
      const { closed } = await sendRaw(urls[server], `${head(server, 'Content-Length: 500')}\r\n\r\n{"a`);
      expect(closed).toBe(true);
    });

    it('has headers of a size', async () => {
      const { status, closed } = await sendRaw(
        urls[server],
        `${head(server, `X-Long: ${'x'.repeat(20_000)}`, 'Content-Length: 2')}\r\n\r\n{}`,
      );
      expect([status, closed]).toEqual([431, true]);
    });

    it('has headers of a number', async () => {
      const many = Array.from({ length: 150 }, (_, index) => `X-${index}: 1`);
      const { status, closed } = await sendRaw(
        urls[server],
        `${head(server, ...many, 'Content-Length: 2')}\r\n\r\n{}`,
      );
      expect([status, closed]).toEqual([431, true]);
    });

    it('has one length: two, or a length and chunks, are refused, and what follows is no request', async () => {
      const smuggled = 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n';
      for (const framing of [
        ['Content-Length: 2', 'Transfer-Encoding: chunked'],
        ['Transfer-Encoding: chunked', 'Content-Length: 2'],
        ['Content-Length: 2', 'Content-Length: 3'],
        ['Transfer-Encoding: identity, chunked', 'Content-Length: 2'],
        ['Transfer-Encoding: xchunked'],
        ['Transfer-Encoding : chunked'],
        ['Content-Length: +2'],
        ['Content-Length: 2, 2'],
      ]) {
        const { status, answers, closed } = await sendRaw(
          urls[server],
          `${head(server, ...framing)}\r\n\r\n0\r\n\r\n${smuggled}`,
        );
        expect([framing, status, answers, closed]).toEqual([framing, 400, 1, true]);
      }
    });

    it('has chunks of the size they say', async () => {
      for (const body of [
        '2\r\n{}X\r\n0\r\n\r\n',
        'zz\r\n{}\r\n0\r\n\r\n',
        '-1\r\n{}\r\n',
        `${'f'.repeat(20)}\r\n{}`,
      ]) {
        const { answers, closed } = await sendRaw(
          urls[server],
          `${head(server, 'Transfer-Encoding: chunked')}\r\n\r\n${body}GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n`,
        );
        expect([body, answers, closed]).toEqual([body, 1, true]);
      }
    });

    it('has no line that ends where only one of two readers would see it', async () => {
      for (const more of ['X-A: 1\nX-B: 2', 'X-A: 1\rX-B: 2', 'X-A: \0', ' X-Folded: 1']) {
        const { status, closed } = await sendRaw(
          urls[server],
          `GET /healthz HTTP/1.1\r\nHost: x\r\n${more}\r\n\r\n`,
        );
        expect([more, status, closed]).toEqual([more, 400, true]);
      }
    });
  });

  it.each(['web', 'relay'] as const)(
    'a connection to the %s that a browser has opened in advance is closed without a word',
    async (server) => {
      const { text, closed } = await sendRaw(urls[server], '');
      expect([text, closed]).toEqual(['', true]);
    },
  );

  it('where the relay shows its figures there is as little room, and as little patience', async () => {
    const head = 'GET /metrics HTTP/1.1\r\nHost: x\r\n';
    const many = Array.from({ length: 150 }, (_, index) => `X-${index}: 1\r\n`).join('');
    for (const [bytes, status] of [
      [`${head}X-Slow: `, 408],
      [`${head}X-Long: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
      [`${head}${many}\r\n`, 431],
    ] as const) {
      const answer = await sendRaw(metricsUrl, bytes);
      expect([answer.status, answer.closed]).toEqual([status, true]);
    }
    expect((await fetch(metricsUrl)).status).toBe(200);
  });

  /** Above what each takes. */
  const TOO_LARGE = {
    web: 70_000,
    api: 70_000,
    relay: 33 * 1024 * 1024,
  };

  it.each(['web', 'api', 'relay'] as const)(
    'the %s has a body of a size, be it announced or come upon',
    async (server) => {
      const bytes = TOO_LARGE[server];
      const announced = await sendRaw(
        urls[server],
        `${head(server, `Content-Length: ${bytes}`)}\r\n\r\n`,
        QUIET,
      );
      const chunked = await sendRaw(
        urls[server],
        `${head(server, 'Transfer-Encoding: chunked')}\r\n\r\n${bytes.toString(16)}\r\n${'x'.repeat(bytes)}\r\n0\r\n\r\n`,
        QUIET,
      );
      expect([announced.status, chunked.status]).toEqual([413, 413]);
    },
  );
});
