import { describe, expect, it } from 'vitest';
import { procedureInputs, sampleInput, textPaths, withText } from './testing/procedure-inputs.ts';
import { seatEveryone } from './testing/seat-people.ts';
import { startTestApi, type TestApi } from './testing/start-test-api.ts';

/** What ends a literal, an identifier, a pattern, a text of Postgres, a header, or the patience of a parser. */
const HOSTILE = [
  `'`,
  `' or '1'='1`,
  `'; drop table users; --`,
  `"; drop table users; --`,
  `\\'; select pg_sleep(9); --`,
  '%',
  '_%\\',
  '$1',
  '\0',
  '\ud800',
  '\u202e',
  '__proto__',
  'constructor',
  '../../../etc/passwd',
  '${7*7}',
  'a\r\nset-cookie: a=1',
  '',
  ' ',
  '9'.repeat(400),
  '-1',
  '1e999',
  '2026-02-30',
  'x'.repeat(20_000),
];

interface Answer {
  status: number;
  text: string;
}

async function send(
  url: string,
  token: string,
  { method = 'POST', body }: { method?: string; body?: string } = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body }),
  });
  return { status: response.status, text: await response.text() };
}

/** Lone surrogates are no URL: what a client can send in one is what this makes of them. */
const inQuery = (json: string): string => encodeURIComponent(json.toWellFormed());

function call(
  { url }: TestApi,
  { path, type }: { path: string; type: string },
  token: string,
  json: string,
): Promise<Answer> {
  return type === 'query'
    ? send(`${url}/trpc/${path}?input=${inQuery(json)}`, token, { method: 'GET' })
    : send(`${url}/trpc/${path}`, token, { body: json });
}

/** What every answer has to be, whatever was sent. */
function expectSound(what: unknown, { status, text }: Answer): void {
  expect([what, status]).not.toEqual([what, 500]);
  expect([
    what,
    /syntax error|invalid byte|invalid input syntax|relation "|column "|drizzle|\.ts:\d/i.exec(text)?.[0],
  ]).toEqual([what, undefined]);
}

describe('a text that is meant to do harm', () => {
  it('does none in any field of any procedure: it is refused, or it is a text', async () => {
    await using api = await startTestApi();
    const { credentials } = await seatEveryone(api.database);
    const owner = credentials.get('owner') ?? '';
    const unfit: string[] = [];
    let attacks = 0;
    for (const procedure of procedureInputs()) {
      const { path, schema } = procedure;
      const sample = sampleInput(schema);
      const plain = await call(api, procedure, owner, JSON.stringify(sample));
      if (/"fieldErrors":\{"/.test(plain.text)) unfit.push(`${path} ${plain.text}`);
      for (const at of textPaths(schema)) {
        const answers = await Promise.all(
          HOSTILE.map((text) => call(api, procedure, owner, JSON.stringify(withText(sample, at, text)))),
        );
        for (const [index, answer] of answers.entries())
          expectSound([path, at, HOSTILE[index]?.slice(0, 40)], answer);
        attacks += answers.length;
      }
    }
    // Else another field would be what is refused.
    expect(unfit).toEqual([]);
    expect(attacks).toBeGreaterThan(1_000);
    const [left] = await api.database.sql<{ people: string }[]>`select count(*) as people from users`;
    expect(Number(left?.people)).toBeGreaterThan(5);
    expect(api.logLines.filter((line) => line.includes('"level":50'))).toEqual([]);
  }, 120_000);

  it('does none in what is answered as OpenRouter does', async () => {
    await using api = await startTestApi();
    const { credentials } = await seatEveryone(api.database);
    const holder = credentials.get('holder') ?? '';
    for (const text of HOSTILE) {
      const inUrl = encodeURIComponent(text.toWellFormed());
      const body = JSON.stringify({ name: text, limit_reset: text, expires_at: text });
      const answers = {
        keyList: await send(`${api.url}/v1/keys?offset=${inUrl}&include_disabled=${inUrl}`, holder, {
          method: 'GET',
        }),
        key: await send(`${api.url}/v1/keys/${inUrl}`, holder, { method: 'GET' }),
        changed: await send(`${api.url}/v1/keys/${inUrl}`, holder, { method: 'PATCH', body }),
        revoked: await send(`${api.url}/v1/keys/${inUrl}`, holder, { method: 'DELETE' }),
        made: await send(`${api.url}/v1/keys`, holder, { body }),
        named: await send(`${api.url}/v1/keys`, holder, { body: JSON.stringify({ name: text }) }),
        generation: await send(`${api.url}/v1/generation?id=${inUrl}`, holder, { method: 'GET' }),
      };
      for (const [what, answer] of Object.entries(answers)) expectSound([what, text.slice(0, 40)], answer);
    }
    expect(api.logLines.filter((line) => line.includes('"level":50'))).toEqual([]);
  }, 60_000);
});

describe('JSON that is meant to do harm', () => {
  const deep = (depth: number, open: string, close: string) => open.repeat(depth) + close.repeat(depth);
  const BODIES = {
    prototype: '{"__proto__":{"polluted":true},"name":"CI"}',
    inPrototype: '{"name":"CI","budgets":{"__proto__":{"polluted":true}}}',
    constructor: '{"constructor":{"prototype":{"polluted":true}},"name":"CI"}',
    deepLists: `{"name":${deep(30_000, '[', ']')}}`,
    deepObjects: `{"name":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}}`,
    onlyOpen: '['.repeat(60_000),
    twice: '{"name":"CI","name":"\\u0000"}',
    none: '',
    noObject: 'null',
    number: '1e999',
    nul: '\0',
  };

  it.each(Object.entries(BODIES))('as %s neither pollutes a prototype nor fails', async (_what, body) => {
    await using api = await startTestApi();
    const { credentials } = await seatEveryone(api.database);
    const holder = credentials.get('holder') ?? '';
    for (const path of ['/trpc/keys.create', '/trpc/keys.create?batch=1', '/trpc/auth.signIn', '/v1/keys']) {
      const answer = await send(api.url + path, holder, { body });
      expectSound(path, answer);
      const fresh: Record<string, unknown> = {};
      expect([path, fresh['polluted']]).toEqual([path, undefined]);
    }
    const query = await send(
      `${api.url}/trpc/usage.list?input=${encodeURIComponent(body.slice(0, 4_000))}`,
      holder,
      { method: 'GET' },
    );
    expectSound('usage.list', query);
    const bytes = new Uint8Array([0x7b, 0x22, 0x6e, 0x22, 0x3a, 0x22, 0xff, 0xc0, 0x80, 0x22, 0x7d]);
    const noText = await fetch(`${api.url}/v1/keys`, {
      method: 'POST',
      headers: { authorization: `Bearer ${holder}`, 'content-type': 'application/json' },
      body: bytes,
    });
    expect(noText.status).toBeLessThan(500);
    expect(api.logLines.filter((line) => line.includes('"level":50'))).toEqual([]);
  });
});
