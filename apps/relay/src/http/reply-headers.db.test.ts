import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { answers, DONE, standInVendor, streams, textChunk } from '../testing/stand-in-vendor.ts';
import { startTestRelay, type TestRelay } from '../testing/test-relay.ts';

const HELLO = { model: 'test/model', messages: [{ role: 'user', content: 'hello' }] };
/** Nothing listens where it says that the api is. */
const PUBLIC = { WEIR_PUBLIC_RELAY_URL: 'https://api.example.com', WEIR_API_URL: 'http://127.0.0.1:1' };

const ALWAYS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'strict-transport-security': 'max-age=31536000',
};

/** The headers of what is answered to these bytes. */
async function headersOf({ url }: TestRelay, bytes: string): Promise<[string, string][]> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).setEncoding('utf8');
  socket.write(bytes);
  const [text] = (await once(socket, 'data')) as [string];
  socket.destroy();
  const [, ...lines] = (text.split('\r\n\r\n')[0] ?? '').split('\r\n');
  return lines.map((line) => [
    (line.split(': ')[0] ?? '').toLowerCase(),
    line.split(': ').slice(1).join(': '),
  ]);
}

it('every reply, also to what is no request, does nothing in a browser, and says of https', async () => {
  const reply = { choices: [{ index: 0, message: { role: 'assistant', content: 'hi' } }] };
  await using vendor = await standInVendor((response, body, request) =>
    body.stream === true
      ? streams(textChunk('hi'), DONE)(response, body, request)
      : answers(200, reply)(response, body, request),
  );
  await using relay = await startTestRelay({ ...PUBLIC, WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
  await relay.addModel({ baseUrl: vendor.baseUrl });
  const { key } = await relay.createCaller(1_000_000_000n);
  const replies = {
    whole: await relay.post(key, HELLO),
    stream: await relay.post(key, { ...HELLO, stream: true }),
    refusal: await relay.post(key, { ...HELLO, model: 'none/such' }),
    stranger: await relay.post('sk-weir-none', HELLO),
    list: await fetch(`${relay.url}/v1/models`),
    probe: await fetch(`${relay.url}/healthz`),
    nowhere: await fetch(`${relay.url}/nowhere`),
    undecodable: await fetch(`${relay.url}/v1/models/%zz`),
    preflight: await fetch(`${relay.url}/v1/chat/completions`, {
      method: 'OPTIONS',
      headers: { origin: 'https://example.com', 'access-control-request-method': 'POST' },
    }),
    away: await fetch(`${relay.url}/trpc/models.list`),
  };
  expect(Object.values(replies).map(({ status }) => status)).toEqual([
    200, 200, 404, 401, 401, 200, 404, 400, 204, 503,
  ]);
  for (const [name, { headers }] of Object.entries(replies)) {
    expect([name, Object.fromEntries(headers)]).toMatchObject([name, ALWAYS]);
  }
  const page = await fetch(`${relay.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, origin: 'https://example.com' },
    body: JSON.stringify(HELLO),
  });
  expect([page.status, page.headers.get('access-control-allow-origin')]).toEqual([200, '*']);
  // A program that is no page has no use for what a page may do.
  for (const { headers } of [replies.whole, replies.stream, replies.refusal]) {
    expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
  }
  const many = Array.from({ length: 150 }, (_, index) => `x-${index}: 1`).join('\r\n');
  for (const bytes of [
    'nonsense\r\n\r\n',
    `GET / HTTP/1.1\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`,
    `GET /healthz HTTP/1.1\r\nhost: x\r\n${many}\r\n\r\n`,
  ]) {
    expect(Object.fromEntries(await headersOf(relay, bytes))).toMatchObject(ALWAYS);
  }
});
